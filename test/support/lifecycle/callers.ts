import type { PreCallAnswer } from '../../../lambdas/voices/pre-call/pre-call-answer';
import type { LifecycleDeps } from './deps';
import { type LifecycleRig, startLifecycleRig } from './rig';
import { startTelephone, type Telephone } from './telephone';

/** A rig with a telephone, and callers that a test tells apart by their number. */
export interface Callers {
  readonly rig: LifecycleRig;
  readonly telephone: Telephone;
  /** The pre-call of caller `n`, `conv_n` unless said otherwise. */
  readonly preCall: (
    n: number,
    fields?: { conversationId?: string; sample?: string; name?: string },
    deps?: Partial<LifecycleDeps>,
  ) => Promise<PreCallAnswer>;
  /** A conversation as the ledger has it. */
  readonly conversation: (id: string) => Promise<Record<string, unknown> | undefined>;
  /** Works off the queue until no clone is left. */
  readonly settleAll: () => Promise<void>;
  /** The PATCHes that ElevenLabs got. */
  readonly patches: () => number;
}

/** The agent of these calls. */
export const agentId = 'agent_1';
/** What it has of its own. */
export const own = { voiceId: 'ownVoice1', firstMessage: 'Own greeting 1' };
/** The number of caller `n`. */
export const numberOf = (n: number): string => `+3161234${String(5000 + n)}`;
/** What a pre-call promised. */
export const voicesOf = ({ voice_id, caller_info }: PreCallAnswer) => ({
  voiceId: voice_id,
  firstMessage: `Hallo ${caller_info.Name ?? ''}!`,
});

/** Starts them, empty before each test. */
export const useCallers = (): (() => Callers) => {
  let callers: Callers;
  beforeAll(async () => {
    const rig = await startLifecycleRig();
    callers = callersOf(rig, await startTelephone(rig));
  });
  beforeEach(async () => {
    const { rig, telephone } = callers;
    await rig.reset();
    Object.assign(rig.settings, { activation: 'patch', retainS: 0 });
    Object.assign(rig.terms, { servesCached: true });
    // How fast this machine is decides nothing.
    Object.assign(telephone, { planted: { lookUpMs: 60_000 }, leftMs: 60_000 });
    telephone.connect();
  });
  afterAll(async () => {
    await callers.telephone.close();
    await callers.rig.close();
  });
  return () => callers;
};

const callersOf = (rig: LifecycleRig, telephone: Telephone): Callers => ({
  rig,
  telephone,
  preCall: async (n, fields = {}, deps = {}) => {
    const plan = {
      leftMs: 150_000,
      conversationId: `conv_${n}`,
      sample: `sample ${n}`,
      name: `Caller${n}`,
      phoneNumber: numberOf(n),
    };
    const answer = await rig.preCall({ agentId, ...plan, ...fields }, deps);
    if (answer === 'killed') throw new Error('killed');
    return answer;
  },
  conversation: async (id) => (await rig.ledger())[`CONVERSATION#${id}`],
  settleAll: async () => {
    for (let round = 0; round < 10; round += 1) {
      if ((await rig.processJob()) === 0 && rig.clones().length === 0) break;
      rig.advance(40);
    }
  },
  patches: () => rig.elevenLabs.state.requests.filter(({ operation }) => operation === 'patchAgent').length,
});
