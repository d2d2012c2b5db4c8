import * as z from 'zod';
import { AwsUnavailable } from '../../lambdas/platform/errors';
import type { Fault } from '../support/elevenlabs';
import { until } from '../support/eventually';
import { type PreCallRig, startPreCallRig } from '../support/pre-call-rig';
import { failure, refusal } from '../support/refusals';

const row = z.looseObject({});
let rig: PreCallRig;

beforeEach(async () => {
  rig = await startPreCallRig();
});

afterEach(async () => {
  await rig.close();
});

const clones = () => rig.elevenLabs.clones();
const conversationRow = (id: string) => rig.table.get(`CONVERSATION#${id}`, row);
const requests = (operation: string) => rig.elevenLabs.seen.filter((request) => request.operation === operation);

describe('preCall, when the clone is refused', () => {
  it.each([
    ['voice_limit_reached', 400, 422, 'VOICE_CLONING_FAILED', /^voice_limit_reached: .*slots/],
    ['voice_add_edit_limit_reached', 403, 422, 'VOICE_CLONING_FAILED', /^voice_add_edit_limit_reached: .*quota/],
    ['invalid_audio', 400, 422, 'VOICE_CLONING_FAILED', /^invalid_audio: /],
    ['missing_permissions', 403, 500, 'ELEVENLABS_ACCESS_DENIED', /^missing_permissions: .*scopes/],
  ])(
    'given %s, then it is answered with that code, and nothing is left behind',
    async (code, vendorStatus, status, errorCode, message) => {
      rig.elevenLabs.failNext('createVoice', refusal(code, vendorStatus));

      const error = await failure(rig.run('conv_1'));

      expect(error).toMatchObject({ status, code: errorCode, message: expect.stringMatching(message) });
      expect(requests('createVoice')).toHaveLength(1);
      expect(requests('patchAgent')).toHaveLength(0);
      expect(rig.jobs).toEqual([]);
      await expect(rig.run('conv_1')).resolves.toMatchObject({ status: 'success' });
      expect(clones()).toHaveLength(1);
    },
  );
});

describe('preCall, when nobody knows whether the clone was made', () => {
  it.each<[string, Fault, number]>([
    ['the connection is dropped before the effect', { kind: 'reset' } as const, 60_000],
    ['the connection is dropped after the effect', { kind: 'reset', effect: 'after' } as const, 60_000],
    ['the vendor fails after the effect', { kind: 'answer', status: 500, body: {}, effect: 'after' }, 60_000],
    ['the vendor is slower than the deadline', { kind: 'slow', ms: 3_000 }, 1_500],
  ])(
    'given that %s, then it is 503 with a deletion job, and the retry after the lease has one voice',
    async (_given, answer, leftMs) => {
      rig.elevenLabs.failNext('createVoice', answer);

      const error = await failure(rig.run('conv_1', { leftMs }));

      expect(error).toMatchObject({ status: 503, code: 'ELEVENLABS_UNAVAILABLE' });
      expect(error.retryAfterS).toBeGreaterThan(0);
      expect(rig.jobs).toEqual([
        { job: expect.objectContaining({ conversation_id: 'conv_1', voice_id: null }), delayS: expect.any(Number) },
      ]);
      expect(rig.jobs[0]!.delayS).toBeGreaterThan(57);
      expect(await failure(rig.run('conv_1'))).toMatchObject({ status: 503, code: 'CLONE_IN_PROGRESS' });
      if (answer.kind === 'slow') await until(() => clones().length === 1);
      rig.passLease();
      const answered = await rig.run('conv_1');
      expect(clones()).toEqual([answered.voice_id]);
      expect(rig.elevenLabs.agent('agent_1')).toMatchObject({ voiceId: answered.voice_id });
    },
  );
});

describe('preCall, when the agent cannot be read', () => {
  it('given an agent that neither ElevenLabs nor the ledger knows, then no clone is made of its caller', async () => {
    const unknown = refusal('agent_not_found', 404);
    rig.elevenLabs.failNext('getAgent', unknown, unknown);

    expect(await failure(rig.run('conv_1'))).toMatchObject({ status: 422, code: 'AGENT_UPDATE_FAILED' });

    expect(clones()).toEqual([]);
    expect(rig.elevenLabs.seen.filter(({ operation }) => operation === 'createVoice')).toEqual([]);
    expect(rig.jobs).toEqual([]);
    expect(await rig.run('conv_1')).toMatchObject({ status: 'success' });
  });
});

