import { agentNow } from './agent-now';
import { erasing } from './erasing';
import { type LifecycleRig, startLifecycleRig } from './rig';

let rig: LifecycleRig;

const erased = '+31612345678';
const others = '+31687654321';
const place = (conversationId: string, phoneNumber: string, plan: object) =>
  rig.preCall({ agentId: 'agent_1', conversationId, phoneNumber, ...plan });

/** The items and objects in which this text occurs. */
const placesWith = async (text: string): Promise<string[]> => {
  const unfold = (_key: string, part: unknown): unknown => (part instanceof Set ? [...(part as Set<unknown>)] : part);
  const items = Object.entries(await rig.ledger()).map(([key, item]) => [key, JSON.stringify(item, unfold)] as const);
  const objects = (await rig.samples()).map((key) => [key, key] as const);
  return [...items, ...objects].filter((entry) => entry.join(' ').includes(text)).map(([key]) => key);
};

/** Registers a test of erasures whose caller's pre-call was killed after each of these numbers of calls. */
export const describeDeadPreCalls = (killPoints: readonly number[]): void => {
  describe('the erasure of a caller whose pre-call died', () => {
    let lateWrites = 0;
    beforeAll(async () => {
      rig = await startLifecycleRig();
    });
    afterAll(() => rig.close());

    it.each(killPoints)(
      'given it died after %s calls, then its lease and its PATCH are waited for',
      async (killAfter) => {
        await rig.reset();
        rig.settings.retainS = 2 * 3600;
        const erasures = erasing(rig);
        await place('conv_dead', erased, { killAfter });
        const [dead = 'none'] = rig.clones();
        // Somebody else is called on the agent meanwhile: nothing takes the dead pre-call's entry away.
        const live = await place('conv_live', others, { sample: 'live' });
        if (live === 'killed') throw new Error('killed');
        lateWrites += JSON.stringify((await rig.ledger())['AGENT#agent_1']!['pendings']).includes(dead) ? 1 : 0;

        await erasures.request(erased);
        await erasures.settle();

        expect(rig.clones()).toEqual([live.voice_id]);
        expect(agentNow(rig).voiceId).toBe(live.voice_id);
        const callerHash = (await rig.deps.callerHash(erased))!;
        expect(await placesWith(callerHash)).toEqual([`CALLER#${callerHash}`]);
        expect(await placesWith(dead)).toEqual([]);
      },
    );

    it('then some of them died while their PATCH could still land', () => expect(lateWrites).toBeGreaterThan(0));
  });
};
