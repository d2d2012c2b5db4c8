import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { callerHashOf as hashOf } from '../support/caller-keys';
import { eventually, until } from '../support/eventually';
import { postCallPayload, type PostCallStack, startPostCallStack } from '../support/postcall-stack';
import { spokenSample } from '../support/samples';
import { digestOf, everythingIn, type Places, placesWith } from '../support/search-stores';
import { newConversationId, post, preCallEvent, signatureOf } from '../support/sender';

let running: PostCallStack;

beforeAll(async () => {
  // Voices and samples are kept after calls, and what may still write when an erasure begins is given seconds.
  const kept = { VOICE_RETENTION_SECONDS: '86400', SAMPLES_OUTLIVE_CALLS: 'true', ENABLE_AUDIO_STORAGE: 'true' };
  running = await startPostCallStack({}, { ...kept, ERASURE_SETTLE_SECONDS: '5' });
});
afterAll(() => running.close());

const number = '+31612345678';
const others = '+31687654321';
const nameOf = (phone: string) => (phone === others ? 'Ben' : 'Xanthippe');
const nowS = () => Math.floor(Date.now() / 1000);
const send = (path: string, body: object, signedAtS = nowS()) => {
  const text = JSON.stringify(body);
  const signature = signatureOf(text, { timestampS: signedAtS });
  return post(`${running.stack.url}${path}`, text, { 'elevenlabs-signature': signature });
};
const sampleOf = (name: string) => ({ format: 'base64', data: spokenSample(name).toString('base64') });
const enrolment = (phone_number: string, file: string) => ({
  type: 'caller_enrol',
  phone_number,
  name: nameOf(phone_number),
  voice_sample: sampleOf(file),
});
const call = (phone_number: string, file: string, fields: object) =>
  preCallEvent({
    caller_metadata: { name: nameOf(phone_number), phone_number },
    voice_sample: sampleOf(file),
    ...fields,
  });
const begin = async (phone: string, file: string, agent_id: string) => {
  const conversation_id = newConversationId();
  const { status, json } = await send('/webhook/precall', call(phone, file, { conversation_id, agent_id }));
  expect(status).toBe(200);
  return { conversation_id, agent_id, voice_id: String(json['voice_id']) };
};
/** The event after a call, with the caller's number in it. */
const transcription = (conversation_id: string, agent_id: string, phone: string, beganAtS: number) => {
  const payload = postCallPayload('transcription', { conversation_id, agent_id, has_audio: false });
  const metadata = { ...(payload.data['metadata'] as object), start_time_unix_secs: beganAtS };
  const text = JSON.stringify({ ...payload, event_timestamp: nowS(), data: { ...payload.data, metadata } });
  return JSON.parse(text.replaceAll('+31612345678', phone).replaceAll('Ada', nameOf(phone))) as object;
};
const finish = async (phone: string, { conversation_id, agent_id }: { conversation_id: string; agent_id: string }) => {
  await send('/webhook/postcall', transcription(conversation_id, agent_id, phone, nowS() - 60));
  await running.finishedCall(conversation_id);
  await send('/webhook/postcall', postCallPayload('audio', { conversation_id, agent_id }));
  await eventually(async () => (await running.objects())[`recordings/${conversation_id}.mp3`]);
};
const clientOf = () => ({
  endpoint: running.stack.places.awsUrl,
  region: running.stack.places.region,
  credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
});
/** Waits until no object has such a key any more; one may go while they are read. */
const goneFrom = (key: string) =>
  until(async () => {
    const objects = await running.objects().catch(() => undefined);
    return objects !== undefined && Object.keys(objects).every((each) => !each.includes(key));
  });
/** What SQS does when somebody redrives: the job comes again, and S3 still has its body. */
const redrive = async (key: string, body: string) => {
  const [s3, sqs] = [new S3Client({ ...clientOf(), forcePathStyle: true }), new SQSClient(clientOf())];
  await s3.send(new PutObjectCommand({ Bucket: running.stack.places.bucket, Key: key, Body: body }));
  const [, QueueUrl] = Object.entries(running.stack.deployed.queues).find(([id]) => id.startsWith('PostCallsQueue'))!;
  const job = { kind: 'body', key, sha256: digestOf(Buffer.from(body)) };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(job) }));
  await goneFrom(key);
  [s3, sqs].forEach((each) => each.destroy());
};
const onlyOf = (places: Places, texts: readonly string[]): Places =>
  Object.fromEntries(placesWith(places, texts).map((place) => [place, places[place]!]));
const statusOf = async (erasure_id: string) =>
  (await send('/callers/erasure', { type: 'erasure_status', erasure_id })).json['erasure'] as Record<string, unknown>;
const erase = async (phone_number: string, signedAtS?: number) => {
  const { status, json } = await send('/callers/erase', { type: 'caller_erase', phone_number }, signedAtS);
  expect(status).toBe(202);
  return String(json['erasure_id']);
};
const done = (erasure_id: string) =>
  eventually(async () => {
    const seen = await statusOf(erasure_id);
    return seen['state'] === 'done' ? seen : undefined;
  });

