import type { Transition } from '../platform/transition';
import {
  answeredWork,
  type Conversation,
  type HeldWork,
  leaseLeftMs,
  unchanged,
  voiceOf,
  withoutQuotes,
  type Work,
} from './conversation';
import type { PreCallAnswer } from './pre-call/pre-call-answer';

/** The claim of one delivery on its conversation. */
export interface Claim {
  readonly conversationId: string;
  readonly agentId: string;
  readonly attempt: string;
  readonly leaseUntilMs: number;
  readonly voiceName: string;
  /** HMAC of the caller's number; undefined without a usable number. */
  readonly callerHash: string | undefined;
  /** Unix seconds. */
  readonly signedAtS: number;
  /** Keys in S3 where the samples are, or will be, stored. */
  readonly sampleKeys: readonly string[];
  /** Unix seconds. */
  readonly expiresAtS: number;
}

/** What a delivery may do with a conversation that is already in the ledger. */
export type ClaimVerdict =
  | { may: 'answer-again'; answer: PreCallAnswer }
  | { may: 'wait'; waitS: number }
  | { may: 'refuse-ended' }
  | { may: 'refuse-other-agent' }
  /** `mayHaveClone`: an earlier attempt may have made a clone whose id is unknown. Search for it first. */
  | { may: 'take-over'; work: HeldWork; mayHaveClone: boolean; transition: Transition };

/** Maximum Retry-After for a sender, in seconds. Most pre-calls finish long before their lease expires. */
const maxWaitS = 5;

/**
 * Decides whether a delivery may create a clone at `nowMs`. An expired conversation counts as new. A stored answer
 * expires with its voice.
 */
export const judgeClaim = (conversation: Conversation, claim: Claim, nowMs: number): ClaimVerdict => {
  const { work, agent_id, answer } = conversation;
  if (conversation.expires_at * 1000 <= nowMs) return replaceExpired(conversation, claim);
  if (agent_id !== undefined && agent_id !== claim.agentId) return { may: 'refuse-other-agent' };
  if (conversation.ended_at !== undefined) return { may: 'refuse-ended' };
  if (work?.state === 'withdrawing') return { may: 'wait', waitS: maxWaitS };
  const answered = answeredWork(conversation);
  if (answered !== undefined)
    return answer === undefined || answered.voice_expires_at * 1000 <= nowMs
      ? { may: 'refuse-ended' }
      : { may: 'answer-again', answer };
  const leftMs = leaseLeftMs(conversation, nowMs);
  if (leftMs > 0) return { may: 'wait', waitS: Math.min(maxWaitS, Math.ceil(leftMs / 1000)) };
  return takeOver(conversation, claim);
};

const beginning = ({ attempt, leaseUntilMs, voiceName, sampleKeys }: Claim): HeldWork => ({
  state: 'cloning',
  attempt,
  lease_until: leaseUntilMs,
  voice_name: voiceName,
  samples: [...sampleKeys],
});

const claimed = (claim: Claim, work: HeldWork): Transition['to'] => ({
  conversation_id: claim.conversationId,
  agent_id: claim.agentId,
  work,
  caller_hash: claim.callerHash,
  signed_at: claim.signedAtS,
  expires_at: claim.expiresAtS,
});

/** Claims a conversation that is not in the ledger. */
export const claimNew = (claim: Claim): { work: HeldWork; transition: Transition } => {
  const work = beginning(claim);
  return { work, transition: { region: 'work', from: { pk: 'absent' }, to: claimed(claim, work) } };
};

/** Takes over an earlier attempt, with its clone. */
const takeOver = (conversation: Conversation, claim: Claim): ClaimVerdict => {
  const { work: earlier } = conversation;
  const work = continued(earlier, claim);
  const from: Transition['from'] = { ...unchanged(conversation), ended_at: 'absent' };
  return {
    may: 'take-over',
    work,
    mayHaveClone: earlier?.state === 'cloning',
    transition: { region: 'work', from, to: claimed(claim, work) },
  };
};

/** Returns the work of a new attempt that adopts the clone of an earlier one, and the name under which it is found. */
const continued = (earlier: Work | undefined, claim: Claim): HeldWork => {
  const begun = beginning(claim);
  const work = earlier !== undefined && 'voice_name' in earlier ? { ...begun, voice_name: earlier.voice_name } : begun;
  const voiceId = voiceOf({ work: earlier });
  return voiceId === undefined ? work : { ...work, state: 'cloned', voice_id: voiceId };
};

/** Claims an expired conversation that TTL has not removed yet, as if it were not in the ledger. */
const replaceExpired = (conversation: Conversation, claim: Claim): ClaimVerdict => {
  const work = beginning(claim);
  const from: Transition['from'] = { ...unchanged(conversation), expires_at: { is: conversation.expires_at } };
  const cleared = { ended_at: undefined, call_until: undefined, erased_at: undefined, ...withoutQuotes };
  return {
    may: 'take-over',
    work,
    mayHaveClone: false,
    transition: { region: 'work', from, to: { ...claimed(claim, work), ...cleared } },
  };
};

/**
 * Returns whether no attempt is left to finish the work: its lease ended `graceMs` ago without a takeover, or its voice
 * was left `graceMs` ago and nobody has adopted or released it.
 */
export const isAbandoned = (conversation: Conversation, graceMs: number, nowMs: number): boolean => {
  if (conversation.ended_at !== undefined || conversation.work === undefined) return false;
  const { state } = conversation.work;
  if (state === 'ready' || state === 'taken' || state === 'open') return false;
  const abandonedAtMs = 'since' in conversation.work ? conversation.work.since : conversation.work.lease_until;
  return abandonedAtMs + graceMs <= nowMs;
};
