import {
  isConversationLive,
  isLiveStatus,
  listConversations,
  listConversationsOfUser,
} from '../../elevenlabs/conversations';
import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import { type Conversation, takenBy, voiceOf } from '../conversation';
import { mayBeInCall } from '../ended-conversation';
import { withdrawActivation } from '../on-agent/restore-agent';
import type { Voice } from '../voice';
import type { VoiceDeletionDeps } from './deps';
import { releaseAgent } from './release-agent';

/** Seconds after which ElevenLabs is asked again whether a call is live, in case its end is never reported. */
const askAgainS = 30;

/** How much ElevenLabs' clock may be behind, in seconds. */
const clockSkewS = 60;

/**
 * Returns the live call that uses a pre-call's answer: the one with the pre-call's own id, or one that ElevenLabs lists
 * for this caller and agent and that has no other pre-call. Throws ElevenLabsError or AwsUnavailable on failure.
 */
export const usingCall = async (
  preCall: Conversation,
  deadline: Deadline,
  { elevenLabs, conversations }: Pick<VoiceDeletionDeps, 'elevenLabs' | 'conversations'>,
): Promise<string | undefined> => {
  const { conversation_id, agent_id: agentId, caller_hash: userId, signed_at: signedAtS } = preCall;
  if (await isConversationLive(elevenLabs, conversation_id, deadline)) return conversation_id;
  if (agentId === undefined || userId === undefined) return undefined;
  const filter = { agentId, userId, startedAfterS: (signedAtS ?? 0) - clockSkewS };
  for await (const page of listConversations(elevenLabs, filter, deadline))
    for (const call of page)
      if (call !== undefined && isLiveStatus(call.status)) {
        const item = await conversations.read(call.conversation_id);
        const took = item?.took ?? conversation_id;
        if (took === conversation_id && item?.work === undefined) return call.conversation_id;
      }
  return undefined;
};

/**
 * Lets a live call keep its voice after its caller withdrew or was erased. Gives the agent its own voice back at once.
 * Returns if no call is live or its time is over. Otherwise throws RetryLater; ServiceError or AwsUnavailable on
 * failure.
 */
export const waitForCall = async (ended: Conversation, deadline: Deadline, deps: VoiceDeletionDeps): Promise<void> => {
  const { conversation_id: conversationId, agent_id: agentId, call_until: untilS = 0 } = ended;
  const voiceId = voiceOf(ended);
  if (!mayBeInCall(ended, deps.nowMs()) || agentId === undefined || voiceId === undefined) return;
  await withdrawActivation({ agentId, conversationId, voiceId }, deps);
  if (!(await unlessRefused(isInLiveCall(ended, deadline, deps)))) return;
  await releaseAgent(agentId, voiceId, deadline, deps);
  throw callIsLive(untilS, deps);
};

/** Returns whether a live call uses a pre-call: the one that took it or, if none did, one that has its answer. */
const isInLiveCall = async (preCall: Conversation, deadline: Deadline, deps: VoiceDeletionDeps): Promise<boolean> => {
  const callId = takenBy(preCall);
  if (callId !== undefined) return isConversationLive(deps.elevenLabs, callId, deadline);
  return (await usingCall(preCall, deadline, deps)) !== undefined;
};

/**
 * Lets a live call of the voice's caller keep the voice until `untilS` (unix seconds). Finds calls that started without
 * a pre-call. Otherwise like `waitForCall`.
 */
export const waitForCaller = async (
  { caller_hash: userId }: Pick<Extract<Voice, { state: 'live' }>, 'caller_hash'>,
  { askedAtS, untilS }: { readonly askedAtS: number; readonly untilS: number },
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  if (userId === undefined || deps.nowMs() >= untilS * 1000) return;
  const startedAfterS = askedAtS - deps.longestCallS;
  if (await unlessRefused(hasLiveCall(userId, { startedAfterS, askedAtS }, deadline, deps)))
    throw callIsLive(untilS, deps);
};

const hasLiveCall = async (
  userId: string,
  { startedAfterS, askedAtS }: { readonly startedAfterS: number; readonly askedAtS: number },
  deadline: Deadline,
  { elevenLabs }: VoiceDeletionDeps,
): Promise<boolean> => {
  for await (const call of listConversationsOfUser(elevenLabs, userId, deadline, startedAfterS))
    if (call !== undefined && isLiveStatus(call.status) && call.start_time_unix_secs <= askedAtS) return true;
  return false;
};

const callIsLive = (untilS: number, { nowMs }: VoiceDeletionDeps): RetryLater =>
  new RetryLater('live_call', Math.max(1, Math.min(askAgainS, untilS - nowMs() / 1000)));

/** A call counts as live while ElevenLabs does not answer, and as over if the key may not ask. */
const unlessRefused = (isLive: Promise<boolean>): Promise<boolean> =>
  isLive.catch((error: unknown) => {
    if (!(error instanceof ElevenLabsError)) throw error;
    return error.kind === 'busy' || error.kind === 'unavailable';
  });
