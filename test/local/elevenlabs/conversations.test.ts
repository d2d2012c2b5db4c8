import { setTimeout as sleep } from 'node:timers/promises';
import { GetConversationResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/GetConversationResponseModel';
import { readAudioStructure } from '../../../lambdas/samples/audio/read-audio-structure';
import type { ConversationSeed } from '../../../local/elevenlabs/conversations';
import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { agentId, apiKey, ask, startSimulator } from './simulator-client';

const conversationId = 'conv_1';
const path = `/v1/convai/conversations/${conversationId}`;
const externalNumber = '+31612345678';
let simulator: ElevenLabsSimulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

const add = (seed: Partial<ConversationSeed> = {}) => simulator.addConversation({ conversationId, agentId, ...seed });
const control = (method: string, name: string, body?: unknown) =>
  ask(simulator, method, `/_simulator/${name}`, body, {});
const getAudio = () => fetch(`${simulator.url}${path}/audio`, { headers: { 'xi-api-key': apiKey } });

const sizeOf = async (response: Response, received: number[] = []): Promise<number> => {
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) received.push(chunk.length);
  return received.reduce((sum, bytes) => sum + bytes, 0);
};

/** As the SDK reads ElevenLabs' answers itself. */
const sdkErrors = (json: unknown) => {
  const parsed = GetConversationResponseModel.parse(json, { unrecognizedObjectKeys: 'passthrough' });
  return parsed.ok ? [] : parsed.errors;
};

describe('GET /v1/convai/conversations/{conversation_id}', () => {
  it.each<[string, Partial<ConversationSeed>]>([
    ['one that goes on', {}],
    ['a call over Twilio', { provider: 'twilio', direction: 'outbound', externalNumber, status: 'initiated' }],
    ['a call over a SIP trunk', { externalNumber, status: 'processing' }],
    ['one that failed', { status: 'failed' }],
    [
      'one that is done',
      {
        status: 'done',
        hasAudio: true,
        transcript: [
          { role: 'agent', message: 'Hello.' },
          { role: 'user', message: 'Hi.', timeInCallS: 2 },
        ],
        dynamicVariables: { precall_conversation_id: 'conv_0', visits: 3, isKnown: true },
        configOverride: { tts: { voice_id: 'v1' }, agent: { first_message: 'Hi Ada.' } },
      },
    ],
  ])('given %s, when read, then the SDK takes the answer', async (_given, seed) => {
    add(seed);

    const { status, json } = await ask(simulator, 'GET', path);

    expect(status).toBe(200);
    expect(sdkErrors(json)).toEqual([]);
  });

  it('given a call with all traits, when read, then each is where the API has it', async () => {
    const call = { provider: 'twilio', direction: 'outbound', externalNumber } as const;
    add({ ...call, status: 'done', startTimeUnixS: 1_795_232_280, durationS: 61, hasAudio: true });
    simulator.changeConversation(conversationId, { transcript: [{ role: 'user', message: 'Hi.', timeInCallS: 2 }] });

    const { json } = await ask(simulator, 'GET', path);

    expect(json).toMatchObject({
      conversation_id: conversationId,
      agent_id: agentId,
      agent_name: 'Example agent',
      status: 'done',
      has_audio: true,
      transcript: [{ role: 'user', message: 'Hi.', time_in_call_secs: 2 }],
      metadata: {
        start_time_unix_secs: 1_795_232_280,
        call_duration_secs: 61,
        phone_call: { type: 'twilio', direction: 'outbound', external_number: externalNumber },
      },
      analysis: { call_successful: 'success' },
      field_of_a_later_release: expect.anything(),
    });
  });

  it.each([path, `${path}/audio`])(
    'given no such conversation, when GET %s, then 404 with its code',
    async (missing) => {
      const { status, json } = await ask(simulator, 'GET', missing);

      expect([status, json.detail.code]).toEqual([404, 'conversation_not_found']);
    },
  );
});