describe('an erasure', () => {
  it('given a caller with everything, then nothing of them is found anywhere, and all of another is as it was', async () => {
    await send('/callers', enrolment(number, 'caller.ogg'));
    await send('/callers', enrolment(others, 'caller.mp3'));
    const finished = await begin(number, 'caller.wav', 'agent_1');
    await finish(number, finished);
    const another = await begin(others, 'caller.mp3', 'agent_3');
    await finish(others, another);
    await until(() => running.elevenLabs.agent('agent_3').voiceId === 'ownVoice1');
    const live = await begin(number, 'caller.ogg', 'agent_2');
    const traces = [
      number.slice(1),
      hashOf(number),
      digestOf(spokenSample('caller.ogg')),
      digestOf(spokenSample('caller.wav')),
      finished.voice_id,
      live.voice_id,
      'Xanthippe_Clone',
    ];
    const theirs = [another.conversation_id, another.voice_id, hashOf(others)];
    const before = await everythingIn(running);
    // The search sees all that it is about to miss.
    for (const trace of traces) expect(placesWith(before, [trace])).not.toEqual([]);
    const signedBefore = nowS();

    const erasureId = await erase(number);
    const beganAtS = nowS() - 30;
    const refused = [
      await send('/callers', enrolment(number, 'caller.mp3'), signedBefore),
      await send('/webhook/precall', call(number, 'caller.mp3', { agent_id: 'agent_4' }), signedBefore),
    ];
    // The live call ends now; another of theirs was in progress that nobody knew of; both are told of after the erasure.
    const unknown = newConversationId();
    const [liveEnd, unknownEnd] = [live.conversation_id, unknown].map((id) =>
      transcription(id, 'agent_2', number, beganAtS),
    );
    await send('/webhook/postcall', liveEnd!);
    await send('/webhook/postcall', unknownEnd!);
    const erasure = await done(erasureId);
    await send('/webhook/postcall', postCallPayload('audio', { ...live, voice_id: undefined }));
    await redrive(`postcall/raw/${unknown}/post_call_transcription/parked.json`, JSON.stringify(unknownEnd));
    await redrive(`postcall/raw/${finished.conversation_id}/post_call_transcription/p.json`, JSON.stringify(liveEnd));
    await goneFrom(`postcall/raw/${live.conversation_id}`);

    for (const { status, json } of refused) expect([status, json['error_code']]).toEqual([409, 'CALLER_ERASED']);
    const after = await everythingIn(running);
    expect(placesWith(after, traces)).toEqual([
      `DynamoDB CALLER#${hashOf(number)}`,
      // To be carried out again after a restore.
      expect.stringMatching(new RegExp(`^S3 rights-log/\\d{4}-\\d\\d-\\d\\d/erasure-${erasureId}\\.json$`)),
    ]);
    const { [`CALLER#${hashOf(number)}`]: mark, [`ERASURE#${erasureId}`]: result } = await running.ledger();
    expect(Object.keys(mark!).sort()).toEqual(['calls', 'erased_at', 'expires_at', 'kind', 'pk']);
    expect(Object.keys(result!)).not.toEqual(expect.arrayContaining(['caller_hashes']));
    expect(placesWith(after, ['Xanthippe', `recordings/${live.conversation_id}`, `transcripts/${unknown}`])).toEqual(
      [],
    );
    expect(onlyOf(after, theirs)).toEqual(onlyOf(before, theirs));
    expect(running.elevenLabs.agent('agent_2').voiceId).toBe('ownVoice1');
    expect(erasure).toMatchObject({
      state: 'done',
      requested_at: expect.any(Number),
      finished_at: expect.any(Number),
      erased: { voices: 2, conversations: 2, calls: 0, transcripts: 1, recordings: 1, samples: 2 },
      remains_at_elevenlabs: {
        agent_versions: ['agent_1', 'agent_2'],
        // ElevenLabs has no conversation of these ids.
        conversations: [],
        note: expect.stringContaining('Old versions of the agents'),
      },
    });
  });

  it('given the same erasure once more, then what came after it stays', async () => {
    const phone = '+31611111111';
    const first = nowS();
    await erase(phone, first);
    await sleep(1100);
    expect(await send('/callers', enrolment(phone, 'caller.ogg'))).toMatchObject({ status: 200 });
    const { conversation_id, voice_id } = await begin(phone, 'caller.wav', 'agent_5');
    const theirs = [`callers/${hashOf(phone)}`, `CALLER#${hashOf(phone)}`, conversation_id, voice_id];
    const after = onlyOf(await everythingIn(running), theirs);

    const again = await done(await erase(phone, first));

    expect(again['erased']).toEqual(
      Object.fromEntries(Object.keys(again['erased'] as object).map((kind) => [kind, 0])),
    );
    expect(onlyOf(await everythingIn(running), theirs)).toEqual(after);
  });
});

