import { setImmediate } from 'node:timers/promises';
import type { Caller } from '../../callers/caller';
import { requireConsent } from '../../callers/require-consent';
import { within } from '../../platform/deadline';
import { prefetch } from '../../platform/lazy';
import { samplesDigest } from '../../samples/samples-digest';
import { storeSample } from '../../samples/stored-samples';
import { sampleKey } from '../../samples/voice-sample';
import type { Agent } from '../agent';
import { complete, type Completion } from '../conversation';
import { activate } from './activation';
import { readAgentItem, startReadingAgent } from './agent-view';
import { answerOf } from './build-answer';
import { type CallGreeting, greetingOf, overridingGreeting } from './call-greeting';
import { callerExpiryS, recognise, rememberCaller, rememberConversation, requireUnerased } from './caller-item';
import { claimConversation } from './claim-conversation';
import { ClaimedConversation } from './claimed-conversation';
import { cleanUp } from './clean-up';
import type { PreCall, PreCallDeps, ReceivedPreCall } from './deps';
import { obtainVoice, voiceExpiryS } from './obtain-voice';
import type { PreCallAnswer } from './pre-call-answer';
import { endOlderPreCalls, scheduleUntakenEnd } from './untaken';

/**
 * Gives the caller's voice to the agent. Claims the conversation, and clones the voice in parallel with storing the
 * sample and reading the agent. Then activates the voice and answers. A redelivery gets the same answer. Cleans up
 * after a failure or at the deadline, unless the answer turns out to be stored. `recognising` is the lookup of the
 * caller, if it has begun. Throws ServiceError on failure; 403, before anything is stored, if consent is required and
 * missing.
 */
export const preCall = async (
  received: ReceivedPreCall,
  deps: PreCallDeps,
  recognising?: ReturnType<typeof recognise>,
): Promise<PreCallAnswer> => {
  const call = { ...received, ...(await within(received.deadline, recognising ?? recognise(received, deps))) };
  await within(call.deadline, checkConsent(call, deps));
  const agentItem = readAgentItem(call, deps);
  prefetch(deps.installationId);
  const claimed = await within(call.deadline, claimConversation(call, deps));
  if (!(claimed instanceof ClaimedConversation)) return claimed;
  const { answer, caller } = await within(call.deadline, serve(call, claimed, agentItem, deps)).catch(
    async (error: unknown) => {
      const stored = await cleanUp(call, claimed, error, deps);
      if (stored === undefined) throw error;
      return { answer: stored, caller: call.caller };
    },
  );
  // Only now, because a failed pre-call takes back no more than its call and its caller's first name.
  await rememberCaller(call, answer.voice_id, caller, deps);
  return answer;
};

/** Checks the required consent, and stores its evidence, before anything else is stored or cloned. */
const checkConsent = async (call: PreCall, deps: PreCallDeps): Promise<void> => {
  const { event, callerHash, caller, olderConsents, signedAtS } = call;
  await requireConsent(
    {
      callerHash,
      caller,
      olderConsents,
      signedAtS,
      expiresAtS: callerExpiryS(deps),
      conversationId: event.conversation_id,
      consent: event.consent ?? undefined,
    },
    deps,
  );
};

/** An answered pre-call. */
interface Served {
  readonly answer: PreCallAnswer;
  /** The caller's item before the answer; undefined if unknown. */
  readonly caller: Caller | undefined;
}

const serve = async (
  call: PreCall,
  claimed: ClaimedConversation,
  agentItem: Promise<Agent> | undefined,
  deps: PreCallDeps,
): Promise<Served> => {
  const { conversation_id } = call.event;
  const agent = startReadingAgent(call, agentItem, deps);
  const [{ voiceId: voice_id, voiceName }, view] = await allSettled([
    obtainVoice(call, claimed, agent.checkMayClone, deps),
    agent.view,
    cloneFirst().then(() => storeSamples(call, deps)),
    rememberConversation(call, deps),
  ]);
  const greeting = await greetingOf(call, view, deps);
  const { first_message } = greeting;
  const activation = { conversation_id, voice_id, first_message, is_recognised: view.isServedPerCall };
  const [{ isUpdated, settled }, caller] = await allSettled([
    activate(call, activation, view, deps),
    requireUnerased(call, deps),
    scheduleUntakenEnd(call, view, deps),
  ]);
  const answer = answerOf(call, { voiceName, isUpdated, greeting, view }, activation, deps);
  const completion = completionOf(call, greeting, deps);
  const completing = deps.conversations.write(conversation_id, complete(claimed.work, answer, completion));
  const [isCompleted] = await allSettled([completing, settled]);
  if (!isCompleted) throw await claimed.lostError();
  if (answer.voice_reaches_caller === 'no') deps.log.warn('voice_reaches_nobody', { agent_id: call.event.agent_id });
  if (answer.recognised_by === 'agent') deps.meter.count('CallsServedByPatch');
  if (view.isServedPerCall) await endOlderPreCalls(call, caller, deps);
  return { answer, caller };
};

/** Lets the clone's request leave before what the processor would be busy with otherwise: the clone takes longest. */
const cloneFirst = (): Promise<unknown> => setImmediate();

const completionOf = ({ samples }: PreCall, greeting: CallGreeting, deps: PreCallDeps): Completion => ({
  firstMessage: overridingGreeting(greeting),
  greetingSource: greeting.greeting_source,
  voiceExpiresAtS: voiceExpiryS(deps),
  validUntilS: Math.floor(deps.nowMs() / 1000) + deps.settings.validS,
  sampleDigest: samplesDigest(samples),
});

/** Waits for all promises even if one fails, because the clean-up must know each outcome. */
const allSettled = async <T extends readonly Promise<unknown>[]>(
  work: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> => {
  await Promise.allSettled(work);
  return Promise.all(work);
};

const storeSamples = async ({ event, samples }: PreCall, { samples: storage }: PreCallDeps): Promise<void> => {
  if (storage === undefined) return;
  await Promise.all(samples.map((sample) => storeSample(storage, sampleKey(event.conversation_id, sample), sample)));
};
