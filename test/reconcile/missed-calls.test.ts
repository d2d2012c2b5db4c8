import { deadlineAt } from '../../lambdas/platform/deadline';
import { ingestMissedCalls, type MissedCallDeps } from '../../lambdas/reconcile/missed-calls';
import { type FixedAnswer, type FixedAnswers, startFixedAnswers } from '../support/fixed-answers';
import { type PostCallRig, startPostCallRig } from '../support/post-call-rig';

let answer: (path: string) => FixedAnswer;
let elevenLabs: FixedAnswers;
let rig: PostCallRig;
let cursors: number[];

beforeAll(async () => {
  elevenLabs = await startFixedAnswers((path) => answer(path));
  rig = await startPostCallRig(elevenLabs.url);
});
beforeEach(() => {
  cursors = [];
  rig.jobs.length = 0;
  rig.log.lines.length = 0;
  rig.counted.length = 0;
});
afterAll(async () => {
  await rig.close();
  await elevenLabs.close();
});

const inList = (conversation_id: string, over: object = {}) => ({
  ...{ conversation_id, agent_id: 'agent_x', status: 'done', call_duration_secs: 10 },
  start_time_unix_secs: Math.floor(rig.nowMs() / 1000) - 9000,
  ...over,
});
const page = (...conversations: unknown[]): FixedAnswer => [200, { conversations, has_more: false, next_cursor: null }];
const notFound: FixedAnswer = [404, { detail: { status: 'conversation_not_found', message: 'Gone.' } }];

const search = (): Promise<number> => {
  const { deps } = rig;
  const reconcile = {
    ...deps,
    elevenLabs: { ...deps.elevenLabs, pause: () => Promise.resolve() },
    cursor: {
      installedAtMs: () => Promise.resolve(0),
      read: () => Promise.resolve(rig.nowMs() - 3_600_000),
      advance: (beganAtMs: number) => Promise.resolve(void cursors.push(beganAtMs)),
    },
    agents: {
      list: async function* () {
        yield* await Promise.resolve(['agent_a', 'agent_b']);
      },
    },
    agentIds: [],
    postCallJobs: deps.jobs,
    recordKeptS: rig.settings.recordKeptS,
  } as unknown as MissedCallDeps;
  return ingestMissedCalls(deadlineAt(Date.now() + 20_000, Date.now), reconcile);
};
const ingested = () => rig.jobs.map((job) => ('key' in job ? job.key.split('/')[2] : undefined));

/** Lists these of agent a, and `b_1` of agent b; of `gone` ElevenLabs knows nothing but the list entry. */
const account =
  (...ofA: unknown[]) =>
  (path: string): FixedAnswer => {
    if (path.includes('agent_id=agent_a')) return page(...ofA);
    if (path.includes('agent_id=agent_b')) return page(inList('b_1'));
    return path.endsWith('gone') ? notFound : [200, { status: 'done' }];
  };

describe('missed calls', () => {
  it('given one that is gone at ElevenLabs, then it is counted and skipped, and the cursor advances', async () => {
    answer = account(inList('gone'), inList('a_2'));

    expect(await search()).toBe(2);

    expect(ingested()).toEqual(['a_2', 'b_1']);
    expect(cursors).toHaveLength(1);
    expect(rig.log.lines).toContainEqual(
      expect.objectContaining({
        event: 'missed_call_skipped',
        fields: { of: 'conversation', missed_conversation_id: 'gone', reason: 'conversation_not_found' },
      }),
    );
    expect(rig.counted).toEqual(['MissedCallsSkipped']);
  });

  it('given an agent that is deleted, then those of the others are ingested, and the cursor advances', async () => {
    const all = account();
    answer = (path) => (path.includes('agent_a') ? [404, { detail: { status: 'agent_not_found' } }] : all(path));

    expect(await search()).toBe(1);

    expect([ingested(), cursors.length, rig.counted]).toEqual([['b_1'], 1, ['MissedCallsSkipped']]);
  });

  it.each([
    ['nulls', { start_time_unix_secs: null }],
    ['an id that is none', { conversation_id: '../x' }],
    ['no status', { status: null }],
  ])('given an item of the list with %s, then it alone is skipped', async (_given, over) => {
    answer = account(inList('a_1', over), null, 7, inList('a_2', { agent_id: null, more: [] }));

    expect(await search()).toBe(2);

    expect([ingested(), cursors.length]).toEqual([['a_2', 'b_1'], 1]);
    expect(rig.counted).toEqual(Array(3).fill('MissedCallsSkipped'));
    expect(JSON.stringify(rig.log.lines)).not.toContain('../x');
  });

  it('given ElevenLabs fails for one of them, then the others are ingested, and the next search begins where this one did', async () => {
    const all = account(inList('a_1'), inList('a_2'));
    answer = (path) => (path.endsWith('/a_1') ? [500, 'down'] : all(path));

    await expect(search()).rejects.toMatchObject({ code: 'http_500' });

    expect([ingested(), cursors]).toEqual([['a_2', 'b_1'], []]);
  });

  it('given the key is refused, then nothing else is tried', async () => {
    answer = () => [401, { detail: { status: 'invalid_api_key' } }];
    elevenLabs.asked.length = 0;

    await expect(search()).rejects.toMatchObject({ code: 'invalid_api_key' });

    expect([elevenLabs.asked.length, cursors]).toEqual([1, []]);
  });

  it('given an answer that is nested without end, then it alone is skipped', async () => {
    const all = account(inList('a_1'), inList('a_2'));
    answer = (path) => (path.endsWith('/a_1') ? [200, `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`] : all(path));

    expect(await search()).toBe(2);

    expect([ingested(), cursors.length]).toEqual([['a_2', 'b_1'], 1]);
  });

  it('given one whose record may have expired, then it is not ingested again', async () => {
    const start_time_unix_secs = Math.floor(rig.nowMs() / 1000) - rig.settings.recordKeptS - 100;
    answer = account(inList('a_old', { start_time_unix_secs }));

    await search();

    expect(ingested()).toEqual(['b_1']);
  });

  it('given calls that begin while a search runs, then the cursor has the time at which the search began', async () => {
    const beganAtMs = rig.nowMs();
    const all = account(inList('a_3'));
    answer = (path) => {
      rig.advance(60);
      return all(path);
    };

    expect(await search()).toBe(2);

    expect(rig.nowMs()).toBeGreaterThanOrEqual(beganAtMs + 240_000);
    expect(cursors).toEqual([expect.any(Number)]);
    expect(cursors[0]! - beganAtMs).toBeLessThan(60_000);
  });

  it('given a missed call, then it is worked off like one that was told', async () => {
    answer = account(inList('a_9'));

    await search();
    await rig.processJob();
    expect(await rig.record('a_9')).toMatchObject({ agent_id: 'agent_a', status: 'done', outcome: 'completed' });
    await search();

    expect(rig.jobs).toEqual([]);
  });
});
