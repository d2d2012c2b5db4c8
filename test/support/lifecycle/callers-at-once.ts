import { agentNow } from './agent-now';
import { type LifecycleRig, startLifecycleRig } from './rig';

let rig: LifecycleRig;

/** The same order in every run, in no order that anybody would choose. */
const shuffled = (ids: readonly string[]): string[] =>
  [...ids].sort((a, b) => Number(BigInt(`0x${hash(a)}`) - BigInt(`0x${hash(b)}`)));
const hash = (text: string): string => Buffer.from(`${text}x`).reverse().toString('hex').slice(0, 12);

const idle = async (): Promise<void> => {
  for (let tries = 0; (await rig.queue.pending()) > 0 && tries < 40; tries += 1) {
    await Promise.all([rig.processJob()]);
    rig.advance(15);
  }
};

/** Registers tests in which so many callers of one agent call at once. */
export const describeCallersAtOnce = (callers: number): void => {
  beforeAll(async () => {
    rig = await startLifecycleRig();
  });
  beforeEach(() => rig.reset());
  afterAll(() => rig.close());

  describe(`${callers} callers of one agent at once`, () => {
    it('given their ends in any order, then the agent never has a voice that does not exist, and its own at the end', async () => {
      const ids = Array.from({ length: callers }, (_, n) => `conv_${n}`);

      // Many at once on one machine take their time; how long a pre-call may take is not what this is about.
      const plans = ids.map((conversationId) => ({ conversationId, agentId: 'agent_1', leftMs: 150_000 }));
      const answers = await Promise.all(plans.map((plan) => rig.preCall(plan)));

      expect(answers.filter((answer) => answer !== 'killed' && answer.agent_updated)).toHaveLength(callers);
      expect(rig.clones()).toHaveLength(callers);
      const activation = { voice_id: agentNow(rig).voiceId };
      expect((await rig.ledger())['AGENT#agent_1']).toMatchObject({ activation, pendings: {} });
      for (const conversationId of shuffled(ids)) {
        await rig.endCall({ conversationId });
        if (conversationId.endsWith('7')) await rig.processJob();
      }
      await idle();

      expect(agentNow(rig)).toMatchObject({ voiceId: 'ownVoice1', firstMessage: 'Own greeting 1' });
      expect(rig.clones()).toEqual([]);
      expect(rig.elevenLabs.state.incidents).toEqual([]);
      expect(rig.queue.deadLetters).toEqual([]);
    });

    it('given ends that come while others still begin, then no agent is left with a dead voice', async () => {
      const ids = Array.from({ length: callers }, (_, n) => `conv_${n}`);
      const calls = ids.map(async (conversationId, n) => {
        await new Promise((resolve) => setTimeout(resolve, n * 7));
        await rig.preCall({ conversationId, agentId: 'agent_1' }).catch(() => undefined);
        if (n % 3 !== 0) await rig.endCall({ conversationId });
      });
      const working = (async () => {
        for (let round = 0; round < 30; round += 1) {
          await rig.processJob();
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      })();
      await Promise.all([...calls, working]);
      for (const conversationId of ids) await rig.endCall({ conversationId });
      await idle();

      expect(agentNow(rig)).toMatchObject({ voiceId: 'ownVoice1', firstMessage: 'Own greeting 1' });
      expect(rig.clones()).toEqual([]);
      expect(rig.elevenLabs.state.incidents).toEqual([]);
    });
  });
};
