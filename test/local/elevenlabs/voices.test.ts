import { setTimeout as sleep } from 'node:timers/promises';
import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { expectViolations } from '../../support/elevenlabs';
import { addVoice, agentId, ask, houseVoiceId, startSimulator } from './simulator-client';

let simulator: ElevenLabsSimulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

const list = (query: string) => ask(simulator, 'GET', `/v2/voices?${query}`);
const namesOf = ({ json }: { json: { voices: { name: string }[] } }) => json.voices.map(({ name }) => name);

describe('GET and DELETE /v1/voices/{voice_id}', () => {
  it('given a clone, when read, then it is a Voice with nulls and with a field nobody knows', async () => {
    const voiceId = await addVoice(simulator, 'Ann', { description: 'Instant clone', labels: '{"a":"b"}' });

    const { status, json } = await ask(simulator, 'GET', `/v1/voices/${voiceId}`);

    expect(status).toBe(200);
    expect(json).toMatchObject({
      voice_id: voiceId,
      name: 'Ann',
      description: 'Instant clone',
      category: 'cloned',
      labels: { a: 'b' },
      is_owner: true,
      settings: null,
      created_at_unix: expect.any(Number),
      field_of_a_later_release: expect.anything(),
      samples: [{ file_name: 'caller.wav', mime_type: 'audio/wav', size_bytes: 64, duration_secs: null }],
    });
    expect(JSON.stringify(json)).not.toContain('sha256');
  });

  it("given the seeded agent's voice, when read, then it is premade and takes no slot", async () => {
    const voice = await ask(simulator, 'GET', `/v1/voices/${houseVoiceId}`);
    const subscription = await ask(simulator, 'GET', '/v1/user/subscription');

    expect(voice.json).toMatchObject({ category: 'premade', samples: null, created_at_unix: null });
    expect(subscription.json.voice_slots_used).toBe(0);
  });

  it('given a clone, when deleted twice, then it is ok once and then not found', async () => {
    const voiceId = await addVoice(simulator, 'Ann');

    const first = await ask(simulator, 'DELETE', `/v1/voices/${voiceId}`);
    const second = await ask(simulator, 'DELETE', `/v1/voices/${voiceId}`);

    expect([first.status, first.json]).toEqual([200, { status: 'ok' }]);
    expect([second.status, second.json.detail.code]).toEqual([404, 'voice_not_found']);
  });

  it.each([
    ['GET', 404],
    ['GET', 400],
    ['DELETE', 404],
    ['DELETE', 400],
  ] as const)('given no such voice, when %s, then %i voice_not_found as set', async (method, missingVoiceStatus) => {
    simulator.changeSettings({ missingVoiceStatus });

    const { status, json } = await ask(simulator, method, '/v1/voices/nobody');

    expect(status).toBe(missingVoiceStatus);
    expect(json.detail.code).toBe('voice_not_found');
    expect(json.detail.message).toBe("A voice with voice_id 'nobody' was not found.");
  });

  it('given an agent with the voice, when the voice is deleted, then an incident is kept', async () => {
    const voiceId = await addVoice(simulator, 'Ann');
    const conversation_config = { tts: { voice_id: voiceId } };
    await ask(simulator, 'PATCH', `/v1/convai/agents/${agentId}`, { conversation_config });

    await ask(simulator, 'DELETE', `/v1/voices/${voiceId}`);

    expect(simulator.state.incidents).toMatchObject([{ kind: 'danglingVoice', cause: 'deleted', agentId, voiceId }]);
  });
});

