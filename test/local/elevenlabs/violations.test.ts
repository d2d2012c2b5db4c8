import { expectViolations, type TestElevenLabs } from '../../support/elevenlabs';
import { agentId, apiKey, ask, houseVoiceId, startSimulator } from './simulator-client';

let simulator: TestElevenLabs;

beforeEach(async () => {
  simulator = await startSimulator();
  simulator.addConversation({ conversationId: 'conv_1', agentId, status: 'done' });
});
afterEach(() => simulator.close());

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | FormData | Uint8Array<ArrayBuffer>;
}

const voicePath = `/v1/voices/${houseVoiceId}`;

const get = (path: string, headers: Record<string, string> = {}): Sent => ({ method: 'GET', path, headers });

const json = (method: string, path: string, value: unknown, contentType = 'application/json'): Sent => ({
  method,
  path,
  headers: { 'content-type': contentType },
  body: typeof value === 'string' ? value : JSON.stringify(value),
});

const patch = (value: unknown, contentType?: string): Sent =>
  json('PATCH', `/v1/convai/agents/${agentId}`, value, contentType);

const call = (data: object, others: object = {}): Sent =>
  json('POST', '/v1/convai/sip-trunk/outbound-call', {
    agent_id: agentId,
    agent_phone_number_id: 'phnum_1',
    to_number: '+31612345678',
    conversation_initiation_client_data: data,
    ...others,
  });

const form = (...fields: [string, string][]): Sent => {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  body.append('files', new Blob(['RIFF    WAVE'], { type: 'audio/wav' }), 'caller.wav');
  return { method: 'POST', path: '/v1/voices/add', body };
};

/** A form whose bytes no client library would send. */
const rawForm = (...parts: string[]): Sent => ({
  method: 'POST',
  path: '/v1/voices/add',
  headers: { 'content-type': 'multipart/form-data; boundary=b' },
  body: new Uint8Array(Buffer.from([...parts.map((part) => `--b\r\n${part}\r\n`), '--b--\r\n'].join(''), 'latin1')),
});

const send = ({ method, path, headers = {}, body }: Sent, key: Record<string, string> = { 'xi-api-key': apiKey }) =>
  fetch(simulator.url + path, { method, headers: { ...key, ...headers }, ...(body !== undefined && { body }) });

const namePart = 'Content-Disposition: form-data; name="name"\r\n\r\nVoice';

