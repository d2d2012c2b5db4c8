import type { PreCallAnswer } from '../../../lambdas/voices/pre-call/pre-call-answer';
import { patchAgent } from '../../../local/elevenlabs/agents';
import { agentNow } from '../../support/lifecycle/agent-now';
import { deliverOnce, passes } from './deliver';
import type { Act, Deliver, End, PersonsChange, Step } from './history';
import { hangUp, ring } from './phone-calls';
import { advance, foreignVoices, type KnownCall, lag, stateOf, type World } from './world';

const searchLagMs = 10 * 60_000;

/** A killed pre-call's timers go on to its deadline. */
const killedLeftMs = 2_000;

/** Lets one step of a history happen. Throws where an answer is not true. */
export const runStep = async (step: Step, world: World): Promise<void> => {
  const { rig } = world;
  switch (step.do) {
    case 'together':
      return together(step.acts, world);
    case 'advance':
      return advance(world, step.seconds);
    case 'fault':
      rig.elevenLabs.addFault(step.fault);
      return;
    case 'awsFault':
      rig.awsFaults.push({ ...step.fault });
      return;
    case 'searchLags':
      lag(world, searchLagMs);
      return;
    case 'calm':
      calm(world);
      return;
    case 'goesOn':
      goesOn(findByConversation(world, step.call), world);
      return;
    case 'deliver':
    case 'end':
    case 'ring':
    case 'hangUp':
    case 'person':
    case 'processJob':
    case 'sweep':
    case 'reconcile':
      return runAct(step, world, false);
  }
};

/** Deliveries at the same time make one clone of a conversation, unless something else goes wrong at that time. */
const together = async (acts: readonly Act[], world: World): Promise<void> => {
  const { rig, made } = world;
  const isCalm =
    rig.elevenLabs.state.faults.length === 0 &&
    rig.awsFaults.length === 0 &&
    acts.every((act) => (act.do === 'deliver' || act.do === 'person') && !('killAfter' in act) && !('leftMs' in act));
  const before = made.length;
  await Promise.all(acts.map((act) => runAct(act, world, acts.length > 1)));
  const now = made.slice(before).map(({ description }) => description);
  const twice = isCalm ? now.find((description, index) => now.indexOf(description) !== index) : undefined;
  if (twice !== undefined) throw new Error(`Two deliveries at the same time cloned twice: ${twice}`);
};

/** Ends all faults. */
export const calm = (world: World): void => {
  world.rig.elevenLabs.clearFaults();
  world.rig.awsFaults.length = 0;
  lag(world, 0);
};

const findByConversation = ({ calls }: World, index: number): KnownCall => calls[index]!;

const goesOn = ({ conversationId, agentId, startedAtS }: KnownCall, { rig }: World): void => {
  const isKnown = rig.elevenLabs.state.conversations.some((known) => known.conversationId === conversationId);
  if (startedAtS !== undefined && !isKnown) rig.elevenLabs.addConversation({ conversationId, agentId });
};

const runAct = async (act: Act, world: World, isBesideOthers: boolean): Promise<void> => {
  const { rig, planted, plantedInWorker } = world;
  if (act.afterMs !== undefined) await new Promise((resolve) => setTimeout(resolve, act.afterMs));
  switch (act.do) {
    case 'deliver':
      return deliver(act, world, isBesideOthers);
    case 'end':
      return end(act, world);
    case 'ring':
      return ring(act, world, isBesideOthers);
    case 'hangUp':
      return hangUp(act, world);
    case 'person':
      await changeAgent(act, world, isBesideOthers);
      return;
    case 'processJob':
      await rig.processJob(act.killAfter, plantedInWorker);
      return;
    case 'sweep':
      await rig.sweep(act.killAfter, planted).catch(passes);
      return;
    case 'reconcile':
      await rig.reconcile(act.killAfter, planted).catch(passes);
      return;
  }
};

