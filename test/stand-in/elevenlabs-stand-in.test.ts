import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { GetConversationResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/GetConversationResponseModel';
import { startStandIn, type StandIn } from './elevenlabs-stand-in';

const apiKey = 'key-of-the-test';
let standIn: StandIn;

beforeEach(async () => {
  standIn = await startStandIn({
    apiKey,
    agents: [{ agentId: 'agent_1', voiceId: 'house_voice', firstMessage: 'Good day.' }],
    voices: [{ voiceId: 'house_voice', name: 'House', category: 'premade' }],
  });
});
afterEach(() => standIn.close());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(standIn.url + path, {
    method,
    headers: {
      'xi-api-key': apiKey,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const bytesOf = (seed: string): Uint8Array<ArrayBuffer> => new Uint8Array(createHash('sha512').update(seed).digest());

const voiceForm = (fields: Record<string, string>, ...files: Uint8Array<ArrayBuffer>[]): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const file of files) form.append('files', new Blob([file], { type: 'audio/wav' }), 'caller.wav');
  return form;
};

const addVoice = (fields: Record<string, string>, ...files: Uint8Array<ArrayBuffer>[]): Promise<Response> =>
  fetch(`${standIn.url}/v1/voices/add`, {
    method: 'POST',
    headers: { 'xi-api-key': apiKey },
    body: voiceForm(fields, ...files),
  });

const addNamed = async (name: string): Promise<string> => {
  const response = await addVoice({ name }, bytesOf(name));
  return ((await response.json()) as { voice_id: string }).voice_id;
};

const patchVoice = (voiceId: string, signal?: AbortSignal): Promise<Response> =>
  fetch(`${standIn.url}/v1/convai/agents/agent_1`, {
    method: 'PATCH',
    headers: { 'xi-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ conversation_config: { tts: { voice_id: voiceId } } }),
    ...(signal === undefined ? {} : { signal }),
  });

describe('the stand-in as ElevenLabs', () => {
  it('given a full form, when a voice is added, then it is kept and recorded byte for byte', async () => {
    const fields = {
      name: 'Clone',
      description: 'Instant',
      labels: '{"type":"instant_clone"}',
      remove_background_noise: 'false',
    };

    const response = await addVoice(fields, bytesOf('a'), bytesOf('b'));

    const body = (await response.json()) as { voice_id: string };
    expect(body).toEqual({ voice_id: expect.stringMatching(/^\w{20}$/) as string, requires_verification: false });
    expect(standIn.voices.get(body.voice_id)).toMatchObject({
      name: 'Clone',
      labels: { type: 'instant_clone' },
      category: 'cloned',
    });
    const { form } = standIn.requests[0]!;
    expect(form.map(({ name }) => name)).toEqual([...Object.keys(fields), 'files', 'files']);
    expect(form.at(-1)).toEqual({
      name: 'files',
      filename: 'caller.wav',
      contentType: 'audio/wav',
      bytes: Buffer.from(bytesOf('b')),
    });
    expect(standIn.violations).toEqual([]);
  });

  it('given an agent, when its voice is patched, then only that changes and the answer is the whole agent', async () => {
    const response = await patchVoice('voice_2');

    expect(await response.json()).toMatchObject({
      agent_id: 'agent_1',
      conversation_config: { tts: { voice_id: 'voice_2' }, agent: { first_message: 'Good day.' } },
      version_id: 'agtvrsn_2',
    });
    expect(await (await call('GET', '/v1/convai/agents/agent_1')).json()).toMatchObject({ version_id: 'agtvrsn_2' });
    expect(standIn.agents.get('agent_1')).toMatchObject({ voiceId: 'voice_2', firstMessage: 'Good day.' });
    expect(standIn.requests[0]!.json).toEqual({ conversation_config: { tts: { voice_id: 'voice_2' } } });
    expect(standIn.violations).toEqual([]);
  });

  it('given a voice, when it is deleted twice, then the second time it is not found', async () => {
    const id = await addNamed('Clone');

    const first = await call('DELETE', `/v1/voices/${id}`);
    const second = await call('DELETE', `/v1/voices/${id}`);

    expect(await first.json()).toEqual({ status: 'ok' });
    expect(second.status).toBe(404);
    expect(await second.json()).toMatchObject({ detail: { code: 'voice_not_found', status: 'voice_not_found' } });
    expect((await call('GET', `/v1/voices/${id}`)).status).toBe(404);
    expect([...standIn.voices.keys()]).toEqual(['house_voice']);
  });

  it('given a conversation, when it ends, then each reading is as the SDK takes it, and another is not found', async () => {
    const conversation = { conversationId: 'conv_1', agentId: 'agent_1', status: 'in-progress' } as const;
    standIn.conversations.set('conv_1', conversation);
    const read = (id: string) => call('GET', `/v1/convai/conversations/${id}`);

    const during = await (await read('conv_1')).json();
    standIn.conversations.set('conv_1', { ...conversation, status: 'done' });
    const after = await (await read('conv_1')).json();
    const other = await read('conv_2');

    expect([during, after]).toMatchObject([{ agent_id: 'agent_1', status: 'in-progress' }, { status: 'done' }]);
    const parsed = GetConversationResponseModel.parse(after, { unrecognizedObjectKeys: 'passthrough' });
    expect(parsed.ok ? [] : parsed.errors).toEqual([]);
    expect(other.status).toBe(404);
    expect(await other.json()).toMatchObject({ detail: { code: 'conversation_not_found' } });
    expect(standIn.violations).toEqual([]);
  });

  it('given more voices than a page holds, when all pages are read while voices vanish, then the others come once each', async () => {
    for (const name of ['Ivan 1', 'Ivan 2', 'Ivan 3', 'Other']) await addNamed(name);
    const path = '/v2/voices?search=ivan&category=cloned&voice_type=personal&sort=name&sort_direction=asc&page_size=2';

    type Page = { voices: { voice_id: string; name: string }[]; has_more: boolean; next_page_token: string | null };
    const one = (await (await call('GET', path)).json()) as Page;
    await call('DELETE', `/v1/voices/${one.voices[0]!.voice_id}`);
    const two = (await (await call('GET', `${path}&next_page_token=${one.next_page_token!}`)).json()) as Page;

    expect(one).toMatchObject({ voices: [{ name: 'Ivan 1' }, { name: 'Ivan 2' }], has_more: true });
    expect(two).toMatchObject({ voices: [{ name: 'Ivan 3' }], has_more: false, next_page_token: null });
    expect(standIn.violations).toEqual([]);
  });

  it('given default voices, when the first page is read without a filter, then they come on top of its size', async () => {
    await addNamed('Clone A');
    await addNamed('Clone B');

    const page = (await (await call('GET', '/v2/voices?page_size=1')).json()) as { voices: { category: string }[] };

    expect(page.voices.map(({ category }) => category)).toEqual(['premade', 'cloned']);
  });

  it.each([
    ['all slots used', { voiceLimit: 0 }, 400, 'voice_limit_reached'],
    ['the monthly quota used', { maxVoiceAddEdits: 0 }, 400, 'voice_add_edit_limit_reached'],
    ['a plan without cloning', { canUseInstantVoiceCloning: false }, 403, 'can_not_use_instant_voice_cloning'],
  ])('given %s, when a voice is added, then it is refused by its own code', async (_given, plan, status, code) => {
    Object.assign(standIn.plan, plan);

    const response = await addVoice({ name: 'Clone' }, bytesOf('a'));

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ detail: { status: code } });
    expect(standIn.voices.size).toBe(1);
  });

  it('given an added and deleted voice, when the plan is read, then the slot is free and the monthly add is spent', async () => {
    await call('DELETE', `/v1/voices/${await addNamed('Clone')}`);

    const plan = await (await call('GET', '/v1/user/subscription')).json();

    expect(plan).toMatchObject({ voice_slots_used: 0, voice_limit: 30, voice_add_edit_counter: 1 });
  });

  it.each([
    ['no name', {}, [bytesOf('a')], 422, { detail: [{ loc: ['body', 'name'] }] }],
    ['no file', { name: 'x' }, [], 422, { detail: [{ loc: ['body', 'files'] }] }],
    ['an empty file', { name: 'x' }, [new Uint8Array()], 400, { detail: { code: 'invalid_audio' } }],
    ['a file twice', { name: 'x' }, [bytesOf('a'), bytesOf('a')], 400, { detail: { status: 'duplicated_files' } }],
  ])('given %s, when a voice is added, then ElevenLabs refuses it', async (_given, fields, files, status, body) => {
    const response = await addVoice(fields, ...files);

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(body);
  });

  it('given a wrong key, when called, then it is 401 and no violation', async () => {
    const response = await call('GET', '/v1/user/subscription', undefined, { 'xi-api-key': 'another' });

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ detail: { code: 'invalid_api_key' } });
    expect(standIn.violations).toEqual([]);
  });
});