describe('violations of the contract of ElevenLabs', () => {
  it.each<[string, Sent, RegExp]>([
    ['an unknown path', get('/v1/voice/house_voice'), /has no \/v1\/voice\/house_voice\.$/],
    ['an unknown method', { ...get(voicePath), method: 'PUT' }, /does not take the method PUT/],
    ['an id with a dot', get('/v1/voices/house.voice'), /path\.voice_id/],
    ['a parameter that ElevenLabs ignores', get(`${voicePath}?with_settings=true`), /query\.with_settings/],
    ['too long a page', get('/v2/voices?page_size=101'), /query\.page_size/],
    ['a page size that is not decimal', get('/v2/voices?page_size=0x10'), /query\.page_size/],
    ['a parameter twice', get('/v2/voices?search=a&search=b'), /query\.search/],
    ['an empty search', get('/v2/voices?search='), /query\.search/],
    ['another sort', get('/v2/voices?sort=created'), /query\.sort/],
    ['a format', get('/v1/convai/conversations/conv_1?format=json'), /query\.format/],
    ['the naive voice path', patch({ conversation_config: { agent: { voice: { voice_id: 'v' } } } }), /agent\.voice:/],
    ['an unknown key at the top', patch({ voice_id: 'x' }), /body\.voice_id:/],
    ['a null voice', patch({ conversation_config: { tts: { voice_id: null } } }), /tts\.voice_id/],
    ['an empty voice', patch({ conversation_config: { tts: { voice_id: '' } } }), /tts\.voice_id/],
    ['no JSON', patch('{'), /body\.0: JSON decode error/],
    ['a change as plain text', patch({}, 'text/plain'), /not application\/json/],
    ['another character set', patch({}, 'application/json; charset=latin1'), /not application\/json/],
    ['an unknown form field', form(['name', 'x'], ['language', 'nl']), /body\.language/],
    ['a form field twice', form(['name', 'x'], ['name', 'y']), /body\.name/],
    ['labels that are no JSON', form(['name', 'x'], ['labels', 'type=clone']), /body\.labels/],
    ['labels with numbers', form(['name', 'x'], ['labels', '{"age":3}']), /body\.labels/],
    ['a flag that is none', form(['name', 'x'], ['remove_background_noise', '1']), /body\.remove_background_noise/],
    ['files as text', form(['name', 'x'], ['files', 'RIFF']), /body\.files/],
    ['a JSON body for a form', json('POST', '/v1/voices/add', {}), /multipart\/form-data/],
    ['text that is not UTF-8', rawForm(`${namePart}\xe9`), /body\.(name|files)/],
    [
      'a file without a type',
      rawForm(namePart, 'Content-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\nRIFF    WAVE'),
      /body\.files\.0\.mimeType/,
    ],
    ['a call without a number', call({}, { to_number: undefined }), /body\.to_number: Field required/],
    ['a number of its own', call({}, { from_number: '+1' }), /body\.from_number/],
    ['an unknown override', call({ conversation_config_override: { agent: { voice: {} } } }), /agent\.voice/],
    ['a type', call({ type: 'x' }), /client_data\.type/],
    ['a ringing time of hours', call({}, { telephony_call_config: { ringing_timeout_secs: 9999 } }), /ringing/],
  ])(
    'given %s, when sent, then it is refused and recorded, has no effect and uses up no fault',
    async (_given, request, sentence) => {
      simulator.failNext('patchAgent', { kind: 'error', status: 503, code: 'system_busy' });

      const { status } = await send(request);

      expect(status).toBeGreaterThanOrEqual(404);
      expect(status).toBeLessThan(500);
      expectViolations(simulator, sentence);
      expect(simulator.clones()).toEqual([]);
      expect(simulator.state.outboundCalls).toEqual([]);
      expect(simulator.agent(agentId).voiceId).toBe(houseVoiceId);
      expect((await send(patch({}))).status).toBe(503);
    },
  );

  it.each<[string, Sent, RegExp]>([
    ['a header of its own', get(voicePath, { 'idempotency-key': '1' }), /header idempotency-key: Not a documented/],
    ['a content type without a body', get(voicePath, { 'content-type': 'application/json' }), /There is no body/],
    ['a body on DELETE', { method: 'DELETE', path: voicePath, body: '{}' }, /This operation has no body/],
    [
      'a null override',
      call({ conversation_config_override: { tts: { voice_id: null } } }),
      /tts\.voice_id: Leave out/,
    ],
    [
      'an empty message',
      call({ conversation_config_override: { agent: { first_message: '' } } }),
      /first_message: Leave/,
    ],
    ['an empty override', call({ conversation_config_override: {} }), /conversation_config_override: Leave out/],
    ["the system's variable", call({ dynamic_variables: { system__time: '' } }), /system__time: Reserved/],
  ])('given %s, when sent, then it is answered and recorded', async (_given, request, sentence) => {
    const { status } = await send(request);

    expect(status).toBe(200);
    expectViolations(simulator, sentence);
    simulator.clearViolations();
  });

  it('given no key, when sent, then it is a violation, and a wrong key is none', async () => {
    const statuses = [
      await send(get('/v1/user/subscription'), {}),
      await send(get('/v1/user/subscription'), { 'xi-api-key': 'sk_other' }),
    ].map(({ status }) => status);

    expect(statuses).toEqual([401, 401]);
    expect(simulator.state.violations).toEqual(['GET /v1/user/subscription: The header xi-api-key is missing.']);
    expectViolations(simulator, /xi-api-key/);
  });

  it.each<[string, Sent]>([
    [
      'a full form',
      form(['name', 'x'], ['description', 'd'], ['labels', '{"type":"clone"}'], ['remove_background_noise', 'true']),
    ],
    [
      'a full change of the agent',
      patch({
        conversation_config: { tts: { voice_id: houseVoiceId }, agent: { first_message: '' } },
        version_description: 'greeting',
      }),
    ],
    [
      'a full query',
      get(
        '/v2/voices?search=a&page_size=100&sort=created_at_unix&sort_direction=asc&voice_type=personal&category=cloned&include_total_count=false',
      ),
    ],
    ['a conversation', get('/v1/convai/conversations/conv_1')],
    ['a call', call({ dynamic_variables: { name: '' } }, { telephony_call_config: { ringing_timeout_secs: 30 } })],
  ])('given %s, when sent, then nothing in it is a violation', async (_given, request) => {
    const response = await send(request);

    expect(response.status).toBe(200);
    expect(simulator.state.violations).toEqual([]);
  });

  it('given a violation, when everything is reset, then it stays until it is deleted', async () => {
    await send(get('/v1/nothing'));
    const control = (method: string, name: string) => ask(simulator, method, `/_simulator/${name}`, undefined, {});

    await control('POST', 'reset');
    const kept = await control('GET', 'state');
    await control('DELETE', 'violations');
    const deleted = await control('GET', 'state');

    expect(kept.json.violations).toEqual([expect.stringMatching(/^GET \/v1\/nothing: /)]);
    expect(deleted.json.violations).toEqual([]);
  });
});
