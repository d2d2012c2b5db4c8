import { elevenLabsId } from '../lambdas/platform/ids';
import { isClaimed } from '../lambdas/three-cx/three-cx-call';
import { heldWork } from '../lambdas/voices/conversation';
import type { KeptVoice } from '../lambdas/voices/voice';
import { findCall, isKnown, type KnownCall } from './find-call';
import { type Installation, OperationError } from './installation';
import type { LoggedEvent } from './logs';
import { objectsOfCall, type StoredObject } from './objects';
import { linesOf, type Moment, momentsOf } from './story-moments';

/** The complete story of a call. */
export interface Story {
  readonly call: KnownCall;
  readonly moments: readonly Moment[];
  /** The log lines from which the moments were read, oldest first. They contain ids only. */
  readonly lines: readonly LoggedEvent[];
  /** What the ledger stores, one line each. */
  readonly ledger: readonly string[];
  readonly objects: readonly StoredObject[];
  /** What is still to come, one line each. */
  readonly next: readonly string[];
}

const dayMs = 24 * 3_600_000;
/** Log lines may precede the signing of a pre-call, because the sender's clock may differ. */
const slackMs = 10 * 60_000;

/**
 * Returns what happened in a call, what is stored about it, and what is still to come. `sinceMs` (unix milliseconds) is
 * the start of the log search. Throws OperationError if nothing is known about the call.
 */
export const storyOf = async (
  installation: Installation,
  id: string,
  { nowMs, sinceMs }: { readonly nowMs: number; readonly sinceMs?: number | undefined },
): Promise<Story> => {
  const call = await findCall(installation, id);
  const fromMs = sinceMs ?? beginningOf(call, nowMs) - slackMs;
  const inKeys = [...call.ids].filter((each) => elevenLabsId.safeParse(each).success);
  const [lines, ...found] = await Promise.all([
    linesOf(installation, call, fromMs),
    ...inKeys.map((each) => objectsOfCall(installation, each)),
  ]);
  const objects = found.flat();
  if (!isKnown(call) && lines.length === 0 && objects.length === 0)
    throw new OperationError(
      'not_found',
      `Nothing is known of ${id}: not in the ledger, which forgets a call two days after its end, and not in the ` +
        `logs since ${new Date(fromMs).toISOString()}. Check the id, or look further back with --since.`,
    );
  return {
    call,
    moments: momentsOf(lines, call),
    lines,
    ledger: ledgerLines(call, nowMs),
    objects,
    next: isKnown(call) ? nextOf(call, nowMs) : [unknownEnd],
  };
};

const beginningOf = ({ conversation, record, threeCx }: KnownCall, nowMs: number): number => {
  const times = [
    conversation?.signed_at === undefined ? undefined : conversation.signed_at * 1000,
    conversation?.ended_at,
    record?.start_time_unix_secs == null ? undefined : record.start_time_unix_secs * 1000,
    isClaimed(threeCx) ? threeCx.received_at : undefined,
  ].filter((time) => time !== undefined);
  // A sample event from ElevenLabs may contain a time of years ago.
  const recent = times.filter((time) => time > nowMs - 90 * dayMs);
  return recent.length === 0 ? nowMs - dayMs : Math.min(...recent);
};

const at = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

const ledgerLines = (call: KnownCall, nowMs: number): string[] => {
  const { conversation, record, threeCx, voice, agent } = call;
  const lines: string[] = [];
  if (conversation !== undefined) lines.push(conversationLine(conversation));
  if (voice !== undefined) lines.push(voiceLine(voice));
  if (agent !== undefined) lines.push(agentLine(call, nowMs));
  if (record !== undefined) lines.push(recordLine(record));
  if (isClaimed(threeCx)) lines.push(...legLines(threeCx));
  else if (threeCx !== undefined) lines.push(`3CX call: ${threeCx.state}`);
  return lines;
};

const voiceLine = ({ voice_id, state, users, expires_at }: NonNullable<KnownCall['voice']>): string => {
  const until = at(expires_at * 1000);
  if (state === 'deleted') return `voice ${voice_id}: deleted; the ledger remembers it until ${until}`;
  if (state !== 'live') return `voice ${voice_id}: being deleted`;
  const use = Object.keys(users).length > 0 ? 'in use' : "kept for the caller's next call";
  return `voice ${voice_id}: ${use}, until ${until} at the latest`;
};

/** What became of the pre-call of a conversation. */
const workWords = {
  cloning: 'the clone is being made',
  cloned: 'the clone is made, and is being put on the agent',
  sharing: 'a kept voice is being put on the agent',
  adoptable: 'the pre-call failed for now, and its clone waits for the next attempt',
  open: 'the pre-call failed',
  withdrawing: 'the pre-call failed, and its clone is being deleted',
  ready: 'the pre-call was answered with a voice',
  taken: 'the call took the voice of its pre-call',
} as const;

const conversationLine = (item: NonNullable<KnownCall['conversation']>): string => {
  const parts = [
    preCallWords(item),
    ...(item.agent_id === undefined ? [] : [`agent ${item.agent_id}`]),
    ...(item.ended_at === undefined ? [] : [`ended ${at(item.ended_at)}`]),
  ];
  return `conversation: ${parts.join(', ')}`;
};