describe('the stand-in as a script', () => {
  it('given a scripted answer, when called twice, then the first gets it and nothing happens, the second the truth', async () => {
    standIn.script('patchAgent', { status: 429, headers: { 'retry-after': '2' }, body: { detail: 'busy' } });

    const first = await patchVoice('voice_2');
    const voiceAfterFirst = standIn.agents.get('agent_1')!.voiceId;
    const second = await patchVoice('voice_3');

    expect([first.status, first.headers.get('retry-after'), await first.json()]).toEqual([
      429,
      '2',
      { detail: 'busy' },
    ]);
    expect(voiceAfterFirst).toBe('house_voice');
    expect([second.status, standIn.agents.get('agent_1')!.voiceId]).toEqual([200, 'voice_3']);
  });

  it.each([
    ['reset-before' as const, 'house_voice'],
    ['reset-after' as const, 'voice_2'],
  ])('given %s, when called, then the connection breaks and the agent has %s', async (answer, voiceId) => {
    standIn.script('patchAgent', answer);

    await expect(patchVoice('voice_2')).rejects.toThrow('fetch failed');

    expect(standIn.agents.get('agent_1')!.voiceId).toBe(voiceId);
    expect(standIn.requests).toHaveLength(1);
  });

  it('given a failure with effect and a page of text, when called, then it happens and the text arrives as it is', async () => {
    standIn.script('patchAgent', { status: 502, body: '<h1>Bad Gateway</h1>', effect: true });

    const response = await patchVoice('voice_2');

    expect([response.status, await response.text()]).toEqual([502, '<h1>Bad Gateway</h1>']);
    expect(standIn.agents.get('agent_1')!.voiceId).toBe('voice_2');
  });

  it.each([
    ['delayMs', 'house_voice'],
    ['answerDelayMs', 'voice_2'],
  ])(
    'given %s and a client that leaves, when it has left the voice is %s, and in the end the new one',
    async (key, meanwhile) => {
      standIn.script('patchAgent', { [key]: 250 });

      await expect(patchVoice('voice_2', AbortSignal.timeout(100))).rejects.toThrow(/timeout/i);
      const voiceWhenLeft = standIn.agents.get('agent_1')!.voiceId;
      await pause(250);

      expect([voiceWhenLeft, standIn.agents.get('agent_1')!.voiceId]).toEqual([meanwhile, 'voice_2']);
      expect(standIn.violations).toEqual([]);
    },
  );

  it('given a delayed call, when closed, then it ends at once and the call has no effect', async () => {
    standIn.script('patchAgent', { delayMs: 200 });
    const answer = patchVoice('voice_2');
    while (standIn.requests.length === 0) await pause(5);

    await Promise.all([expect(answer).rejects.toThrow('fetch failed'), standIn.close()]);
    await pause(250);

    expect(standIn.agents.get('agent_1')!.voiceId).toBe('house_voice');
    expect(standIn.violations).toEqual([]);
  });
});