describe('the erasure of a caller without a number', () => {
  it('given the ids of a call and of its pre-call, then nothing is left, at ElevenLabs too, and a late event is dropped', async () => {
    const [callId, agent_id] = [newConversationId(), 'agent_7'];
    running.elevenLabs.addConversation({ conversationId: callId, agentId: agent_id, status: 'done' });
    const conversation_id = newConversationId();
    const event = preCallEvent({ conversation_id, agent_id, voice_sample: sampleOf('caller.wav') });
    const caller_metadata = { name: 'Xanthippe' };
    const { status, json } = await send('/webhook/precall', { ...event, caller_metadata });
    expect(status).toBe(200);
    const ended = postCallPayload('transcription', { conversation_id: callId, agent_id, has_audio: false });
    const dynamic_variables = { precall_conversation_id: conversation_id };
    const metadata = { ...(ended.data['metadata'] as object), phone_call: null };
    const data = { ...ended.data, metadata, user_id: null, conversation_initiation_client_data: { dynamic_variables } };
    await send('/webhook/postcall', { ...ended, data });
    await running.finishedCall(callId);
    expect((await running.ledger())[`RECORD#${callId}`]).not.toHaveProperty('caller_hash');

    const request = { type: 'caller_erase', conversation_ids: [callId, conversation_id] };
    const erasure = await done(String((await send('/callers/erase', request)).json['erasure_id']));
    await send('/webhook/postcall', { ...ended, data, event_timestamp: nowS() });
    await goneFrom(`postcall/raw/${callId}`);

    expect(erasure).toMatchObject({
      erased: { voices: 1, records: 1, transcripts: 1, conversations_at_elevenlabs: 1 },
      receipt: [{ store: 'table', stays: [{ what: 'consents', count: null }, {}] }, {}, {}, {}],
      remains_at_elevenlabs: { conversations: [] },
    });
    const after = await everythingIn(running);
    expect(placesWith(after, [String(json['voice_id']), `transcripts/${callId}`])).toEqual([]);
    expect(placesWith(after, [`samples/${conversation_id}`])).toEqual([]);
  });

  it.each([
    ['neither', {}, /phone_number: expected a phone number, or conversation_ids/],
    ['both', { phone_number: number, conversation_ids: ['conv_1'] }, /phone_number: expected a phone number, or/],
    ['no id', { conversation_ids: [] }, /conversation_ids: /],
    ['an id that is none', { conversation_ids: ['a b'] }, /conversation_ids\.0: expected 1 to 128/],
  ])('given %s, then it is refused with what to send', async (_what, body, problem) => {
    const { status, json } = await send('/callers/erase', { type: 'caller_erase', ...body });

    expect([status, json['error_code']]).toEqual([400, 'INVALID_PAYLOAD']);
    expect(json['error_message']).toMatch(problem);
  });
});

describe('the conversations of an erased caller at ElevenLabs', () => {
  const phone = '+31622222222';
  const conversationsThere = () => running.elevenLabs.state.conversations.map(({ conversationId }) => conversationId);
  const add = (conversationId: string, more: object = {}) =>
    running.elevenLabs.addConversation({ conversationId, agentId: 'agent_6', status: 'done', ...more });

  it('given calls that Precall knows, and one that only ElevenLabs lists, then all are deleted, late ones too', async () => {
    const [known, listed, late, another] = [1, 2, 3, 4].map(newConversationId) as [string, string, string, string];
    for (const [id, more] of [[known], [listed, { userId: hashOf(phone) }], [late], [another]] as const) add(id, more);
    await send('/webhook/postcall', transcription(known, 'agent_6', phone, nowS() - 60));
    await running.finishedCall(known);

    const erasure = await done(await erase(phone));

    expect(erasure).toMatchObject({
      erased: { conversations_at_elevenlabs: 2 },
      remains_at_elevenlabs: { conversations: [] },
    });
    expect(conversationsThere()).not.toEqual(expect.arrayContaining([known]));
    expect(conversationsThere()).not.toEqual(expect.arrayContaining([listed]));
    await send('/webhook/postcall', transcription(late, 'agent_6', phone, nowS() - 600));
    await until(() => !conversationsThere().includes(late));
    expect(conversationsThere()).toContain(another);
  });

  it('given a key that may not delete conversations, then the erasure is done all the same, and its report says so', async () => {
    const [id, number] = [newConversationId(), '+31633333333'];
    add(id);
    await send('/webhook/postcall', transcription(id, 'agent_6', number, nowS() - 60));
    await running.finishedCall(id);
    const body = { detail: { status: 'missing_permissions', message: 'x' } };
    const refusal = { kind: 'answer', status: 401, body } as const;
    running.elevenLabs.failNext('deleteConversation', refusal, refusal, refusal);

    const erasure = await done(await erase(number));

    expect(erasure).toMatchObject({ erased: { records: 1 }, remains_at_elevenlabs: { conversations: [id] } });
    expect(erasure['receipt']).toContainEqual({
      store: 'elevenlabs',
      erased: { voices: 0, conversations_at_elevenlabs: 0 },
      stays: [{ what: 'conversations', count: 1, reason: expect.stringContaining('The API key may not') as unknown }],
    });
    running.elevenLabs.clearFaults();
  });
});
