import type { Transition } from '../platform/transition';
import {
  answeredWork,
  type Conversation,
  type HeldWork,
  leaseLeftMs,
  unchanged,
  voiceOf,
  withoutQuotes,
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
  | { may: 'take-over'; work: HeldWork; search: boolean; transition: Transition };

/** Maximum Retry-After for a sender, in seconds. Most pre-calls finish long before their lease expires. */
const maxWaitS = 5;

/**
 * Decides whether a delivery may create a clone at `nowMs`. An expired conversation counts as new. A stored answer
 * expires with its voice.
 */
export const judgeClaim = (seen: Conversation, claim: Claim, nowMs: number): ClaimVerdict => {
  const { work: now, agent_id, answer } = seen;
  if (seen.expires_at * 1000 <= nowMs) return takeOver(seen, claim, nowMs);
  if (agent_id !== undefined && agent_id !== claim.agentId) return { may: 'refuse-other-agent' };
  if (seen.ended_at !== undefined) return { may: 'refuse-ended' };
  if (now?.state === 'withdrawing') return { may: 'wait', waitS: maxWaitS };
  const done = answeredWork(seen);
  if (done !== undefined)
    return answer === undefined || done.voice_expires_at * 1000 <= nowMs
      ? { may: 'refuse-ended' }
      : { may: 'answer-again', answer };
  const leftMs = leaseLeftMs(seen, nowMs);
  if (leftMs > 0) return { may: 'wait', waitS: Math.min(maxWaitS, Math.ceil(leftMs / 1000)) };
  return takeOver(seen, claim, nowMs);
};

const beginning = ({ attempt, leaseUntilMs, voiceName, sampleKeys }: Claim): HeldWork => ({
  state: 'cloning',
  attempt,
  lease_until: leaseUntilMs,
  voice_name: voiceName,
  samples: [...sampleKeys],
});

const claimed = (claim: Claim, begun: HeldWork): Transition['to'] => ({
  conversation_id: claim.conversationId,
  agent_id: claim.agentId,
  work: begun,
  caller_hash: claim.callerHash,
  signed_at: claim.signedAtS,
  expires_at: claim.expiresAtS,
});

/** Claims a conversation that is not in the ledger. */
export const claimNew = (claim: Claim): { work: HeldWork; transition: Transition } => {
  const begun = beginning(claim);
  return { work: begun, transition: { region: 'work', from: { pk: 'absent' }, to: claimed(claim, begun) } };
};

/**
 * Takes over an earlier attempt, and its clone under the clone's name. If its outcome is unknown, searches for the
 * clone first.
 */
const takeOver = (seen: Conversation, claim: Claim, nowMs: number): ClaimVerdict => {
  const isExpired = seen.expires_at * 1000 <= nowMs;
  const now = isExpired ? undefined : seen.work;
  const fresh = beginning(claim);
  const named = now !== undefined && 'voice_name' in now ? { ...fresh, voice_name: now.voice_name } : fresh;
  const voiceId = voiceOf({ work: now });
  const begun: HeldWork = voiceId === undefined ? named : { ...named, state: 'cloned', voice_id: voiceId };
  const since: Transition['from'] = isExpired ? { expires_at: { is: seen.expires_at } } : { ended_at: 'absent' };
  const reset = isExpired ? { ended_at: undefined, call_until: undefined, erased_at: undefined, ...withoutQuotes } : {};
  return {
    may: 'take-over',
    work: begun,
    search: now?.state === 'cloning',
    transition: { region: 'work', from: { ...unchanged(seen), ...since }, to: { ...claimed(claim, begun), ...reset } },
  };
};

/**
 * Returns whether no attempt is left to finish the work: its lease ended `graceMs` ago without a takeover, or its voice
 * was left `graceMs` ago and nobody has adopted or released it.
 */
export const isAbandoned = (seen: Conversation, graceMs: number, nowMs: number): boolean => {
  if (seen.ended_at !== undefined || seen.work === undefined) return false;
  const { state } = seen.work;
  if (state === 'ready' || state === 'taken' || state === 'open') return false;
  const since = 'since' in seen.work ? seen.work.since : seen.work.lease_until;
  return since + graceMs <= nowMs;
};
