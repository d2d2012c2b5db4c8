import { recordEnrolment } from '../../lambdas/callers/caller-changes';
import { type Erasing, erasing } from '../support/lifecycle/erasing';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;
let erasures: Erasing;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(async () => {
  await rig.reset();
  erasures = erasing(rig);
});
afterAll(() => rig.close());

const number = '+31612345678';
const conversationsOn = (page: object): readonly string[] =>
  'references' in page ? ((page.references as { conversationIds?: string[] }).conversationIds ?? []) : [];
const nowS = () => Math.floor(rig.nowMs() / 1000);

describe('the moments of an erasure', () => {
  it('given a caller who left nothing, then it is over once what was at work then has ended, and no sooner', async () => {
    await erasures.request(number);

    expect(await erasures.pass()).toEqual(['erasure']);
    rig.advance(20);
    expect(await erasures.pass()).toEqual(['erasure']);
    rig.advance(11);
    expect(await erasures.pass()).toEqual(['over']);
  });

  it('given two erasures of one second, then the second forgets nothing that came since the first', async () => {
    const hash = (await rig.deps.callerHash(number))!;
    const [atS, expiresAtS] = [nowS(), nowS() + 86_400];
    expect(await rig.deps.callers.erase(hash, atS, expiresAtS)).toBe(true);
    const sample = { key: 'callers/x.wav', sha256: 'a'.repeat(64), format: 'wav' as const };
    const enrolment = recordEnrolment({ name: 'Ben', samples: [sample], signedAtS: atS + 1, expiresAtS }, atS + 1);
    expect(await rig.deps.callers.change(hash, enrolment)).toBe(true);

    expect(await rig.deps.callers.erase(hash, atS, expiresAtS)).toBe(false);
    expect((await rig.deps.callers.read(hash, atS + 1))?.enrolled).toEqual([sample]);
    expect(await rig.deps.callers.erase(hash, atS + 1, expiresAtS)).toBe(true);
  });

  it('given more conversations at ElevenLabs than a pass has time for, then each pass keeps what it found and deleted', async () => {
    const userId = (await rig.deps.callerHash(number))!;
    const [listed, startTimeUnixS] = [120, nowS() - 7200];
    for (let n = 0; n < listed; n += 1)
      rig.elevenLabs.addConversation({
        conversationId: `conv_${n}`,
        agentId: 'agent_1',
        status: 'done',
        userId,
        startTimeUnixS,
      });
    rig.advance(60);
    // A pass has time for the list of live calls, and for one page of the list of all, which are older.
    const lists = () => rig.elevenLabs.seen.filter(({ operation }) => operation === 'listConversations').length;
    erasures = erasing(rig, () => {
      const before = lists();
      return { atMs: rig.nowMs() + 60_000, leftMs: () => (lists() > before + 1 ? 0 : 60_000) };
    });
    const erasureId = await erasures.request(number);

    const foundAfter: number[] = [];
    const outcomes: string[] = [];
    for (let passes = 0; passes < 20 && rig.elevenLabs.state.conversations.length > 0; passes += 1) {
      outcomes.push(...(await erasures.pass()));
      rig.advance(11);
      foundAfter.push((await rig.deps.erasures.pages(erasureId)).flatMap(conversationsOn).length);
    }

    expect(rig.elevenLabs.state.conversations).toEqual([]);
    // A pass that ran out of time has queued a new job: a repeated delivery would count as a failure.
    expect(outcomes).toContain('over');
    expect(outcomes).not.toContain('deadline');
    // The list was read page by page, over several passes.
    expect(new Set(foundAfter).size).toBeGreaterThan(2);
    expect(foundAfter).toEqual(foundAfter.toSorted((a, b) => a - b));
    expect(foundAfter.at(-1)).toBe(listed);
  });

  it('given an agent whose every PATCH ElevenLabs refuses, then the voice goes nevertheless', async () => {
    await rig.preCall({ agentId: 'agent_1', conversationId: 'conv_live', phoneNumber: number });
    const error = { kind: 'error', status: 400, code: 'bad_request' } as const;
    rig.elevenLabs.addFault({ operation: 'patchAgent', times: null, action: error });
    await erasures.request(number);

    await erasures.settle();

    expect(rig.clones()).toEqual([]);
  });
});
