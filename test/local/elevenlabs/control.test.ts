import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { startElevenLabs } from '../../support/elevenlabs';
import { addVoice, agentId, apiKey, ask, houseVoiceId, startSimulator } from './simulator-client';

let simulator: ElevenLabsSimulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

const control = (method: string, name: string, body?: unknown) =>
  ask(simulator, method, `/_simulator/${name}`, body, {});

describe('the control routes', () => {
  it('given a clone, when the state is read, then it tells of voices, agents, counters and requests', async () => {
    const voiceId = await addVoice(simulator, 'Ann');

    const { status, json } = await control('GET', 'state');

    expect(status).toBe(200);
    expect(json).toMatchObject({
      voices: [
        { voiceId: houseVoiceId, category: 'premade' },
        { voiceId, name: 'Ann', category: 'cloned', samples: [{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }] },
      ],
      agents: [{ agentId, voiceId: houseVoiceId, firstMessage: 'Good day.', versionCount: 1 }],
      subscription: { voiceSlotsUsed: 1, voiceLimit: 30, voiceAddEditCounter: 1, maxVoiceAddEdits: 95 },
      requests: [{ operation: 'createVoice', status: 200 }],
      incidents: [],
      faults: [],
      concurrency: { current: 0, peak: 1 },
    });
  });

  it('given an agent, when posted, then it can be read, and its voice exists', async () => {
    const seed = { agentId: 'agent_2', voiceId: 'voice_2', firstMessage: 'Hello.', name: 'Second' };

    const added = await control('POST', 'agents', seed);
    const agent = await ask(simulator, 'GET', '/v1/convai/agents/agent_2');
    const voice = await ask(simulator, 'GET', '/v1/voices/voice_2');

    expect(added.status).toBe(201);
    expect(added.json).toMatchObject({ agentId: 'agent_2', voiceId: 'voice_2', versionCount: 1 });
    expect(agent.json.name).toBe('Second');
    expect(voice.json.category).toBe('premade');
  });

  it('given a voice of another time, when posted, then it is listed with its age and takes a slot but no add', async () => {
    const added = await control('POST', 'voices', {
      name: 'Old',
      description: 'By hand',
      createdAtMs: 1_700_000_000_999,
    });
    const listed = await ask(simulator, 'GET', '/v2/voices?search=by%20hand&category=cloned');
    const { json } = await control('GET', 'state');

    expect(added.status).toBe(201);
    expect(listed.json.voices).toMatchObject([
      { voice_id: added.json.voiceId, name: 'Old', created_at_unix: 1_700_000_000 },
    ]);
    expect(json.subscription).toMatchObject({ voiceSlotsUsed: 1, voiceAddEditCounter: 0 });
  });

  it('given a voice that exists, when posted again, then 409 with a sentence', async () => {
    const { status, json } = await control('POST', 'voices', { voiceId: houseVoiceId, name: 'House' });

    expect(status).toBe(409);
    expect(json.error).toContain(`The voice ${houseVoiceId} already exists.`);
  });

  it('given an agent that exists, when posted again, then 409 with a sentence', async () => {
    const { status, json } = await control('POST', 'agents', { agentId, voiceId: 'v', firstMessage: '' });

    expect(status).toBe(409);
    expect(json.error).toBe(`The agent ${agentId} already exists. Choose another agentId, or reset the simulator.`);
  });

  it('given a change of settings, when put, then it is merged into them', async () => {
    await control('PUT', 'settings', { voiceLimit: 10 });
    const { status, json } = await control('PUT', 'settings', { latencyMs: { createVoice: 5 } });

    expect(status).toBe(200);
    expect(json).toMatchObject({ voiceLimit: 10, maxVoiceAddEdits: 95, latencyMs: { createVoice: 5, getAgent: 0 } });
  });

  it('given a fault, when posted, then it strikes, and when deleted, then it does not', async () => {
    const fault = { operation: 'getSubscription', times: null, action: { kind: 'error', status: 500, code: 'x' } };

    const added = await control('POST', 'faults', fault);
    const struck = await ask(simulator, 'GET', '/v1/user/subscription');
    const deleted = await control('DELETE', 'faults');
    const spared = await ask(simulator, 'GET', '/v1/user/subscription');

    expect(added.json).toMatchObject({ ...fault, id: expect.any(String), effect: 'before' });
    expect([added.status, struck.status, deleted.status, spared.status]).toEqual([201, 500, 204, 200]);
  });

  it('given requests, when deleted, then the record is empty', async () => {
    await addVoice(simulator, 'Ann');

    const { status } = await control('DELETE', 'requests');

    expect(status).toBe(204);
    expect(simulator.state.requests).toEqual([]);
    expect(simulator.state.voices).toHaveLength(2);
  });

  it('given everything changed, when reset, then everything is as at the start', async () => {
    const atStart = (await control('GET', 'state')).json;
    await addVoice(simulator, 'Ann');
    await ask(simulator, 'PATCH', `/v1/convai/agents/${agentId}`, { conversation_config: { tts: { voice_id: 'x' } } });
    simulator.changeSettings({ voiceLimit: 1, searchLagMs: 50 });
    simulator.addFault({ operation: '*', action: { kind: 'reset' } });

    const { status } = await control('POST', 'reset');
    const afterwards = (await control('GET', 'state')).json;

    expect(status).toBe(204);
    expect(afterwards).toEqual({
      ...atStart,
      agents: [{ ...atStart.agents[0], versionId: expect.not.stringMatching(String(atStart.agents[0].versionId)) }],
    });
  });

  it.each([
    ['PUT', 'settings', { speed: 1 }, 422, 'speed'],
    ['PUT', 'settings', { latencyMs: { sing: 1 } }, 422, 'latencyMs'],
    ['PUT', 'settings', { voiceLimit: -1 }, 422, 'voiceLimit'],
    ['PUT', 'settings', 'fast', 422, 'body'],
    ['POST', 'agents', { agentId: 'a b', voiceId: 'v', firstMessage: '' }, 422, 'agentId'],
    ['POST', 'agents', { agentId: 'a' }, 422, 'voiceId'],
    ['POST', 'voices', { name: '' }, 422, 'name'],
    ['POST', 'faults', { operation: '*' }, 422, 'action'],
    ['POST', 'faults', undefined, 400, 'content type'],
    ['POST', 'state', {}, 404, 'GET state'],
    ['GET', 'toString', undefined, 404, 'GET toString not found'],
  ])('given %s %s with %j, when sent, then %i with a sentence', async (method, name, body, expected, mention) => {
    const { status, json } = await control(method, name, body);

    expect(status).toBe(expected);
    expect(json.error).toContain(mention);
  });
});

describe('startElevenLabs', () => {
  it('given a port that is taken, when started, then it says so', async () => {
    const port = Number(new URL(simulator.url).port);

    await expect(startElevenLabs({ apiKey, port })).rejects.toThrow(`127.0.0.1:${port}`);
  });

  it('given settings that are not valid, when started, then they are refused', async () => {
    await expect(startElevenLabs({ apiKey, settings: { jitterMs: -1 } })).rejects.toThrow('jitterMs');
  });

  it('given it is closed, when asked, then the connection is refused', async () => {
    await simulator.close();

    await expect(ask(simulator, 'GET', '/v2/voices')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});
