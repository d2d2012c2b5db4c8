import { getAgent, getAgentVersion, patchAgentVoice } from '../../lambdas/elevenlabs/agents';
import type { Connection } from '../../lambdas/elevenlabs/request';
import { getSubscription } from '../../lambdas/elevenlabs/subscription';
import { createVoice, deleteVoice, findVoice, getVoice } from '../../lambdas/elevenlabs/voices';
import { deadlineAt } from '../../lambdas/platform/deadline';
import { type Fault, startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { recordingLog, type RecordingLog } from '../support/recording-log';
import { failure, refusal } from '../support/refusals';
import { measuredSample, spokenSample } from '../support/samples';

const clone = {
  name: 'Ivan_Clone_20251210_123456_0badcafe',
  description: 'Instant clone for conversation conv_1 [precall/0011223344556677]',
  samples: [measuredSample()],
};
const pair = { voice_id: 'newVoice1', first_message: 'Hallo Ivan' };
const patchOf = (agentId: string) => ({ agentId, pair, description: 'A call', beforeRepeat: () => Promise.resolve() });
const deadline = (leftMs = 3000) => deadlineAt(Date.now() + leftMs, Date.now);

let elevenLabs: TestElevenLabs;
let log: RecordingLog;
let connection: Connection;

beforeEach(async () => {
  const agents = [{ agentId: 'agent_1', voiceId: 'ownVoice1', firstMessage: 'Hello' }];
  elevenLabs = await startElevenLabs({ apiKey: 'sk_test', agents });
  log = recordingLog();
  connection = { baseUrl: elevenLabs.url, apiKey: () => Promise.resolve('sk_test'), log };
});

afterEach(async () => {
  await elevenLabs.close();
});

const count = (operation: string) => elevenLabs.seen.filter((request) => request.operation === operation).length;
describe('createVoice', () => {
  it('given a sample, when cloned, then ElevenLabs gets every field and the exact bytes', async () => {
    const { voiceId } = await createVoice(connection, clone, deadline());

    const [request] = elevenLabs.seen;
    const texts = request!.form
      .filter(({ name }) => name !== 'files')
      .map(({ name, bytes }) => [name, bytes.toString()]);
    const files = request!.form.filter(({ name }) => name === 'files');
    expect(elevenLabs.clones().includes(voiceId)).toBe(true);
    expect(Object.fromEntries(texts)).toEqual({
      name: clone.name,
      description: clone.description,
    });
    expect(files).toMatchObject([{ fileName: 'sample-1.wav', mimeType: 'audio/wav' }]);
    expect(files[0]!.bytes.equals(spokenSample('caller.wav'))).toBe(true);
  });

  it('given an API key that no header can carry, when cloned, then the key is to blame and nothing can have happened', async () => {
    const shortened = { ...connection, apiKey: () => Promise.resolve('sk_1234…') };

    const error = await failure(createVoice(shortened, clone, deadline()));

    expect(error).toMatchObject({ kind: 'access', code: 'invalid_api_key', outcomeUnknown: false });
    expect(JSON.stringify(log.lines)).not.toContain('sk_1234');
    expect(log.lines).toHaveLength(1);
    expect(elevenLabs.seen).toEqual([]);
  });

  it('given a call, when it is done, then its time and request id are logged, and no name', async () => {
    await createVoice(connection, clone, deadline());

    expect(log.lines).toMatchObject([
      { event: 'elevenlabs_call', fields: { operation: 'create_voice', status: 200, attempt: 1 } },
    ]);
    expect(log.lines[0]!.fields['elevenlabs_request_id']).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.stringify(log.lines)).not.toContain('Ivan');
  });

  it.each<[string, Fault[], number]>([
    ['a reset after the effect', [{ kind: 'reset', effect: 'after' }], 1],
    ['a 500', [{ kind: 'answer', status: 500, body: '<html>oops</html>' }], 1],
    ['a 503 that did its work', [{ kind: 'answer', status: 503, body: {}, effect: 'after' }], 1],
    ['an answer that is no JSON', [{ kind: 'answer', status: 200, body: 'yes', effect: 'after' }], 1],
    ['an answer without an id', [{ kind: 'answer', status: 200, body: { voice_id: null }, effect: 'after' }], 1],
  ])('given %s, when cloned, then it is not repeated, since it may have happened', async (_given, answers, calls) => {
    elevenLabs.failNext('createVoice', ...answers);

    const error = await failure(createVoice(connection, clone, deadline()));

    expect(error).toMatchObject({ kind: 'unavailable', outcomeUnknown: true });
    expect(count('createVoice')).toBe(calls);
  });

  it('given 429 twice, when cloned, then it is repeated: nothing happened', async () => {
    const busy = refusal('too_many_concurrent_requests', 429, { 'retry-after': '0' });
    elevenLabs.failNext('createVoice', busy, busy);

    await createVoice(connection, clone, deadline());

    expect(count('createVoice')).toBe(3);
    expect(elevenLabs.clones().length).toBe(1);
  });

  it('given a Retry-After beyond the deadline, when cloned, then it gives up at once and passes the time on', async () => {
    elevenLabs.failNext('createVoice', refusal('rate_limit_exceeded', 429, { 'retry-after': '30' }));

    const error = await failure(createVoice(connection, clone, deadline()));

    expect(error).toMatchObject({ kind: 'busy', outcomeUnknown: false, details: { retryAfterS: 30 } });
    expect(count('createVoice')).toBe(1);
  });

  it('given a vendor slower than the deadline, when cloned, then it gives up in time with an unknown outcome', async () => {
    elevenLabs.failNext('createVoice', { kind: 'slow', ms: 60_000 });

    const error = await failure(createVoice(connection, clone, deadline(300)));

    expect(error).toMatchObject({ code: 'timeout', outcomeUnknown: true });
  });

  it('given nobody listening, when cloned, then nothing can have happened', async () => {
    await elevenLabs.close();

    const error = await failure(createVoice(connection, clone, deadline(400)));

    expect(error).toMatchObject({ kind: 'unavailable', outcomeUnknown: false });
  });

  it.each([
    ['voice_limit_reached', 400, 'refused'],
    ['voice_add_edit_limit_reached', 403, 'refused'],
    ['quota_exceeded', 401, 'refused'],
    ['insufficient_credits', 402, 'refused'],
    ['can_not_use_instant_voice_cloning', 403, 'refused'],
    ['invalid_audio', 400, 'refused'],
    ['voice_already_exists', 409, 'refused'],
    ['invalid_api_key', 401, 'access'],
    ['missing_permissions', 403, 'access'],
    ['some_new_code', 403, 'refused'],
    ['some_new_code', 400, 'refused'],
  ])('given %s with %i, when cloned, then it is %s', async (code, status, kind) => {
    elevenLabs.failNext('createVoice', refusal(code, status));

    const error = await failure(createVoice(connection, clone, deadline()));

    expect(error).toMatchObject({ kind, code, outcomeUnknown: false });
    expect(count('createVoice')).toBe(1);
  });

  it.each([
    ['the old shape', { detail: { status: 'invalid_file', message: 'm' } }, 'invalid_file'],
    ['a text', { detail: 'no' }, 'http_400'],
    ['a code that quotes something', { detail: { code: 'voice "Ivan" exists' } }, 'http_400'],
  ])('given an error body that is %s, when read, then its code is safe to show', async (_given, body, code) => {
    elevenLabs.failNext('createVoice', { kind: 'answer', status: 400, body });

    expect(await failure(createVoice(connection, clone, deadline()))).toMatchObject({ kind: 'refused', code });
  });
});