describe('GET /v2/voices', () => {
  it.each([
    ['part of a name', 'search=nn_cl', ['Ann_Clone']],
    ['part of a description', 'search=call%207', ['Ann_Clone']],
    ['a label', 'search=berlin', ['Bob_Clone']],
    ['a category', 'search=premade', [`Premade ${houseVoiceId}`]],
    ['nothing that occurs', 'search=zzz', []],
    ['category=cloned', 'category=cloned&sort=name&sort_direction=asc', ['Ann_Clone', 'Bob_Clone']],
    ['voice_type=personal', 'voice_type=personal&sort=name', ['Bob_Clone', 'Ann_Clone']],
    ['voice_type=default', 'voice_type=default', [`Premade ${houseVoiceId}`]],
    ['voice_type=community', 'voice_type=community', []],
    ['voice_ids', `voice_ids=${houseVoiceId}&voice_ids=nobody`, [`Premade ${houseVoiceId}`]],
  ])('given three voices, when asked for %s, then those that fit come', async (_wanted, query, names) => {
    await addVoice(simulator, 'Ann_Clone', { description: 'Instant clone for call 7' });
    await addVoice(simulator, 'Bob_Clone', { labels: '{"place":"Berlin"}' });

    const reply = await list(query);

    expect(reply.status).toBe(200);
    expect(namesOf(reply)).toEqual(names);
    expect(reply.json).toMatchObject({ has_more: false, next_page_token: null, total_count: names.length });
  });

  it('given twelve clones, when nothing is asked for, then ten come, and the default voice on top', async () => {
    for (let i = 0; i < 12; i += 1) await addVoice(simulator, `Voice ${i}`);

    const { json } = await list('');

    expect(json).toMatchObject({ has_more: true, next_page_token: expect.any(String), total_count: 13 });
    expect(json.voices).toHaveLength(11);
  });

  it.each(['asc', 'desc'])('given pages of two, when walked %s, then each voice comes once', async (direction) => {
    const names = ['A', 'B', 'C', 'D', 'E'];
    for (const name of names) await addVoice(simulator, name);
    const seen: string[][] = [];
    let token = '';

    do {
      const query = `category=cloned&page_size=2&sort=name&sort_direction=${direction}`;
      const reply = await list(token === '' ? query : `${query}&next_page_token=${token}`);
      seen.push(namesOf(reply));
      token = reply.json.next_page_token ?? '';
    } while (token !== '');

    expect(seen.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(seen.flat()).toEqual(direction === 'asc' ? names : names.toReversed());
  });

  it('given as many clones as fit, when listed, then there is no further page', async () => {
    await addVoice(simulator, 'A');
    await addVoice(simulator, 'B');

    const { json } = await list('category=cloned&page_size=2');

    expect(json.voices).toHaveLength(2);
    expect(json).toMatchObject({ has_more: false, next_page_token: null });
  });

  it('given a voice deleted between two pages, when walked by age, then no other is missed', async () => {
    const ids = [];
    for (const name of ['A', 'B', 'C']) ids.push(await addVoice(simulator, name));
    const query = 'category=cloned&page_size=1&sort=created_at_unix&sort_direction=asc';
    const first = await list(query);

    await ask(simulator, 'DELETE', `/v1/voices/${first.json.voices[0].voice_id}`);
    const second = await list(`${query}&next_page_token=${first.json.next_page_token}`);
    const third = await list(`${query}&next_page_token=${second.json.next_page_token}`);

    const seen = [first, second, third].map(({ json }) => json.voices[0].voice_id as string);
    expect(seen.sort()).toEqual(ids.sort());
  });

  it('given include_total_count=false, when listed, then nothing is counted', async () => {
    const { json } = await list('include_total_count=false');

    expect(json.total_count).toBe(0);
    expect(json.voices).toHaveLength(1);
  });

  it('given a search lag, when a voice is young, then it is missing from the search alone', async () => {
    simulator.changeSettings({ searchLagMs: 600_000 });
    const voiceId = await addVoice(simulator, 'Young');

    const early = await list('search=Young');
    const byId = await ask(simulator, 'GET', `/v1/voices/${voiceId}`);
    simulator.changeSettings({ searchLagMs: 1 });
    await sleep(2);
    const late = await list('search=Young');

    expect([namesOf(early), early.json.total_count]).toEqual([[], 0]);
    expect(byId.status).toBe(200);
    expect(namesOf(late)).toEqual(['Young']);
  });

  it.each([
    ['page_size=101', 'page_size'],
    ['page_size=0', 'page_size'],
    ['page_size=many', 'page_size'],
    ['sort=age', 'sort'],
    ['sort_direction=up', 'sort_direction'],
    ['category=own', 'category'],
    ['voice_type=mine', 'voice_type'],
    ['next_page_token=nonsense', 'next_page_token'],
    ['labels=a', 'labels'],
    ['gender=female', 'gender'],
  ])('given %s, when listed, then 422 names the parameter', async (query, parameter) => {
    const { status, json } = await list(query);

    expect(status).toBe(422);
    expectViolations(simulator, `query.${parameter}: `);
    expect(json.detail[0].loc).toEqual(['query', parameter]);
  });
});
