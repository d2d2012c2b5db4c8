import { randomUUID } from 'node:crypto';
import { callerName } from '../../callers/caller-name';
import type { Claim, HeldClaim } from '../../ledger/conversations';
import { ServiceError } from '../../platform/errors';
import { sampleKey } from '../../samples/voice-sample';
import { judgeClaim, type PreCallAnswer } from '../conversation';
import { voiceName } from '../voice-identity';
import type { PreCall, PreCallDeps } from './deps';

/** How long a conversation outlives its voice in the ledger, so that late ends and redeliveries find it. */
export const keptAfterVoiceHours = 48;

/** A conversation that this attempt alone works on until its lease ends. */
export interface Claimed extends HeldClaim {
  readonly voiceName: string;
  readonly leaseUntilMs: number;
  /** Where the samples are, or will be, in S3. */
  readonly sampleKeys: readonly string[];
  /** The clone of an earlier attempt, to be adopted. */
  readonly voiceId: string | undefined;
  /** Whether an earlier attempt may have made a clone that has to be searched for first. */
  readonly search: boolean;
}

/**
 * Claims the conversation, so that it ends up with at most one voice. A completed one gives its answer again. Throws 503
 * `CLONE_IN_PROGRESS` while another delivery works on it, and 409 `CONVERSATION_ENDED` after its end.
 */
export const claimConversation = async (call: PreCall, deps: PreCallDeps): Promise<Claimed | PreCallAnswer> => {
  const claim = newClaim(call, deps);
  if (await deps.conversations.claim(claim)) return { ...claim, search: false };
  const seen = await deps.conversations.read(claim.conversationId);
  if (seen === undefined) throw inProgress(1);
  // The SDK repeated a write whose answer got lost: the claim that stands in our way is our own.
  if (seen.attempt === claim.attempt) return { ...claim, search: false };
  const nowMs = deps.nowMs();
  const isKnown = seen.expires_at * 1000 > nowMs && seen.agent_id !== undefined;
  if (isKnown && seen.agent_id !== claim.agentId) throw otherAgent(claim.conversationId);
  const verdict = judgeClaim(seen, nowMs);
  switch (verdict.may) {
    case 'answer-again':
      return verdict.answer;
    case 'wait':
      throw inProgress(verdict.waitS);
    case 'refuse-ended':
      throw conversationEnded();
    case 'take-over': {
      const taken = { ...claim, voiceName: verdict.voiceName ?? claim.voiceName, voiceId: verdict.voiceId };
      const isTaken = await deps.conversations.takeOver(taken, verdict.from, Math.floor(nowMs / 1000));
      if (!isTaken && !(await ownWriteSucceeded(taken, deps))) throw inProgress(1);
      deps.log.info('claim_taken_over', { search: verdict.search, voice_id: verdict.voiceId });
      return { ...taken, search: verdict.search };
    }
  }
};

/** Whether a take-over that seemed to fail had been written by its first, unanswered try. */
const ownWriteSucceeded = async (
  { conversationId, attempt }: Claim,
  { conversations }: PreCallDeps,
): Promise<boolean> => (await conversations.read(conversationId))?.attempt === attempt;

/** What to answer when a write showed that the claim is no longer ours. */
export const claimLost = async (conversationId: string, deps: PreCallDeps): Promise<ServiceError> => {
  const seen = await deps.conversations.read(conversationId);
  return seen?.ended_at === undefined ? inProgress(1) : conversationEnded();
};

/** A name for the conversation's clone, as of now. */
export const newVoiceName = ({ event }: Pick<PreCall, 'event'>, nowMs: number): string =>
  voiceName(callerName(event.caller_metadata?.name), event.conversation_id, new Date(nowMs));

const newClaim = (
  { event, samples, callerHash, signedAtS }: PreCall,
  { settings, samples: storage, nowMs }: PreCallDeps,
): Claim => {
  const now = nowMs();
  const keptHours = settings.voiceTtlHours + keptAfterVoiceHours;
  return {
    conversationId: event.conversation_id,
    agentId: event.agent_id,
    attempt: randomUUID(),
    leaseUntilMs: now + settings.leaseMs,
    voiceName: newVoiceName({ event }, now),
    voiceId: undefined,
    callerHash,
    signedAtS,
    sampleKeys: storage === undefined ? [] : samples.map((sample) => sampleKey(event.conversation_id, sample)),
    expiresAtS: Math.floor(now / 1000) + keptHours * 3600,
  };
};

const inProgress = (retryAfterS: number): ServiceError =>
  new ServiceError({
    code: 'CLONE_IN_PROGRESS',
    message: `Another delivery of this conversation is being worked on, or its outcome is not known yet. Send it again in ${retryAfterS} s for its answer.`,
    retryAfterS,
  });

const conversationEnded = (): ServiceError =>
  new ServiceError({
    code: 'CONVERSATION_ENDED',
    message: 'This conversation has ended already, and its voice is gone. Use a new conversation id for a new call.',
  });

const otherAgent = (conversationId: string): ServiceError =>
  new ServiceError({
    code: 'INVALID_PAYLOAD',
    message: 'agent_id: this conversation was sent for another agent before. Use a new conversation id for a new call.',
    conversationId,
  });
