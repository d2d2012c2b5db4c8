import { createHash } from 'node:crypto';
import { eventually, until } from '../support/eventually';
import { postCallPayload, type PostCallStack, startPostCallStack } from '../support/postcall-stack';
import { newConversationId, post, preCallEvent, signatureOf } from '../support/sender';

let running: PostCallStack;

beforeAll(async () => {
  running = await startPostCallStack({}, { ENABLE_AUDIO_STORAGE: 'true' });
});
afterAll(() => running.close());

const send = (payload: unknown, headers = {}) => post(running.postcallUrl, JSON.stringify(payload), headers);
const objectsWith = async (text: string) =>
  Object.fromEntries(Object.entries(await running.objects()).filter(([key]) => key.includes(text)));
const busEventsOf = (id: string) => running.aws.busEvents.filter(({ detail }) => detail['conversation_id'] === id);
const begin = async (agent_id: string) => {
  const conversation_id = newConversationId();
  const { json } = await post(running.precallUrl, JSON.stringify(preCallEvent({ conversation_id, agent_id })));
  return { conversation_id, voice_id: String(json['voice_id']) };
};
const agentHas = (agentId: string, voiceId: string) => running.elevenLabs.agent(agentId).voiceId === voiceId;

describe('POST /webhook/postcall', () => {
  it('given a transcription, then it is stored as it came, kept as document and text, recorded and told', async () => {
    const conversation_id = newConversationId();
    const payload = postCallPayload('transcription', { conversation_id });

    expect(await send(payload)).toMatchObject({ status: 200, json: { status: 'received' } });
    const record = await running.finishedCall(conversation_id);

    expect(record).toMatchObject({ status: 'done', outcome: 'completed', agent_id: payload.data['agent_id'] });
    const objects = await objectsWith(conversation_id);
    const raw = Object.entries(objects).find(([key]) => key.startsWith('postcall/raw/'))!;
    expect(raw[1].toString()).toBe(JSON.stringify(payload));
    expect(JSON.parse(objects[String(record['transcript_key'])]!.toString())).toEqual(payload.data);
    expect(objects[String(record['transcript_text_key'])]!.toString()).toContain('Agent:');
    expect(busEventsOf(conversation_id)).toMatchObject([{ source: 'precall', detailType: 'CallCompleted' }]);
    expect(JSON.stringify([record, busEventsOf(conversation_id)])).not.toMatch(/Ada|\+31/);
  });

  it('given a failed dial, then its reason is recorded, and the bus is told', async () => {
    for (const name of ['failure-sip', 'failure-twilio']) {
      const conversation_id = newConversationId();
      await send(postCallPayload(name, { conversation_id }));

      expect(await running.finishedCall(conversation_id)).toMatchObject({
        outcome: 'failed',
        failure: { reason: expect.stringMatching(/busy|no-answer|unknown/), provider: expect.any(String) },
      });
      expect(busEventsOf(conversation_id)).toMatchObject([{ detailType: 'CallFailed' }]);
    }
  });

  it('given a pushed recording, then the MP3 is kept, and the body that held it goes', async () => {
    const conversation_id = newConversationId();
    const payload = postCallPayload('audio', { conversation_id });

    await send(payload);
    const key = `recordings/${conversation_id}.mp3`;
    const objects = await eventually(async () => {
      const found = await objectsWith(conversation_id);
      return found[key] !== undefined && Object.keys(found).length === 1 ? found : undefined;
    });

    expect(objects[key]).toEqual(Buffer.from(String(payload.data['full_audio']), 'base64'));
    expect((await running.ledger())[`RECORD#${conversation_id}`]).toMatchObject({ recording_key: key });
  });

  it('given the flat form, then it is answered by its id, and kept under its digest', async () => {
    const call_id = `+31612345678 ${newConversationId()}`;

    expect(await send(postCallPayload('flat', { call_id }))).toMatchObject({
      status: 200,
      json: { status: 'success', call_id },
    });
    const digest = createHash('sha256').update(call_id).digest('hex');
    expect(await running.finishedCall(digest)).toMatchObject({ outcome: 'completed', conversation_id: null });
    expect(Object.keys(await objectsWith('612345678'))).toEqual([]);
  });

  it('given a type that nobody knows, then it is kept, and nothing else happens', async () => {
    const conversation_id = newConversationId();

    expect(await send(postCallPayload('unknown', { conversation_id }))).toMatchObject({ status: 200 });

    await eventually(() => running.logs().find(({ event }) => event === 'postcall_type_unknown'));
    expect(Object.keys(await objectsWith(conversation_id))).toHaveLength(1);
    expect(await running.ledger()).not.toHaveProperty(`RECORD#${conversation_id}`);
  });

  it('given a list of events, then it is refused, and nothing is stored', async () => {
    const conversation_id = newConversationId();

    expect(await send([postCallPayload('transcription', { conversation_id })])).toMatchObject({
      status: 400,
      json: { error_code: 'INVALID_PAYLOAD', error_message: expect.stringContaining('got a list') },
    });

    expect(await objectsWith(conversation_id)).toEqual({});
  });

  it('given a call that has a voice, then its end gives the agent its own back and deletes the voice', async () => {
    const { conversation_id, voice_id } = await begin('agent_1');
    expect(agentHas('agent_1', voice_id)).toBe(true);

    await send(postCallPayload('transcription', { conversation_id, agent_id: 'agent_1' }));

    await until(() => agentHas('agent_1', 'ownVoice1'));
    await until(() => !running.elevenLabs.clones().includes(voice_id));
    expect(await running.finishedCall(conversation_id)).toMatchObject({ precall_conversation_id: conversation_id });
  });

  it('given an end with an id of its own, then the dynamic variable finds the pre-call', async () => {
    const { conversation_id, voice_id } = await begin('agent_2');
    const own = newConversationId();
    const conversation_initiation_client_data = { dynamic_variables: { precall_conversation_id: conversation_id } };

    const variables = { conversation_id: own, agent_id: 'agent_2', conversation_initiation_client_data };
    await send(postCallPayload('transcription', variables));

    await until(() => !running.elevenLabs.clones().includes(voice_id));
    expect(agentHas('agent_2', 'ownVoice1')).toBe(true);
    expect(await running.finishedCall(own)).toMatchObject({ precall_conversation_id: conversation_id });
  });

  it('given an end before its pre-call, then the pre-call is refused, and nothing is cloned', async () => {
    const conversation_id = newConversationId();
    await send(postCallPayload('failure-sip', { conversation_id }));
    await running.finishedCall(conversation_id);
    const clones = running.elevenLabs.clones().length;

    const late = await post(running.precallUrl, JSON.stringify(preCallEvent({ conversation_id, agent_id: 'agent_3' })));

    expect(late).toMatchObject({ status: 409, json: { error_code: 'CONVERSATION_ENDED' } });
    expect(running.elevenLabs.clones().length).toBe(clones);
  });

  it('given each event five times at once and again later, then there is one record, one object, one telling', async () => {
    const { conversation_id } = await begin('agent_4');
    const payload = postCallPayload('transcription', { conversation_id, agent_id: 'agent_4' });

    const answers = await Promise.all(Array.from({ length: 5 }, () => send(payload)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const first = await running.finishedCall(conversation_id);
    await send(payload);
    await eventually(() =>
      running
        .logs()
        .filter(({ event, conversation_id: id }) => event === 'postcall_duplicate' && id === conversation_id)
        .at(0),
    );

    expect((await running.ledger())[`RECORD#${conversation_id}`]).toEqual(first);
    expect(
      Object.keys(await objectsWith(conversation_id))
        .map((key) => key.split('/')[0])
        .sort(),
    ).toEqual(['postcall', 'transcripts', 'transcripts']);
    expect(busEventsOf(conversation_id)).toHaveLength(1);
    expect(
      running.elevenLabs.seen.filter(({ operation, id }) => operation === 'deleteVoice' && id !== '').length,
    ).toBeGreaterThan(0);
  });

  it.each(['audio', 'failure-sip', 'flat'])(
    'given %s five times at once, then there is one record and one object of it',
    async (name) => {
      const id = newConversationId();
      const payload = postCallPayload(name, name === 'flat' ? { call_id: id } : { conversation_id: id });
      const recordId = name === 'flat' ? createHash('sha256').update(id).digest('hex') : id;

      await Promise.all(Array.from({ length: 5 }, () => send(payload)));
      await eventually(async () => (await running.ledger())[`RECORD#${recordId}`]);
      // The other four pass in this time, or wait until the first has told the bus.
      await new Promise((resolve) => setTimeout(resolve, 700));

      const kinds = Object.keys(await objectsWith(recordId)).map((key) => key.split('/')[0]);
      expect(kinds).toEqual([...new Set(kinds)]);
      expect(busEventsOf(id).length).toBe(name === 'failure-sip' ? 1 : 0);
    },
  );

  it('given a correction and an older event after it, then the newest is kept', async () => {
    const conversation_id = newConversationId();
    const event = (event_timestamp: number, status: string) => ({
      ...postCallPayload('transcription', { conversation_id, status }),
      event_timestamp,
    });
    await send(event(2000, 'processing'));
    await running.finishedCall(conversation_id);

    await send(event(3000, 'done'));
    await until(async () => (await running.ledger())[`RECORD#${conversation_id}`]?.['status'] === 'done');
    await send(event(1000, 'failed'));
    await eventually(() =>
      running
        .logs()
        .find((line) => line['event'] === 'postcall_superseded' && line['conversation_id'] === conversation_id),
    );

    expect((await running.ledger())[`RECORD#${conversation_id}`]).toMatchObject({
      status: 'done',
      event_timestamp: 3000,
    });
    expect(busEventsOf(conversation_id)).toHaveLength(1);
  });
});

describe('POST /webhook/postcall, refused', () => {
  const transcription = () => JSON.stringify(postCallPayload('transcription', { conversation_id: 'conv_refused' }));
  const old = Math.floor(Date.now() / 1000) - 1900;

  it.each<
    [
      string,
      string | (() => string),
      Record<string, string | undefined> | (() => Record<string, string | undefined>),
      number,
      string,
    ]
  >([
    ['malformed JSON', '{"type":', {}, 400, 'INVALID_JSON'],
    ['null', 'null', {}, 400, 'INVALID_PAYLOAD'],
    ['a number', '7', {}, 400, 'INVALID_PAYLOAD'],
    ['an empty list', '[]', {}, 400, 'INVALID_PAYLOAD'],
    ['missing ids', '{"type":"post_call_transcription","data":{}}', {}, 400, 'INVALID_PAYLOAD'],
    [
      'an id with ../',
      '{"type":"post_call_audio","data":{"conversation_id":"../x","agent_id":"a"}}',
      {},
      400,
      'INVALID_PAYLOAD',
    ],
    ['no signature', transcription, { 'elevenlabs-signature': undefined }, 401, 'INVALID_SIGNATURE'],
    [
      'a wrong signature',
      transcription,
      () => ({ 'elevenlabs-signature': signatureOf(transcription(), { secret: 'x' }) }),
      401,
      'INVALID_SIGNATURE',
    ],
    [
      'an expired signature',
      transcription,
      () => ({ 'elevenlabs-signature': signatureOf(transcription(), { timestampS: old }) }),
      400,
      'SIGNATURE_EXPIRED',
    ],
    [
      'a signature of the future',
      transcription,
      () => ({ 'elevenlabs-signature': signatureOf(transcription(), { timestampS: old + 2900 }) }),
      401,
      'INVALID_SIGNATURE',
    ],
  ])('given %s, then it is refused, and nothing is stored', async (_given, body, headers, status, error_code) => {
    const text = typeof body === 'string' ? body : body();
    const before = Object.keys(await running.objects()).length;

    const answer = await post(running.postcallUrl, text, typeof headers === 'function' ? headers() : headers);

    expect(answer).toMatchObject({ status, json: { status: 'error', error_code } });
    expect(Object.keys(await running.objects())).toHaveLength(before);
  });

  it('given several v0 of which one fits, then it is taken', async () => {
    const body = JSON.stringify(postCallPayload('unknown'));
    const right = signatureOf(body);

    expect(
      await post(running.postcallUrl, body, { 'elevenlabs-signature': `${right},v0=${'0'.repeat(64)}` }),
    ).toMatchObject({ status: 200 });
  });
});
