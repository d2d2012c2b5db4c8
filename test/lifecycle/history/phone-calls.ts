import type { InitiationAnswer } from '../../../lambdas/initiation/initiation';
import { judgeTake } from '../../../lambdas/voices/starting-call';
import { passes } from './deliver';
import type { HangUp, Ring } from './history';
import { claim, readLedger } from './invariants';
import type { KnownCall, PhoneCall, World } from './world';

/** A call comes in; what the webhook answers is what it gets. A killed webhook, or one that fails, ends the call. */
export const ring = async ({ call: index, killAfter }: Ring, world: World, isBesideOthers: boolean): Promise<void> => {
  const { rig, plantedInInitiation, calls, phoneCalls } = world;
  const { agentId, phoneNumber = 'anonymous' } = calls[index]!;
  const callId = `el_${phoneCalls.length}_${index}`;
  const call: PhoneCall = { callId, agentId, phoneNumber, status: 'in-progress', took: undefined, endWasTold: false };
  phoneCalls.push(call);
  rig.elevenLabs.addConversation({ conversationId: callId, agentId, status: 'in-progress' });
  const mayTake = killAfter === undefined && !isBesideOthers ? await openPreCalls(call, world) : [];
  const request = { caller_id: phoneNumber, called_number: '+31201234567', agent_id: agentId, conversation_id: callId };
  const answer = await rig.initiation(request, killAfter === undefined ? {} : { killAfter }, plantedInInitiation);
  if (answer === 'killed') {
    fail(call, world);
    return;
  }
  call.took = preCallOf(answer);
  if (call.took !== undefined) checkTaken(call, answer, world);
  else claim(mayTake.length === 0, () => `${callId} was given no pre-call, although there are ${mayTake.join()}.`);
};

/** The pre-calls that a call can take for certain: answered, valid, and nothing is about to fail. */
const openPreCalls = async (call: PhoneCall, world: World): Promise<string[]> => {
  const { rig, calls } = world;
  const hasFault = rig.awsFaults.length > 0 || rig.elevenLabs.state.concurrency.current > 0;
  const { conversations } = await readLedger(world);
  const starting = { callId: call.callId, agentId: call.agentId, nowS: nowS(world), longestCallS: 3600 };
  return calls
    .filter((known) => sameNumber(known, call) && !hasFault)
    .filter(({ conversationId }) => judgeTake(conversations.get(conversationId), starting).may === 'take')
    .map(({ conversationId }) => conversationId);
};

const fail = (call: PhoneCall, { rig }: World): void => {
  call.status = 'failed';
  rig.elevenLabs.changeConversation(call.callId, { status: 'failed' });
};

const preCallOf = ({ dynamic_variables: variables }: InitiationAnswer): string | undefined => {
  const id = variables['precall_conversation_id'];
  return id === undefined ? undefined : String(id);
};

/** A call has the pre-call of its own number and agent, and no other live call has it. */
const checkTaken = (call: PhoneCall, answer: InitiationAnswer, { rig, calls, phoneCalls }: World): void => {
  const preCall = calls.find(({ conversationId }) => conversationId === call.took);
  claim(
    preCall?.agentId === call.agentId && preCall.phoneNumber === call.phoneNumber,
    () => `${call.callId} has the pre-call ${call.took} of another caller or agent.`,
  );
  const other = phoneCalls.find((each) => each !== call && each.took === call.took && each.status === 'in-progress');
  claim(other === undefined, () => `${call.took} was given to two calls: ${other?.callId} and ${call.callId}.`);
  const voiceId = answer.conversation_config_override?.tts?.voice_id;
  const exists = voiceId === undefined || rig.elevenLabs.state.voices.some((known) => known.voiceId === voiceId);
  claim(exists, () => `${call.callId} was given the voice ${voiceId}, which does not exist.`);
};

/** The oldest call of this number on this agent whose end was not told is over; one that never started tells no end. */
export const hangUp = async ({ call: index, as: status, killAfter }: HangUp, world: World): Promise<void> => {
  const { rig, planted, calls, phoneCalls } = world;
  const { agentId, phoneNumber = 'anonymous' } = calls[index]!;
  const isMeant = (call: PhoneCall): boolean => call.agentId === agentId && call.phoneNumber === phoneNumber;
  const call = phoneCalls.find((each) => isMeant(each) && each.status === 'in-progress');
  if (call === undefined) return;
  call.status = status;
  rig.elevenLabs.changeConversation(call.callId, { status });
  if (status === 'failed') return;
  // Its end may be matched by number, where its link could not be written.
  for (const known of calls) known.endWasTold ||= known.agentId === agentId && sameNumber(known, call);
  call.endWasTold = true;
  const ended = {
    conversationId: call.callId,
    agentIds: [agentId],
    callerIdentifiers: [phoneNumber],
    startedAtS: nowS(world),
  };
  const told = await rig.endCall(ended, killAfter, planted).catch(passes);
  if (told === 'killed') await rig.endCall(ended, undefined, planted).catch(passes);
};

const sameNumber = ({ phoneNumber }: KnownCall, call: PhoneCall): boolean => phoneNumber === call.phoneNumber;

const nowS = ({ rig }: World): number => Math.floor(rig.nowMs() / 1000);