const deliver = async ({ call: index, ...process }: Deliver, world: World, isBesideOthers: boolean): Promise<void> => {
  const { rig } = world;
  const call = findByConversation(world, index);
  const wasBusy = isBesideOthers || rig.elevenLabs.state.concurrency.current > 0;
  const isSentBefore = call.startedAtS !== undefined;
  const leftMs = process.killAfter === undefined ? undefined : killedLeftMs;
  const answer = await deliverOnce(call, world, { leftMs, ...process });
  if (typeof answer === 'string') return;
  if (isBesideOthers) return;
  call.endWasTold = false;
  if (!wasBusy && !isSentBefore) expectPair(answer, call.agentId, world);
};

const expectPair = (answer: PreCallAnswer, agentId: string, { rig }: World): void => {
  if (!answer.agent_updated) return;
  const { voiceId, firstMessage } = agentNow(rig, agentId);
  const { agent } = answer.conversation_config_override ?? {};
  if (voiceId !== answer.voice_id || (agent !== undefined && firstMessage !== agent.first_message))
    throw new Error(
      `${answer.conversation_id} was told agent_updated, but ${agentId} has ${voiceId}, ${firstMessage}.`,
    );
};

const end = async ({ call: index, by, killAfter }: End, world: World): Promise<void> => {
  const { rig, planted, calls } = world;
  const call = findByConversation(world, index);
  const { conversationId, agentId, phoneNumber: externalNumber, startedAtS } = call;
  const isMeant = (other: KnownCall): boolean =>
    other === call || (by === 'caller' && other.agentId === agentId && other.phoneNumber === externalNumber);
  for (const other of calls) other.endWasTold ||= isMeant(other);
  const ended = {
    id: { conversationId },
    variable: { conversationId: `el_${conversationId}`, precallConversationId: conversationId },
    caller: {
      conversationId: `el_${conversationId}`,
      agentIds: [agentId],
      callerIdentifiers: externalNumber === undefined ? [] : [externalNumber],
      startedAtS,
    },
  }[by];
  const isInProgress = rig.elevenLabs.state.conversations.some((known) => known.conversationId === conversationId);
  if (isInProgress) rig.elevenLabs.changeConversation(conversationId, { status: 'done' });
  const isTaken = await rig.endCall(ended, killAfter, planted).then(
    (outcome) => outcome === undefined,
    (error: unknown) => {
      passes(error);
      return false;
    },
  );
  if (!isTaken) call.owedEnds.push(() => rig.endCall(ended, undefined, planted));
};

/** At ElevenLabs itself, where no fault of our connection strikes it. */
export const changeAgent = async (change: PersonsChange, world: World, isBesideOthers: boolean): Promise<void> => {
  const { rig, own } = world;
  const agentId = `agent_${change.agent}`;
  // The clone of another installation is nobody's choice: the agent gets back what it had before, as far as that is known.
  const isOthers = change.voice === 'other-installation';
  if (isOthers && (await rig.deps.agents.read(agentId)).baseline?.voice_id === undefined) return;
  const voiceId = change.voice === undefined ? undefined : foreignVoices[change.voice];
  // Only a PATCH of ours whose look came before may overwrite what a person sets now, and its version still shows that.
  const { versions = [] } = rig.elevenLabs.state.agents.find((agent) => agent.agentId === agentId) ?? {};
  const mayBeLost = versions.length === 0 && (isBesideOthers || rig.elevenLabs.state.concurrency.current > 0);
  // A greeting beside the clone of another installation counts as that installation's: either may come back.
  const isBesideClone = agentNow(rig, agentId).voiceId === foreignVoices['other-installation'];
  const values = own.get(agentId)!;
  const remember = (field: 'voiceId' | 'firstMessage', value: string | undefined): void => {
    if (value === undefined || isOthers) return;
    if (!mayBeLost && !(isBesideClone && field === 'firstMessage')) values[field].clear();
    values[field].add(value);
  };
  remember('voiceId', voiceId);
  remember('firstMessage', change.message);
  const conversation_config = {
    ...(voiceId !== undefined && { tts: { voice_id: voiceId } }),
    ...(change.message !== undefined && { agent: { first_message: change.message } }),
  };
  patchAgent(stateOf(rig), agentId, { conversation_config }, Date.now());
};
