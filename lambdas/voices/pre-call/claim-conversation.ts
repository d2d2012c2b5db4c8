import { randomUUID } from 'node:crypto';
import { callerName } from '../../callers/caller-name';
import { ServiceError } from '../../platform/errors';
import { sampleKey } from '../../samples/voice-sample';
import { type Claim, claimNew, judgeClaim } from '../claim-decision';
import { voiceOf } from '../conversation';
import { voiceName } from '../voice-identity';
import { ClaimedConversation, type CloneProgress, conversationEnded, inProgress } from './claimed-conversation';
import type { PreCall, PreCallDeps } from './deps';
import type { PreCallAnswer } from './pre-call-answer';

/** How long the ledger keeps a conversation after its voice expires, for late ends and redeliveries. */
export const keptAfterVoiceHours = 48;

/**
 * Claims the conversation, so that it gets at most one voice. Returns the stored answer of a completed conversation.
 * Throws 503 `CLONE_IN_PROGRESS` while another delivery works on it, and 409 `CONVERSATION_ENDED` after its end.
 */
export const claimConversation = async (
  call: PreCall,
  deps: PreCallDeps,
): Promise<ClaimedConversation | PreCallAnswer> => {
  const claim = newClaim(call, deps);
  const { conversations, nowMs, log } = deps;
  const { conversationId } = claim;
  const begun = claimNew(claim);
  if (await conversations.write(conversationId, begun.transition))
    return new ClaimedConversation(conversationId, begun.work, { clone: 'none' }, conversations);
  const conversation = await conversations.read(conversationId);
  if (conversation === undefined) throw inProgress(1);
  const verdict = judgeClaim(conversation, claim, nowMs());
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
      const { work, mayHaveClone, transition } = verdict;
      if (!(await conversations.write(conversationId, transition))) throw inProgress(1);
      const voiceId = voiceOf({ work });
      log.info('claim_taken_over', { search: mayHaveClone, voice_id: voiceId });
      return new ClaimedConversation(conversationId, work, progressOf(voiceId, mayHaveClone), conversations);
    }
  }
};

const progressOf = (voiceId: string | undefined, mayHaveClone: boolean): CloneProgress => {
  if (voiceId !== undefined) return { clone: 'made', voiceId };
  return { clone: mayHaveClone ? 'unknown' : 'none' };
};

/** Returns a name for the conversation's clone, with the current time. */
export const newVoiceName = ({ event }: Pick<PreCall, 'event'>, nowMs: number): string =>
  voiceName(callerName(event.caller_metadata?.name), event.conversation_id, new Date(nowMs));

const newClaim = (
  { event, samples, callerHash, signedAtS }: PreCall,
  { settings, samples: storage, nowMs }: PreCallDeps,
): Claim => {
  const claimedAtMs = nowMs();
  const keptHours = settings.voiceTtlHours + keptAfterVoiceHours;
  return {
    conversationId: event.conversation_id,
    agentId: event.agent_id,
    attempt: randomUUID(),
    leaseUntilMs: claimedAtMs + settings.leaseMs,
    voiceName: newVoiceName({ event }, claimedAtMs),
    callerHash,
    signedAtS,
    sampleKeys: storage === undefined ? [] : samples.map((sample) => sampleKey(event.conversation_id, sample)),
    expiresAtS: Math.floor(claimedAtMs / 1000) + keptHours * 3600,
  };
};

const otherAgent = (conversationId: string): ServiceError =>
  new ServiceError({
    code: 'INVALID_PAYLOAD',
    message:
      'agent_id: this conversation_id was already used with another agent. Use a new conversation_id for each call.',
    conversationId,
  });
