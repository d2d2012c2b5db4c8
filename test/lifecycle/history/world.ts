import type { SimulatorState } from '../../../local/elevenlabs/state';
import { agentNow } from '../../support/lifecycle/agent-now';
import type { LifecycleDeps } from '../../support/lifecycle/deps';
import type { LifecycleRig } from '../../support/lifecycle/rig';
import type { History, PlannedCall } from './history';

/**
 * Dependencies in place of the real ones, of the worker of deletions, of initiation or of all others: where a test
 * plants a bug.
 */
export type Planted = (deps: LifecycleDeps, role: 'worker' | 'initiation' | 'other') => Partial<LifecycleDeps>;

/** What a test knows of a call without asking the ledger. */
export interface KnownCall extends Omit<PlannedCall, 'caller'> {
  readonly caller: number;
  readonly conversationId: string;
  readonly agentId: string;
  readonly phoneNumber: string | undefined;
  /** When its first pre-call was sent, in unix seconds. */
  startedAtS: number | undefined;
  /** Whether its pre-call was answered for good: by a 200, or by a refusal that no repetition changes. */
  isAnswered: boolean;
  /** Whether somebody said that it has ended, since it was last answered. */
  endWasTold: boolean;
  /** Ends that were told and got no 200: their sender tells them again. */
  owedEnds: (() => Promise<unknown>)[];
}

/**
 * What a person set last, or had set before us, in a field of an agent. There is more than one value only where a
 * person's change fell between our look at the agent and our PATCH: then either may win.
 */
export type OwnValues = Record<'voiceId' | 'firstMessage', Set<string>>;

/** A call at ElevenLabs. */
export interface PhoneCall {
  readonly callId: string;
  readonly agentId: string;
  readonly phoneNumber: string;
  status: 'in-progress' | 'done' | 'failed';
  /** The pre-call whose answer it was started with. */
  took: string | undefined;
  endWasTold: boolean;
}

/** One history's world: the rig, and what the test knows of what happened on it. */
export interface World {
  readonly rig: LifecycleRig;
  readonly planted: Partial<LifecycleDeps>;
  readonly plantedInWorker: Partial<LifecycleDeps>;
  readonly plantedInInitiation: Partial<LifecycleDeps>;
  readonly phoneCalls: PhoneCall[];
  readonly calls: KnownCall[];
  readonly own: ReadonlyMap<string, OwnValues>;
  /** All clones that were ever made, in their order. */
  readonly made: { readonly voiceId: string; readonly description: string }[];
  /** How long the search misses new voices, in milliseconds of the test's clock. */
  lagMs: number;
  aheadMs: number;
}

/** The agents of the rig. */
export const agentIds = ['agent_1', 'agent_2', 'agent_3'];

/** Voices of the account that are not ours, by who made them. */
export const foreignVoices = { premade: 'personsVoice', foreign: 'foreignClone', 'other-installation': 'othersClone' };

const numbers = ['+31612345678', '+12025550123', '+12025550124', undefined];

/** The simulator's state as data that may be changed. */
export const stateOf = ({ elevenLabs }: LifecycleRig): SimulatorState => elevenLabs.state;

/** Empties the rig and begins a history on it. */
export const newWorld = async (rig: LifecycleRig, history: History, plant: Planted): Promise<World> => {
  await inFlight(rig);
  await rig.reset();
  rig.elevenLabs.changeSettings({ latencyMs: { createVoice: 60, patchAgent: 5, getAgent: 2 }, jitterMs: 2 });
  Object.assign(rig.settings, { retainS: history.retainS, activation: history.activation });
  const world: World = {
    rig,
    planted: plant(rig.deps, 'other'),
    plantedInWorker: plant(rig.deps, 'worker'),
    plantedInInitiation: plant(rig.deps, 'initiation'),
    phoneCalls: [],
    calls: history.calls.map((planned, index) => ({
      ...planned,
      conversationId: `c${index}`,
      agentId: `agent_${planned.agent}`,
      phoneNumber: numbers[planned.caller],
      startedAtS: undefined,
      isAnswered: false,
      endWasTold: false,
      owedEnds: [],
    })),
    own: new Map(agentIds.map((agentId) => [agentId, ownValuesNow(rig, agentId)])),
    made: [],
    lagMs: 0,
    aheadMs: rig.nowMs() - Date.now(),
  };
  if (history.asks) letAgentsAsk(rig);
  voicesOnTestClock(world);
  addForeignVoices(rig);
  return world;
};

const ownValuesNow = (rig: LifecycleRig, agentId: string): OwnValues => {
  const { voiceId, firstMessage } = agentNow(rig, agentId);
  return { voiceId: new Set([voiceId]), firstMessage: new Set([firstMessage]) };
};

/** Nobody listens there: the history asks the webhook itself. */
const letAgentsAsk = ({ elevenLabs }: LifecycleRig): void => {
  const requestHeaders = { 'X-Precall-Secret': 'secret' };
  elevenLabs.changeWorkspace({
    initiationWebhook: { url: 'http://127.0.0.1:1/webhook/initiation', requestHeaders },
  });
  const overrides = {
    enable_conversation_initiation_client_data_from_webhook: true,
    conversation_config_override: { tts: { voice_id: true }, agent: { first_message: true } },
  };
  for (const agentId of agentIds) elevenLabs.changeAgent(agentId, { platform_settings: { overrides } });
};

const addForeignVoices = ({ elevenLabs }: LifecycleRig): void => {
  const { premade, foreign, 'other-installation': others } = foreignVoices;
  elevenLabs.addVoice({ voiceId: premade, name: 'Of the library', category: 'premade' });
  elevenLabs.addVoice({ voiceId: foreign, name: 'Somebody', description: 'Made by hand' });
  const description = 'Instant clone for conversation c0 [precall/ffffffffffffffff]';
  elevenLabs.addVoice({ voiceId: others, name: 'Ivan_Clone_20260101_000000_c0c0c0c0', description });
};

/** The simulator dates voices by the real clock; here by the test's. */
const voicesOnTestClock = (world: World): void => {
  const { voices } = stateOf(world.rig);
  const push = voices.push.bind(voices);
  voices.push = (...made) => {
    world.made.push(...made.map(({ voiceId, description }) => ({ voiceId, description: description ?? '' })));
    return push(...made.map((voice) => ({ ...voice, createdAtMs: voice.createdAtMs + world.aheadMs })));
  };
  lag(world, 0);
};

/** Makes the search miss voices that are younger than this on the test's clock. */
export const lag = (world: World, lagMs: number): void => {
  world.lagMs = lagMs;
  const state = stateOf(world.rig);
  // It compares with the real clock, which voices are ahead of.
  state.settings = { ...state.settings, searchLagMs: lagMs - world.aheadMs };
};

/** Moves the clock on, once nothing is in flight: a PATCH lands soon after its sender gave up on it. */
export const advance = async (world: World, seconds: number): Promise<void> => {
  await inFlight(world.rig);
  world.rig.advance(seconds);
  world.aheadMs = world.rig.nowMs() - Date.now();
  lag(world, world.lagMs);
};

/** Waits until no request is at the simulator. */
export const inFlight = async (rig: LifecycleRig): Promise<void> => {
  while (rig.elevenLabs.state.concurrency.current > 0) await new Promise((resolve) => setTimeout(resolve, 5));
};