describe('agents', () => {
  it('given an agent, when read, then it is its voice and first message', async () => {
    expect(await getAgent(connection, 'agent_1', deadline())).toEqual({
      pair: { voice_id: 'ownVoice1', first_message: 'Hello' },
      version: expect.stringMatching(/^agtvrsn_/),
      isArchived: false,
      mainBranchId: undefined,
      procedures: {},
      role: 'admin',
    });
  });

  it('given a PATCH, when its version is read, then what was there before it is found by its parent', async () => {
    const { version: before } = await getAgent(connection, 'agent_1', deadline());
    await patchAgentVoice(connection, patchOf('agent_1'), deadline());
    const { version: after } = await getAgent(connection, 'agent_1', deadline());

    expect(await getAgentVersion(connection, 'agent_1', after!, deadline())).toEqual({
      description: 'A call',
      parent: before,
    });
    expect(await getAgent(connection, 'agent_1', deadline(), before)).toMatchObject({
      pair: { voice_id: 'ownVoice1', first_message: 'Hello' },
    });
  });

  it('given nulls in the agent, when read, then it has no voice, and an empty greeting', async () => {
    elevenLabs.failNext('getAgent', {
      kind: 'answer',
      status: 200,
      body: { conversation_config: { tts: null, agent: { first_message: null } } },
    });

    expect(await getAgent(connection, 'agent_1', deadline())).toEqual({
      pair: { first_message: '' },
      isArchived: false,
      mainBranchId: undefined,
      procedures: {},
      role: undefined,
    });
  });

  it('given a pair, when patched, then both values are on the agent', async () => {
    await patchAgentVoice(connection, patchOf('agent_1'), deadline());

    expect(await getAgent(connection, 'agent_1', deadline())).toMatchObject({ pair });
    expect(elevenLabs.seen[0]!.json).toEqual({
      conversation_config: { tts: { voice_id: 'newVoice1' }, agent: { first_message: 'Hallo Ivan' } },
      version_description: 'A call',
    });
  });

  it.each<[string, Fault, boolean]>([
    ['a reset before the effect', { kind: 'reset' }, false],
    ['a reset after the effect', { kind: 'reset', effect: 'after' }, false],
    ['a 500', { kind: 'answer', status: 500, body: {} }, false],
    ['concurrent_modification', refusal('concurrent_modification', 409), true],
    ['429', refusal('system_busy', 429, { 'retry-after': '0' }), true],
  ])('given %s, when patched, then it is repeated: its values are absolute', async (_given, answer, settles) => {
    elevenLabs.failNext('patchAgent', answer);

    let looks = 0;
    const beforeRepeat = () => Promise.resolve((looks += 1));
    const isSettled = await patchAgentVoice(connection, { ...patchOf('agent_1'), beforeRepeat }, deadline());

    expect(count('patchAgent')).toBe(2);
    expect(isSettled).toBe(settles);
    expect(looks).toBe(1);
  });

  it('given a 200 whose agent has other values, when patched, then it is a failure', async () => {
    const unchanged = { conversation_config: { tts: { voice_id: 'ownVoice1' }, agent: { first_message: 'Hello' } } };
    elevenLabs.failNext('patchAgent', { kind: 'answer', status: 200, body: unchanged });

    expect(await failure(patchAgentVoice(connection, patchOf('agent_1'), deadline()))).toMatchObject({
      code: 'patch_not_applied',
    });
  });

  it('given an unknown agent, when patched, then it is refused at once', async () => {
    expect(await failure(patchAgentVoice(connection, patchOf('agent_9'), deadline()))).toMatchObject({
      kind: 'refused',
      code: 'agent_not_found',
    });
    expect(count('patchAgent')).toBe(1);
  });
});

