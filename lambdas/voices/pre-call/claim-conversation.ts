import { randomUUID } from 'node:crypto';
import { callerName } from '../../callers/caller-name';
import { ServiceError } from '../../platform/errors';
import { sampleKey } from '../../samples/voice-sample';
import { type Claim, claimNew, judgeClaim } from '../claim-decision';
import { type HeldWork, voiceOf } from '../conversation';
import { voiceName } from '../voice-identity';
import type { PreCall, PreCallDeps } from './deps';
import type { PreCallAnswer } from './pre-call-answer';
import { Hold } from './progress';

/** How long the ledger keeps a conversation after its voice expires, for late ends and redeliveries. */
export const keptAfterVoiceHours = 48;

/**
 * Claims the conversation, so that it gets at most one voice. Returns the stored answer of a completed conversation.
 * Throws 503 `CLONE_IN_PROGRESS` while another delivery works on it, and 409 `CONVERSATION_ENDED` after its end.
 */
export const claimConversation = async (call: PreCall, deps: PreCallDeps): Promise<Hold | PreCallAnswer> => {
  const claim = newClaim(call, deps);
  const { conversations, nowMs, log } = deps;
  const { conversationId } = claim;
  const begun = claimNew(claim);
  if (await conversations.write(conversationId, begun.transition)) return hold(conversationId, begun.work, false, deps);
  const seen = await conversations.read(conversationId);
  if (seen === undefined) throw inProgress(1);
  const verdict = judgeClaim(seen, claim, nowMs());
  switch (verdict.may) {
    case 'answer-again':
      return verdict.answer;
    case 'wait':
      throw inProgress(verdict.waitS);
    case 'refuse-ended':
      throw conversationEnded();
    case 'refuse-other-agent':
      throw otherAgent(conversationId);
    case 'take-over': {
      const { work, search, transition } = verdict;
      if (!(await conversations.write(conversationId, transition))) throw inProgress(1);
      log.info('claim_taken_over', { search, voice_id: voiceOf({ work }) });
      return hold(conversationId, work, search, deps);
    }
  }
};

const hold = (conversationId: string, work: HeldWork, search: boolean, { conversations }: PreCallDeps): Hold => {
  const voiceId = voiceOf({ work });
  const reached =
    voiceId === undefined ? ({ clone: search ? 'unknown' : 'none' } as const) : ({ clone: 'made', voiceId } as const);
  return new Hold(conversationId, work, reached, conversations, claimLost);
};

/** Returns the error for a lost claim: another attempt holds the conversation, or it has ended. */
const claimLost = async (conversationId: string, conversations: PreCallDeps['conversations']): Promise<ServiceError> =>
  (await conversations.read(conversationId))?.ended_at === undefined ? inProgress(1) : conversationEnded();

/** Returns a name for the conversation's clone, with the current time. */
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
    callerHash,
    signedAtS,
    sampleKeys: storage === undefined ? [] : samples.map((sample) => sampleKey(event.conversation_id, sample)),
    expiresAtS: Math.floor(now / 1000) + keptHours * 3600,
  };
};

const inProgress = (retryAfterS: number): ServiceError =>
  new ServiceError({
    code: 'CLONE_IN_PROGRESS',
    message:
      'Another delivery of this conversation is in progress, or its outcome is not known yet. ' +
      `Retry after ${retryAfterS} s to get its answer.`,
    retryAfterS,
  });

const conversationEnded = (): ServiceError =>
  new ServiceError({
    code: 'CONVERSATION_ENDED',
    message: 'This conversation has already ended, and its voice is gone. Use a new conversation_id for a new call.',
  });

const otherAgent = (conversationId: string): ServiceError =>
  new ServiceError({
    code: 'INVALID_PAYLOAD',
    message:
      'agent_id: this conversation_id was already used with another agent. Use a new conversation_id for each call.',
    conversationId,
  });
