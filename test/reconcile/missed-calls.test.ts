import type { StoredCall } from '../../lambdas/calls/stored-call';
import type { SearchProgress } from '../../lambdas/ledger/reconcile-cursor';
import { deadlineAt } from '../../lambdas/platform/deadline';
import { ingestMissedCalls, type MissedCallDeps } from '../../lambdas/reconcile/missed-calls';
import { type FixedAnswer, type FixedAnswers, startFixedAnswers } from '../support/fixed-answers';
import { type PostCallRig, startPostCallRig } from '../support/post-call-rig';

let answer: (path: string) => FixedAnswer;
let elevenLabs: FixedAnswers;
let rig: PostCallRig;
let cursors: number[];
let progress: SearchProgress | undefined;

beforeAll(async () => {
  elevenLabs = await startFixedAnswers((path) => answer(path));
  rig = await startPostCallRig(elevenLabs.url);
});
beforeEach(() => {
  cursors = [];
  progress = undefined;
  rig.jobs.length = 0;
  rig.log.lines.length = 0;
  rig.counted.length = 0;
});
afterAll(async () => {
  await rig.close();
  await elevenLabs.close();
});

const inList = (conversation_id: string, over: object = {}) => ({
  conversation_id,
  agent_id: 'agent_x',
  status: 'done',
  call_duration_secs: 10,
  start_time_unix_secs: Math.floor(rig.nowMs() / 1000) - 9000,
  ...over,
});
const page = (...conversations: unknown[]): FixedAnswer => [200, { conversations, has_more: false, next_cursor: null }];
const notFound: FixedAnswer = [404, { detail: { status: 'conversation_not_found', message: 'Gone.' } }];

const search = (agentIds: readonly string[] = ['agent_a', 'agent_b'], leftMs = 60_000): Promise<number> => {
  const { deps } = rig;
  const reconcile = {
    ...deps,
    elevenLabs: { ...deps.elevenLabs, pause: () => Promise.resolve() },
    cursor: {
      installedAtMs: () => Promise.resolve(0),
      read: () => Promise.resolve({ beganAtMs: rig.nowMs() - 3_600_000, unfinished: progress }),
      saveProgress: (saved: SearchProgress) => Promise.resolve(void (progress = saved)),
      startOver: () => Promise.resolve(void (progress = undefined)),
      advance: (beganAtMs: number) => {
        progress = undefined;
        return Promise.resolve(void cursors.push(beganAtMs));
      },
    },
    agents: {
      list: async function* () {
        yield* await Promise.resolve(agentIds);
      },
    },
    agentIds: [],
    postCallJobs: deps.jobs,
    recordKeptS: rig.settings.recordKeptS,
  } as unknown as MissedCallDeps;
  return ingestMissedCalls(deadlineAt(Date.now() + leftMs, Date.now), reconcile);
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

    expect(ingested().sort()).toEqual(['a_2', 'b_1']);
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

  it('given one that ended less than an hour ago, then its webhook may still come, and it is left', async () => {
    const endedAgo = (seconds: number) => ({ start_time_unix_secs: Math.floor(rig.nowMs() / 1000) - 10 - seconds });
    answer = account(inList('a_1', endedAgo(0)), inList('a_2', endedAgo(3_540)), inList('a_3', endedAgo(3_660)));

    expect(await search(['agent_a'])).toBe(1);

    expect([ingested(), cursors.length, rig.counted]).toEqual([['a_3'], 1, []]);
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

  it('given one that ElevenLabs has failed to send for a day, then it is counted and skipped, and the cursor advances', async () => {
    rig.settings.recordKeptS = 30 * 86_400;
    const dayAgoS = Math.floor(rig.nowMs() / 1000) - 86_400;
    const all = account(inList('a_old', { start_time_unix_secs: dayAgoS - 10 }));
    answer = (path) => (path.endsWith('/a_old') ? [500, 'down'] : all(path));

    expect(await search().finally(() => (rig.settings.recordKeptS = 86_400))).toBe(1);

    expect([ingested(), cursors.length]).toEqual([['b_1'], 1]);
    expect(rig.counted).toEqual(['MissedCallsSkipped']);
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

  it('given a search that was cut off, then the next one continues where it stopped, and the cursor gets its beginning', async () => {
    const agentIds = Array.from({ length: 60 }, (_, index) => `agent_${index + 100}`);
    const asked: string[] = [];
    let isCutOff = true;
    answer = (path) => {
      const agentId = new URL(path, 'http://x').searchParams.get('agent_id') ?? '';
      asked.push(agentId);
      return isCutOff && agentId >= 'agent_140' ? [401, { detail: { status: 'invalid_api_key' } }] : page();
    };

    await expect(search(agentIds)).rejects.toMatchObject({ code: 'invalid_api_key' });
    const began = progress?.began_at;
    expect(cursors).toEqual([]);
    isCutOff = false;
    asked.length = 0;
    rig.advance(3600);
    await search(agentIds);

    expect(cursors).toEqual([began]);
    expect(asked.sort()).toEqual(agentIds.filter((agentId) => agentId > 'agent_124'));
  });

  it('given an agent with many pages, then a search that was cut off continues near the page where it stopped', async () => {
    const beganS = Math.floor(rig.nowMs() / 1000);
    const startOf = (index: number): number => beganS - 9000 - index;
    const asked: URLSearchParams[] = [];
    let isCutOff = true;
    answer = (path) => {
      const { searchParams } = new URL(path, 'http://x');
      asked.push(searchParams);
      const at = Number(searchParams.get('cursor') ?? 0);
      if (isCutOff && at === 25) return [401, { detail: { status: 'invalid_api_key' } }];
      const conversations = [inList(`c_${at}`, { start_time_unix_secs: startOf(at), status: 'in-progress' })];
      return [200, { conversations, has_more: at < 30, next_cursor: String(at + 1) }];
    };

    await expect(search(['agent_a'])).rejects.toMatchObject({ code: 'invalid_api_key' });
    const stoppedAt = startOf(19);
    isCutOff = false;
    asked.length = 0;
    await search(['agent_a']);

    expect(asked[0]?.get('call_start_before_unix')).toBe(String(stoppedAt + 1));
    expect(cursors).toHaveLength(1);
  });

  it('given 35,000 conversations that are known, then a hundred are looked up at a time', async () => {
    let lookups = 0;
    vi.spyOn(rig.deps.records, 'readMany').mockImplementation((ids) => {
      lookups += 1;
      if (ids.length > 100) throw new Error('DynamoDB reads at most 100 items at a time');
      return Promise.resolve(new Map(ids.map((id) => [id, known])));
    });
    const known = { event_timestamp: 1 } as unknown as StoredCall;
    answer = (path) => {
      const at = Number(new URL(path, 'http://x').searchParams.get('cursor') ?? 0);
      const conversations = Array.from({ length: 100 }, (_, index) => inList(`c_${at}_${index}`));
      return [200, { conversations, has_more: at < 349, next_cursor: String(at + 1) }];
    };

    expect(await search(['agent_a'], 600_000)).toBe(0);

    expect(lookups).toBe(350);
    vi.restoreAllMocks();
  }, 60_000);
});