const preCallWords = ({ erased_at, work }: NonNullable<KnownCall['conversation']>): string => {
  if (erased_at !== undefined) return `its caller was erased at ${at(erased_at * 1000)}`;
  return work === undefined ? 'no pre-call' : workWords[work.state];
};

const agentLine = ({ agent, conversation, ids }: KnownCall, nowMs: number): string => {
  const owner = agent?.activation?.conversation_id;
  const whose = owner === undefined ? 'its own voice' : voiceOfCall(owner, ids);
  const pending = Object.values(agent?.pendings ?? {}).filter(({ until }) => until > nowMs).length;
  const unsettled = pending === 0 ? '' : `; ${counted(pending)} of the agent may still take effect`;
  return `agent ${conversation?.agent_id ?? ''}: should have ${whose}${unsettled}`;
};

const voiceOfCall = (conversationId: string, ids: ReadonlySet<string>): string =>
  ids.has(conversationId) ? "this call's voice" : `the voice of conversation ${conversationId}`;

const counted = (changes: number): string =>
  changes === 1 ? '1 unconfirmed change' : `${changes} unconfirmed changes`;

const recordLine = ({
  erased_at,
  outcome,
  call_duration_secs,
  termination_reason,
  failure,
}: NonNullable<KnownCall['record']>) => {
  if (erased_at !== undefined) return `record: erased at ${at(erased_at * 1000)}`;
  const parts = [
    outcome ?? 'not finished',
    ...(call_duration_secs === null ? [] : [`${call_duration_secs} s`]),
    ...(termination_reason === null ? [] : [`"${termination_reason}"`]),
    ...(failure === null ? [] : [`${failure.provider}: ${failure.reason}`]),
  ];
  return `record: ${parts.join(', ')}`;
};

const legLines = ({ greeting, agent_call }: Extract<KnownCall['threeCx'], { received_at: number }>): string[] => [
  ...(greeting === undefined ? [] : [`greeting call: ${legState(greeting.state)}`]),
  agent_call === undefined
    ? 'agent call: not placed yet'
    : `agent call: ${legState(agent_call.state)}${agent_call.state === 'placed' ? describePlaced(agent_call) : ''}`,
];

/** The states that do not explain themselves. */
const legStates: Readonly<Record<string, string>> = {
  placing: 'being placed',
  busy: 'the line was busy; it is placed once more',
  unknown: 'ElevenLabs did not say whether it was placed; it is not placed again',
  expired: 'not placed in time',
};

const legState = (state: string): string => legStates[state] ?? state;

const describePlaced = ({ voice_id, is_redial }: { voice_id?: string | undefined; is_redial: boolean }): string => {
  const whose = voice_id === undefined ? "the agent's own voice" : `voice ${voice_id}`;
  return ` with ${whose}${is_redial ? ', after a busy line' : ''}`;
};

const unknownEnd =
  'The end of the call, unless it was reported long ago: without a pre-call, the ledger learns of a call at its end.';

const nextOf = ({ conversation, voice, threeCx }: KnownCall, nowMs: number): string[] => {
  const lines: string[] = [];
  const held = conversation === undefined ? undefined : heldWork(conversation);
  if (held !== undefined)
    lines.push(`An attempt works on the conversation, until ${at(held.lease_until)} at the latest.`);
  if (conversation?.work?.state === 'adoptable')
    lines.push('The sender may send the pre-call again; otherwise its clone is deleted.');
  if (conversation?.work?.state === 'open' && conversation.ended_at === undefined)
    lines.push('The sender may send the pre-call again.');
  const work = conversation?.work;
  const isAnswered = work?.state === 'ready' || work?.state === 'taken';
  // After the expiry of its voice, nothing waits for an end that was never reported.
  if (isAnswered && conversation?.ended_at === undefined && voice !== undefined && voice.state !== 'deleted')
    lines.push(
      `The end of the call. If it is never reported, the voice is deleted after ${at(work.voice_expires_at * 1000)}.`,
    );
  if (voice?.state === 'deleting')
    lines.push('A job deletes the voice. If it fails for good, reconcile queues it again.');
  const untilS = conversation?.call_until ?? 0;
  if (voice?.state === 'live' && untilS * 1000 > nowMs)
    return [
      ...lines,
      `The caller withdrew or was erased: a live call keeps the voice until ${at(untilS * 1000)} at the latest.`,
    ];
  if (voice?.state === 'live' && (conversation?.ended_at !== undefined || isClaimed(threeCx)))
    lines.push(keptLine(voice, nowMs));
  if (isClaimed(threeCx) && threeCx.agent_call === undefined) lines.push('The agent call is placed.');
  return lines.length === 0 ? ['Nothing: all work on this call is done.'] : lines;
};

const keptLine = (voice: KeptVoice, nowMs: number): string => {
  if (isToBeDeleted(voice, nowMs)) return 'A job deletes the voice.';
  const users = Object.keys(voice.users);
  if (users.length > 0) return `The voice is still used by ${users.join(', ')}.`;
  return `The voice is kept for the caller's next call until ${at(voice.expires_at * 1000)}.`;
};

/** Returns whether no call uses a voice and it is not kept for one: a job deletes it. */
export const isToBeDeleted = (voice: KeptVoice, nowMs: number): boolean =>
  voice.state === 'deleting' ||
  (Object.keys(voice.users).length === 0 && (voice.retain_s === 0 || voice.expires_at * 1000 < nowMs));