describe('voices', () => {
  it('given a voice, when looked up and deleted twice, then it is gone without an error', async () => {
    const { voiceId } = await createVoice(connection, clone, deadline());

    expect(await getVoice(connection, voiceId, deadline())).toMatchObject({ voice_id: voiceId, name: clone.name });
    await deleteVoice(connection, voiceId, deadline());
    await deleteVoice(connection, voiceId, deadline());

    expect(await getVoice(connection, voiceId, deadline())).toBeUndefined();
  });

  it('given voices that differ in one of name and description, when searched, then only the exact one is found', async () => {
    await createVoice(connection, { ...clone, description: 'another conversation' }, deadline());
    await createVoice(connection, { ...clone, name: `${clone.name}x` }, deadline());
    expect(await findVoice(connection, clone, deadline())).toBeUndefined();
    const { voiceId: exact } = await createVoice(connection, clone, deadline());

    expect(await findVoice(connection, clone, deadline())).toBe(exact);
  });

  it('given a voice on a later page, when searched, then it is found', async () => {
    const voice = { voice_id: 'wanted1', name: clone.name, description: clone.description };
    elevenLabs.failNext(
      'listVoices',
      {
        kind: 'answer',
        status: 200,
        body: { voices: [{ voice_id: 'other1', name: null }], has_more: true, next_page_token: 'p2' },
      },
      { kind: 'answer', status: 200, body: { voices: [voice], has_more: false, next_page_token: null } },
    );

    expect(await findVoice(connection, clone, deadline())).toBe('wanted1');
    expect(elevenLabs.seen.map(({ query }) => query.get('next_page_token'))).toEqual([null, 'p2']);
  });
});

describe('getSubscription', () => {
  it('given a key, when asked, then slots and quota are told', async () => {
    expect(await getSubscription(connection, deadline())).toMatchObject({ slotsUsed: 0 });
  });

  it('given a wrong key, when asked, then access is denied', async () => {
    const wrong = { ...connection, apiKey: () => Promise.resolve('sk_wrong') };

    expect(await failure(getSubscription(wrong, deadline()))).toMatchObject({
      kind: 'access',
      code: 'invalid_api_key',
    });
  });
});