describe('GET /v1/convai/conversations/{conversation_id}/audio', () => {
  it.each([1024, 4321, 10 + 417 * 10, 10 + 417 * 10 - 1, 1_000_003])(
    'given a recording of %i bytes, when read, then it is a sound MP3 of that size',
    async (audioBytes) => {
      add({ hasAudio: true, audioBytes });

      const response = await getAudio();
      const bytes = Buffer.from(await response.arrayBuffer());

      expect(response.headers.get('content-type')).toBe('audio/mpeg');
      expect(bytes).toHaveLength(audioBytes);
      expect(readAudioStructure(bytes, 'mp3')).toMatchObject({ durationS: expect.closeTo(audioBytes / 16_000, 0) });
    },
  );

  it('given 200 MB, when read after a while, then all of it comes, and meanwhile the simulator held next to nothing', async () => {
    add({ hasAudio: true, audioBytes: 200_000_000 });
    const before = process.memoryUsage().arrayBuffers;

    const response = await getAudio();
    await sleep(300);
    const held = process.memoryUsage().arrayBuffers - before;
    const bytes = await sizeOf(response);

    expect(held).toBeLessThan(20_000_000);
    expect(bytes).toBe(200_000_000);
  });

  it('given a conversation without a recording, when it gets one, then 404 becomes 200', async () => {
    add();

    const without = await getAudio();
    simulator.changeConversation(conversationId, { hasAudio: true });

    expect([without.status, (await getAudio()).status]).toEqual([404, 200]);
  });

  it('given a client that leaves in the middle, when it has left, then the simulator goes on', async () => {
    add({ hasAudio: true, audioBytes: 50_000_000 });

    const response = await getAudio();
    await response.body!.cancel();

    expect((await ask(simulator, 'GET', path)).status).toBe(200);
  });

  it('given a truncation, when read, then half of it comes and the connection breaks', async () => {
    add({ hasAudio: true, audioBytes: 1_000_000 });
    simulator.addFault({ operation: 'getConversationAudio', action: { kind: 'truncate' } });
    const received: number[] = [];

    await expect(sizeOf(await getAudio(), received)).rejects.toThrow('terminated');
    expect(received.reduce((sum, bytes) => sum + bytes, 0)).toBe(500_000);
    expect((await getAudio()).status).toBe(200);
  });

  it('given it is closed, when a recording is under way, then it breaks off at once', async () => {
    add({ hasAudio: true, audioBytes: 1_000_000_000 });
    const response = await getAudio();

    await simulator.close();

    await expect(response.arrayBuffer()).rejects.toThrow('terminated');
  });
});

describe('conversations through the control routes', () => {
  it('given one is posted and changed, when read, then it has changed, and the state shows it', async () => {
    const added = await control('POST', 'conversations', { conversationId, agentId, externalNumber });
    const changed = await control('PATCH', 'conversations', { conversationId, status: 'done', hasAudio: true });

    expect([added.status, added.json.status, added.json.direction]).toEqual([201, 'in-progress', 'inbound']);
    expect([changed.status, changed.json.status]).toEqual([200, 'done']);
    expect((await ask(simulator, 'GET', path)).json).toMatchObject({ status: 'done', has_audio: true });
    expect((await control('GET', 'state')).json.conversations).toEqual([changed.json]);
  });

  it('given no id, when posted, then one is made', async () => {
    const { json } = await control('POST', 'conversations', { agentId });

    expect(json.conversationId).toMatch(/^conv_[a-z0-9]{28}$/);
  });

  it('given conversations, when reset, then there are none', () => {
    add();

    simulator.reset();

    expect(simulator.state.conversations).toEqual([]);
  });

  it.each([
    ['POST', { conversationId, agentId }, 409, `The conversation ${conversationId} already exists.`],
    ['PATCH', { conversationId: 'conv_2', status: 'done' }, 409, 'Conversation conv_2 does not exist'],
    ['POST', { agentId, status: 'ringing' }, 422, 'status'],
    ['POST', { agentId, audioBytes: 1 }, 422, 'audioBytes'],
    ['PATCH', { conversationId, agentId: 'other' }, 422, 'agentId'],
  ])('given %s with %j, when sent, then %i with a sentence', async (method, body, expected, mention) => {
    add();

    const { status, json } = await control(method, 'conversations', body);

    expect(status).toBe(expected);
    expect(json.error).toContain(mention);
  });
});
