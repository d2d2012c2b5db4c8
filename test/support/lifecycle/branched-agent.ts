import type { AgentSeed } from '../../../local/elevenlabs/agents';
import { type LifecycleRig, startLifecycleRig } from './rig';

/** The agent whose branches a file is about, and the id of its other branch. */
export const agentId = 'agent_b';
export const summer = 'agtbranch_summer';
export const plan = { conversationId: 'conv_1', agentId };
/** What the branches have of their own. */
export const own = { voiceId: 'ownVoiceB', firstMessage: 'Own greeting B' };
export const ownSummer = { voiceId: 'ownVoiceS', firstMessage: 'Own greeting S' };
export const summerSeed = { branchId: summer, name: 'Summer', livePercentage: 30, ...ownSummer };

/** What a refused promise says; `served` for one that is kept. */
export const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'served',
    (error: unknown) => String(error),
  );

/** A rig in which the agent does not exist yet, and what a test does with it. */
export interface BranchedAgent {
  readonly rig: LifecycleRig;
  /** Adds the agent, with main branch only unless the seed says otherwise. */
  readonly add: (seed?: Partial<AgentSeed>) => unknown;
  /** How often ElevenLabs was asked for an operation. */
  readonly count: (operation: string) => number;
  /** Lets jobs run, and time pass between them. */
  readonly settle: (rounds?: number, seconds?: number) => Promise<void>;
  /** Ends a call. */
  readonly end: (conversationId?: string) => Promise<void>;
}

/** Registers a rig for the file that calls this, reset before each test, which greets with `Hallo {name}!`. */
export const useBranchedAgent = (): (() => BranchedAgent) => {
  let rig: LifecycleRig;
  beforeAll(async () => {
    rig = await startLifecycleRig();
  });
  beforeEach(async () => {
    await rig.reset();
    Object.assign(rig.settings, { activation: 'patch', firstMessage: 'Hallo {name}!' });
  });
  afterAll(() => rig.close());
  const settle: BranchedAgent['settle'] = async (rounds = 3, seconds = 60) => {
    for (let round = 0; round < rounds; round += 1) {
      rig.advance(seconds);
      await rig.processJob();
    }
  };
  return () => ({
    rig,
    add: (seed = {}) => rig.elevenLabs.addAgent({ agentId, ...own, ...seed }),
    count: (operation) => rig.elevenLabs.state.requests.filter((request) => request.operation === operation).length,
    settle,
    end: async (conversationId = 'conv_1') => {
      await rig.endCall({ conversationId });
      await rig.processJob();
    },
  });
};
