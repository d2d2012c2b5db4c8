import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { expectViolations } from '../../support/elevenlabs';
import { addVoice, agentId, ask, houseVoiceId, startSimulator } from './simulator-client';

const path = `/v1/convai/agents/${agentId}`;
let simulator: ElevenLabsSimulator;

beforeEach(async () => {
  const conversationConfig = {
    language_presets: { de: { overrides: { tts: { voice_id: 'de_voice' } } } },
    asr: { keywords: ['alpha', 'beta'] },
  };
  const agents = [{ agentId, voiceId: houseVoiceId, firstMessage: 'Good day.', conversationConfig }];
  simulator = await startSimulator({ agents });
});
afterEach(() => simulator.close());

const patch = (body: unknown) => ask(simulator, 'PATCH', path, body);

describe('GET /v1/convai/agents/{agent_id}', () => {
  it('given a seeded agent, when read, then its configuration is whole and its overrides are off', async () => {
    const { status, json } = await ask(simulator, 'GET', path);

    expect(status).toBe(200);
    expect(Object.keys(json.conversation_config as object).sort()).toEqual(
      ['agent', 'asr', 'conversation', 'language_presets', 'tts', 'turn', 'vad'].sort(),
    );
    expect(json).toMatchObject({
      agent_id: agentId,
      version_id: expect.stringMatching(/^agtvrsn_[a-z0-9]{28}$/),
      conversation_config: {
        tts: { voice_id: houseVoiceId, model_id: expect.any(String) },
        agent: { first_message: 'Good day.', language: 'en', prompt: { prompt: expect.any(String) } },
      },
      platform_settings: {
        overrides: {
          conversation_config_override: { tts: { voice_id: false }, agent: { first_message: false } },
          enable_conversation_initiation_client_data_from_webhook: false,
        },
      },
    });
  });

  it.each(['GET', 'PATCH'])('given no such agent, when %s, then 404 agent_not_found', async (method) => {
    const { status, json } = await ask(
      simulator,
      method,
      '/v1/convai/agents/nobody',
      method === 'GET' ? undefined : {},
    );

    expect(status).toBe(404);
    expect(json.detail).toMatchObject({ type: 'not_found', code: 'agent_not_found' });
  });
});

describe('PATCH /v1/convai/agents/{agent_id}', () => {
  it('given a voice and a first message, when set, then only they change and a version is made', async () => {
    const before = (await ask(simulator, 'GET', path)).json;
    const voiceId = await addVoice(simulator, 'Ann');

    const { status, json } = await patch({
      conversation_config: { tts: { voice_id: voiceId }, agent: { first_message: 'Hello Ann.' } },
    });
    const after = (await ask(simulator, 'GET', path)).json;

    expect(status).toBe(200);
    expect(json).toEqual(after);
    expect(json.version_id).not.toBe(before.version_id);
    expect(json.conversation_config).toEqual({
      ...before.conversation_config,
      tts: { ...before.conversation_config.tts, voice_id: voiceId },
      agent: { ...before.conversation_config.agent, first_message: 'Hello Ann.' },
    });
    expect(simulator.describe()).toMatchObject({
      agents: [{ agentId, voiceId, firstMessage: 'Hello Ann.', versionCount: 2, versionId: json.version_id }],
      incidents: [],
    });
  });

  it('given maps, arrays and null, when set, then maps merge by key and the others replace', async () => {
    const { json } = await patch({
      conversation_config: {
        language_presets: { nl: { overrides: {} }, de: { overrides: { agent: { first_message: 'Hallo' } } } },
        asr: { keywords: ['gamma'] },
        turn: { turn_timeout: null },
      },
      tags: ['reception'],
      name: 'Reception',
      version_description: 'not part of the agent',
    });

    expect(json).toMatchObject({ name: 'Reception', tags: ['reception'] });
    expect(json).not.toHaveProperty('version_description');
    expect(json.conversation_config).toMatchObject({
      asr: { keywords: ['gamma'], quality: 'high' },
      turn: { turn_timeout: null, turn_eagerness: 'normal' },
    });
    expect(json.conversation_config.language_presets).toEqual({
      nl: { overrides: {} },
      de: { overrides: { tts: { voice_id: 'de_voice' }, agent: { first_message: 'Hallo' } } },
    });
  });

  it.each([
    ['at the top', { voice_id: 'x' }, ['body', 'voice_id']],
    ['in conversation_config', { conversation_config: { voice: {} } }, ['body', 'conversation_config', 'voice']],
    ['in tts', { conversation_config: { tts: { voiceId: 'x' } } }, ['body', 'conversation_config', 'tts', 'voiceId']],
    [
      'in agent',
      { conversation_config: { agent: { voice: { voice_id: 'x' } } } },
      ['body', 'conversation_config', 'agent', 'voice'],
    ],
    ['named like a built-in', { constructor: {} }, ['body', 'constructor']],
  ])('given an unknown key %s, when set, then 422 names it, or it is dropped as set', async (_where, body, loc) => {
    const before = (await ask(simulator, 'GET', path)).json.conversation_config;

    const refused = await patch(body);
    simulator.changeSettings({ dropUnknownFields: true });
    const dropped = await patch(body);

    expect(refused.status).toBe(422);
    expect(simulator.state.violations).toHaveLength(2);
    expectViolations(simulator, `: ${loc.join('.')}: Not a documented field`);
    expect(refused.json.detail).toEqual([{ loc, msg: expect.any(String), type: 'extra_forbidden' }]);
    expect(dropped.status).toBe(200);
    expect(dropped.json.conversation_config).toEqual(before);
    expect(simulator.describe()).toMatchObject({ agents: [{ versionCount: 2 }] });
  });

  it.each([
    ['a voice id that is no string', { conversation_config: { tts: { voice_id: 7 } } }, 'voice_id'],
    ['a null first message', { conversation_config: { agent: { first_message: null } } }, 'first_message'],
    ['no object in tts', { conversation_config: { tts: null } }, 'tts'],
    ['no object at all', [], 'body'],
  ])('given %s, when set, then 422', async (_given, body, field) => {
    const { status, json } = await patch(body);

    expect(status).toBe(422);
    expectViolations(simulator, field);
    expect(json.detail).toMatchObject([{ loc: expect.arrayContaining([field]) }]);
  });

  it.each([
    ['text', '{', 'application/json'],
    ['another type', '{}', 'text/plain'],
  ])('given a body that is %s, when set, then 422', async (_given, body, contentType) => {
    const headers = { 'xi-api-key': 'sk_of_the_tests', 'content-type': contentType };

    const response = await fetch(simulator.url + path, { method: 'PATCH', headers, body });

    expect(response.status).toBe(422);
    expectViolations(simulator, /body/);
  });

  it('given a voice that does not exist, when set, then it is taken and an incident is kept', async () => {
    const { status, json } = await patch({ conversation_config: { tts: { voice_id: 'gone' } } });
    await patch({ conversation_config: { agent: { first_message: 'Still here.' } } });

    expect(status).toBe(200);
    expect(json.conversation_config.tts.voice_id).toBe('gone');
    expect(simulator.state.incidents).toMatchObject([
      { kind: 'danglingVoice', cause: 'patched', agentId, voiceId: 'gone' },
    ]);
  });
});
