import { startStandIn, type StandIn } from './elevenlabs-stand-in';

const apiKey = 'key-of-the-test';
let standIn: StandIn;

beforeEach(async () => {
  standIn = await startStandIn({
    apiKey,
    agents: [{ agentId: 'agent_1', voiceId: 'house_voice', firstMessage: 'Hi.' }],
  });
  standIn.conversations.set('conv_1', { conversationId: 'conv_1', agentId: 'agent_1', status: 'done' });
});
afterEach(() => standIn.close());

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | FormData;
}

const get = (path: string, headers: Record<string, string> = {}): Sent => ({ method: 'GET', path, headers });

const patch = (json: unknown, contentType = 'application/json'): Sent => ({
  method: 'PATCH',
  path: '/v1/convai/agents/agent_1',
  headers: { 'content-type': contentType },
  body: typeof json === 'string' ? json : JSON.stringify(json),
});

const form = (...fields: [string, string][]): Sent => {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  body.append('files', new Blob(['RIFF'], { type: 'audio/wav' }), 'caller.wav');
  return { method: 'POST', path: '/v1/voices/add', body };
};

const send = ({ method, path, headers = {}, body }: Sent, key: Record<string, string> = { 'xi-api-key': apiKey }) =>
  fetch(standIn.url + path, { method, headers: { ...key, ...headers }, ...(body === undefined ? {} : { body }) });

describe('the stand-in as a judge of requests', () => {
  it.each<[string, Sent, RegExp]>([
    ['an unknown path', get('/v1/voice/house_voice'), /no such method and path/],
    ['an unknown method', { ...get('/v1/voices/house_voice'), method: 'PUT' }, /no such method and path/],
    ['an id with a dot', get('/v1/voices/house.voice'), /no such method and path/],
    ['a header of its own', get('/v1/voices/house_voice', { 'idempotency-key': '1' }), /header idempotency-key/],
    ['an undocumented query', get('/v1/voices/house_voice?with_settings=true'), /with_settings/],
    ['too long a page', get('/v2/voices?page_size=101'), /page_size: must be 1 to 100/],
    ['a parameter twice', get('/v2/voices?search=a&search=b'), /search is repeated/],
    ['another sort', get('/v2/voices?sort=created'), /query.sort/],
    ['the audio of a conversation', get('/v1/convai/conversations/conv_1/audio'), /no such method and path/],
    ['a format', get('/v1/convai/conversations/conv_1?format=json'), /format/],
    ['a body on DELETE', { method: 'DELETE', path: '/v1/voices/house_voice', body: '{}' }, /a body is not documented/],
    ['the naive voice path', patch({ conversation_config: { agent: { voice: { voice_id: 'v' } } } }), /"voice"/],
    ['a key at the top', patch({ name: 'x' }), /"name"/],
    ['a null voice', patch({ conversation_config: { tts: { voice_id: null } } }), /tts.voice_id/],
    ['no JSON', patch('{'), /JSON/],
    ['a change as plain text', patch({}, 'text/plain'), /not application\/json/],
    ['an unknown form field', form(['name', 'x'], ['language', 'nl']), /form field language/],
    ['a form field twice', form(['name', 'x'], ['name', 'y']), /form field name is repeated/],
    ['labels that are no JSON', form(['labels', 'type=clone']), /labels is not JSON/],
    ['labels with numbers', form(['labels', '{"age":3}']), /labels.age/],
    ['a flag that is none', form(['remove_background_noise', '1']), /true or false/],
    ['files as text', form(['files', 'RIFF']), /file name and a content type/],
    [
      'a JSON body for a form',
      { method: 'POST', path: '/v1/voices/add', headers: { 'content-type': 'application/json' }, body: '{}' },
      /multipart/,
    ],
  ])(
    'given %s, when sent, then it is 418, a violation, has no effect and uses up no script',
    async (_given, request, sentence) => {
      standIn.script('patchAgent', { status: 503 });

      const response = await send(request);

      expect(response.status).toBe(418);
      expect(((await response.json()) as { detail: string }).detail).toMatch(sentence);
      expect(standIn.violations.join(' ')).toMatch(sentence);
      expect(standIn.voices.size).toBe(0);
      expect(standIn.agents.get('agent_1')).toMatchObject({ voiceId: 'house_voice', version: 1 });
      expect((await send(patch({}))).status).toBe(503);
    },
  );

  it('given no key, when sent, then it is a violation', async () => {
    const response = await send(get('/v1/user/subscription'), {});

    expect(response.status).toBe(418);
    expect(standIn.violations).toEqual(['GET /v1/user/subscription: header xi-api-key is missing.']);
  });

  it.each<[string, Sent]>([
    [
      'a full form',
      form(['name', 'x'], ['description', 'd'], ['labels', '{"type":"clone"}'], ['remove_background_noise', 'true']),
    ],
    [
      'a full change of the agent',
      patch({
        conversation_config: { tts: { voice_id: 'v' }, agent: { first_message: '' } },
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
  ])('given %s, when sent, then nothing in it is a violation', async (_given, request) => {
    const response = await send(request);

    expect(response.status).toBe(200);
    expect(standIn.violations).toEqual([]);
  });
});