describe('preCall, when something fails after the clone', () => {
  const throughElevenLabs = [
    [
      'the PATCH is refused',
      () => rig.elevenLabs.failNext('patchAgent', refusal('invalid_parameters', 422)),
      422,
      'AGENT_UPDATE_FAILED',
    ],
    [
      'the PATCH is ignored',
      () => {
        const unchanged = {
          conversation_config: { tts: { voice_id: 'ownVoice1' }, agent: { first_message: 'Hello' } },
        };
        rig.elevenLabs.failNext('patchAgent', { kind: 'answer', status: 200, body: unchanged });
      },
      503,
      'ELEVENLABS_UNAVAILABLE',
    ],
    [
      'the PATCH fails until the deadline',
      () => rig.elevenLabs.failNext('patchAgent', ...Array.from({ length: 4 }, () => refusal('x', 500))),
      503,
      'ELEVENLABS_UNAVAILABLE',
    ],
    [
      'the key lacks the scope for agents',
      () => rig.elevenLabs.failNext('patchAgent', refusal('missing_permissions', 401)),
      500,
      'ELEVENLABS_ACCESS_DENIED',
    ],
  ] as const;

  it.each(throughElevenLabs.filter(([, , status]) => status === 422))(
    'given that %s, which no retry can change, then the voice is taken back at once and a retry waits for that',
    async (_given, fail, status, code) => {
      fail();

      const error = await failure(rig.run('conv_1', { leftMs: 4000 }));

      const [voiceId] = clones();
      expect(error).toMatchObject({ status, code });
      const job = { reason: 'precall_failed', conversation_id: 'conv_1', agent_id: 'agent_1', voice_id: voiceId };
      expect(rig.jobs).toEqual([{ job, delayS: 0 }]);
      expect(await conversationRow('conv_1')).toMatchObject({ work: { state: 'withdrawing', voice_id: voiceId } });
      expect(await failure(rig.run('conv_1'))).toMatchObject({ status: 503, code: 'CLONE_IN_PROGRESS' });
      expect(clones()).toEqual([voiceId]);
    },
  );

  it.each(throughElevenLabs.filter(([, , status]) => status !== 422))(
    'given that %s, then the voice is queued for deletion and a retry adopts it',
    async (_given, fail, status, code) => {
      fail();

      const error = await failure(rig.run('conv_1', { leftMs: 4000 }));

      const [voiceId] = clones();
      expect(error).toMatchObject({ status, code });
      expect(rig.jobs).toEqual([
        {
          job: { reason: 'precall_failed', conversation_id: 'conv_1', agent_id: 'agent_1', voice_id: voiceId },
          delayS: 120,
        },
      ]);
      expect(await rig.table.get(`VOICE#${voiceId!}`, row)).toMatchObject({ state: 'live' });
      expect(await conversationRow('conv_1')).toMatchObject({ work: { state: 'adoptable', voice_id: voiceId } });
      expect(await rig.run('conv_1')).toMatchObject({ voice_id: voiceId });
      expect(clones()).toEqual([voiceId]);
      expect(rig.elevenLabs.agent('agent_1')).toMatchObject({ voiceId });
    },
  );

  it('given that the storage is down, then that is told and the voice is queued for deletion', async () => {
    const samples = {
      ...rig.deps.samples!,
      put: () => Promise.reject(new AwsUnavailable('S3', 'store an object', new Error('down'))),
    };

    expect(await failure(rig.run('conv_1', { deps: { samples } }))).toMatchObject({
      name: 'AwsUnavailable',
      service: 'S3',
    });

    expect(rig.jobs).toMatchObject([{ job: { voice_id: clones()[0] } }]);
  });

  it('given that the ledger cannot record the voice, then that is told and the voice is queued for deletion', async () => {
    const write = () => Promise.reject(new AwsUnavailable('DynamoDB', 'write to the ledger', new Error('down')));
    const voices = { ...rig.deps.voices, write };

    expect(await failure(rig.run('conv_1', { deps: { voices } }))).toMatchObject({ service: 'DynamoDB' });

    expect(rig.jobs).toMatchObject([{ job: { voice_id: clones()[0] } }]);
    expect(await rig.run('conv_1')).toMatchObject({ voice_id: clones()[0] });
    expect(await rig.table.get(`VOICE#${clones()[0]!}`, row)).toMatchObject({ state: 'live' });
  });

  it('given that the queue is down too, then the first failure is answered and the voice keeps its expiry', async () => {
    rig.elevenLabs.failNext('patchAgent', refusal('invalid_parameters', 422));
    const deletionJobs = { enqueue: () => Promise.reject(new AwsUnavailable('SQS', 'queue a job', new Error('down'))) };

    expect(await failure(rig.run('conv_1', { deps: { deletionJobs } }))).toMatchObject({ code: 'AGENT_UPDATE_FAILED' });

    expect(rig.log.lines.map(({ event }) => event)).toContain('clean_up_failed');
    expect(await rig.table.get(`VOICE#${clones()[0]!}`, row)).toMatchObject({ expires_at: expect.any(Number) });
    expect(await conversationRow('conv_1')).toMatchObject({ work: { state: 'withdrawing', voice_id: clones()[0] } });
  });

  it('given that the conversation ends meanwhile, then it is 409 and the voice is queued for deletion', async () => {
    rig.elevenLabs.failNext('createVoice', { kind: 'slow', ms: 1_500 });
    const running = failure(rig.run('conv_1'));
    await until(() => requests('createVoice').length === 1);
    await rig.table.update('CONVERSATION#conv_1', {
      UpdateExpression: 'SET ended_at = :now',
      ExpressionAttributeValues: { ':now': Date.now() },
    });

    expect(await running).toMatchObject({ status: 409, code: 'CONVERSATION_ENDED' });

    expect(rig.jobs).toMatchObject([{ job: { voice_id: clones()[0] } }]);
    expect(requests('patchAgent')).toHaveLength(0);
    expect(await failure(rig.run('conv_1'))).toMatchObject({ status: 409 });
  });

  it('given that the clone is gone by the time of the retry, then a new one is made', async () => {
    const unchanged = { agent_id: 'agent_1', conversation_config: {} };
    rig.elevenLabs.failNext('patchAgent', { kind: 'answer', status: 200, body: unchanged });
    await failure(rig.run('conv_1'));
    const [gone] = clones();
    rig.elevenLabs.removeVoice(gone!);

    const { voice_id } = await rig.run('conv_1');

    expect(voice_id).not.toBe(gone);
    expect(clones()).toEqual([voice_id]);
  });
});
