import { answerCall, type InitiationDeps } from '../../lambdas/initiation/answer-call';
import type { InitiationAnswer } from '../../lambdas/initiation/initiation';
import { deadlineAt } from '../../lambdas/platform/deadline';
import { problemsOfAnswer } from '../support/initiation-rig';
import { recordingLog } from '../support/recording-log';

const never = () => new Promise<never>(() => undefined);
const broken = () => {
  throw new TypeError('a bug');
};
const hash = 'a'.repeat(64);
const expires_at = Math.floor(Date.now() / 1000) + 86_400;
const recent = [{ key: 'k', sha256: 'c'.repeat(64), format: 'wav' }];
const voice = { voice_id: 'voice1', sample_digest: 'c'.repeat(64), valid_until: expires_at };
const setup = (voice: boolean, first_message = false) => ({
  overrides: { voice, first_message, max_duration: false },
  checked_at: 1,
});

const unexpected = (): never => {
  throw new Error('Not expected here.');
};
const unused = { read: unexpected, readMany: unexpected, write: unexpected, change: unexpected };

const rig = (fields: Partial<InitiationDeps> = {}, callerFields?: object, agentSetup: object = setup(true)) => {
  const [log, counted, queued] = [recordingLog(), [] as string[], [] as unknown[]];
  const items = new Map<string, unknown>([['SETUP#agent_1', agentSetup]]);
  if (callerFields !== undefined) items.set(`CALLER#${hash}`, { expires_at, ...callerFields });
  const deps: InitiationDeps = {
    hashing: { hashes: () => Promise.resolve([hash]) },
    table: { getMany: () => Promise.resolve(items) },
    jobs: { enqueue: (job) => Promise.resolve(void queued.push(job)) },
    terms: {
      firstMessage: 'Hi {name}',
      dynamicVariables: { company: 'Acme' },
      longestCallS: 3600,
      validS: 900,
      servesCached: true,
    },
    conversations: unused,
    voices: unused,
    callers: unused,
    elevenLabs: { baseUrl: 'http://127.0.0.1:1', apiKey: () => Promise.resolve('sk'), log },
    pause: () => Promise.resolve(),
    nowMs: Date.now,
    log,
    meter: {
      count: (metric) => counted.push(metric),
      durationMs: () => undefined,
      durationBy: () => undefined,
      countBy: (metric, dimension, value) => counted.push(`${metric} ${dimension}=${value}`),
      flush: () => undefined,
    },
    ...fields,
  };
  const body = Buffer.from(JSON.stringify({ caller_id: '+31612345678', agent_id: 'agent_1' }));
  /** The answer, as it is after so many milliseconds of the virtual clock. */
  const answer = async (leftMs = 1_400, withinMs = 0) => {
    let json: InitiationAnswer | undefined;
    void answerCall(body, deadlineAt(Date.now() + leftMs, Date.now), deps).then((answered) => (json = answered));
    await vi.advanceTimersByTimeAsync(withinMs);
    expect(problemsOfAnswer({ ...json })).toEqual([]);
    return json;
  };
  return { answer, log, counted, queued };
};
const plain = { type: 'conversation_initiation_client_data', dynamic_variables: { company: 'Acme' } };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('answerCall', () => {
  it.each<[string, Partial<InitiationDeps>, number]>([
    ["a caller's key that never comes", { hashing: { hashes: never } }, 1_400],
    ['a ledger that never answers', { table: { getMany: never } }, 1_400],
    ['a ledger that never answers, and little time left', { table: { getMany: never } }, 200],
    ['a bug before the ledger', { hashing: { hashes: broken } }, 1_400],
    ['a bug in the ledger', { table: { getMany: broken } }, 1_400],
    ['a clock that is broken', { nowMs: broken }, 1_400],
  ])('given %s, when a call starts, then it goes on as the agent is, in time', async (_given, fields, leftMs) => {
    const { answer, counted, queued, log } = rig(fields, { recent });

    const json = await answer(leftMs, Math.min(leftMs, 800));

    expect(json).toEqual(plain);
    expect(counted).toEqual(['InitiationsAnswered Outcome=fault']);
    expect(queued).toEqual([]);
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([{ event: 'initiation_failed' }]);
  });

  it.each([
    ['that never answers', never],
    ['with a bug', broken],
  ])(
    'given a queue %s, when something is to be queued, then the call is answered all the same',
    async (_given, enqueue) => {
      const { answer, log } = rig({ jobs: { enqueue } }, { recent });

      const json = await answer(1_400, 300);

      expect(json).toEqual(plain);
      expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([{ event: 'initiation_not_queued' }]);
    },
  );

  it.each<[string, object | undefined, object, string[]]>([
    ['voice', { recent, reusable: voice }, setup(true), ['VoiceCacheHits']],
    ['greeting_only', { recent, reusable: voice }, setup(false, true), ['VoiceCacheHits']],
    ['not_enabled', { recent, reusable: voice }, setup(false), ['VoiceCacheHits']],
    ['no_voice', { recent }, setup(true), ['VoiceCacheMisses']],
    ['unknown_caller', undefined, setup(true), []],
  ])('given the outcome %s, when a call is answered, then it is counted', async (...row) => {
    const [outcome, callerFields, agentSetup, cached] = row;
    const { answer, counted } = rig({}, callerFields, agentSetup);

    await answer();

    expect(counted).toEqual([`InitiationsAnswered Outcome=${outcome}`, ...cached]);
  });
});
