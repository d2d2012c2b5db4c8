import type { Erasure } from '../../lambdas/callers/erasure/erasure';
import type { ErasurePage } from '../../lambdas/callers/erasure/erasure-pages';
import type { AgentCall, Greeting, ThreeCxCall } from '../../lambdas/three-cx/three-cx-call';
import type { Work } from '../../lambdas/voices/conversation';
import type { Voice } from '../../lambdas/voices/voice';

/** One sentence for each state. With a union as its states, the compiler demands a sentence for each of them. */
export type Meanings<State extends string = string> = Readonly<Record<State, string>>;

export const conversationMeanings: Meanings<Work['state']> = {
  cloning: 'An attempt makes the clone. It may exist already, but nobody knows its id.',
  cloned: 'The clone is in the ledger. The attempt puts it on the agent.',
  sharing: 'As `cloned`, with a voice that was kept for the caller in place of a clone.',
  adoptable: 'The attempt failed for now. For two minutes, a retry may use its clone; then a job deletes the clone.',
  open: 'The attempt failed and left nothing at ElevenLabs. A retry starts anew.',
  withdrawing:
    'The attempt failed, and nobody may use its voice any more. A retry gets 503 until a job has deleted it.',
  ready: 'The pre-call was answered. A redelivery gets the same answer, and a starting call may take the voice.',
  taken: 'A call took the pre-call when it started at ElevenLabs. No other call gets it while that call is live.',
};

export const voiceMeanings: Meanings<Voice['state']> = {
  live: 'Conversations use the voice, or it is kept for reuse until its expiry.',
  expiring: 'Time to live removed the item, and Precall wrote it again until it knows whether a call is in progress.',
  deleting: 'Nobody uses the voice. It is deleted as soon as no agent has it or may still get it.',
  deleted: 'ElevenLabs has deleted the voice. The item stays for 48 h, so that nobody takes the voice for a person’s.',
};

export const agentMeanings: Meanings<'at rest' | 'activated' | 'restoring'> = {
  'at rest': 'The agent has its own voice and greeting, the baseline. No PATCH of Precall can change it.',
  activated: 'The agent gets, or has, the voice and greeting of the newest conversation.',
  restoring: 'That conversation is over. The agent gets its baseline back, and earlier PATCHes may still land.',
};

type Leg = Greeting['state'] | AgentCall['state'];

export const threeCxMeanings: Meanings<ThreeCxCall['state'] | Leg> = {
  unclaimed: 'Another event of the call came before its `IncomingCall`.',
  claimed: 'One delivery answers the call and places its first leg. The jobs are not queued yet.',
  scheduled: 'The jobs are queued: one makes the voice, the other places the agent call.',
  erased: 'The caller was erased. Nothing but the key is left.',
  placing: 'An attempt asks ElevenLabs for the leg, so a phone may ring.',
  placed: 'ElevenLabs placed the leg.',
  unknown: 'The answer was lost, so the phone may have rung.',
  failed: 'No phone rang or will ring.',
  busy: 'The line was busy. The agent call is placed once more.',
  expired: 'Nobody was called within 15 minutes, and nobody will be.',
};

export const erasureMeanings: Meanings<Erasure['state'] | ErasurePage['state']> = {
  running: 'Passes search all stores and delete what they find.',
  closing: 'Nothing is left. The pages lose what the report does not name.',
  done: 'The report is final.',
  filled: 'A page of at most 500 references that a pass found.',
  reduced: 'The same page, with conversation and agent ids alone.',
  sealed: 'The last page: no pass adds another.',
};

/** The meanings as a table. */
export const tableOf = (meanings: Meanings): string => {
  const rows = Object.entries(meanings).map(([state, meaning]) => [`\`${state}\``, meaning]);
  const widths = [0, 1].map((column) => Math.max(7, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(['state', 'meaning']), rule, ...rows.map(line)].join('\n');
};
