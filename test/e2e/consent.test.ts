import { createHash } from 'node:crypto';
import { callerHashOf } from '../support/caller-keys';
import { threeCxSecret } from '../support/calls-stack';
import { eventually, until } from '../support/eventually';
import { type RunningStack, startStack } from '../support/running-stack';
import { spokenSample } from '../support/samples';
import { newConversationId, post, preCallEvent, signatureOf } from '../support/sender';

type Json = Record<string, unknown>;

let running: RunningStack;
let next = 20;
const start = async (mode: string) => {
  const threeCx = { ELEVENLABS_AGENT_ID: 'agent_1', ELEVENLABS_PHONE_NUMBER_ID: 'phnum_1' };
  running = await startStack({}, { ...threeCx, REQUIRE_CONSENT: mode, CONSENT_TEXT_VERSION: 'v2' });
};

const nowS = () => Math.floor(Date.now() / 1000);
const newNumber = () => `+316123456${(next += 1)}`;
const sample = { format: 'base64', data: spokenSample('caller.wav').toString('base64') };
const consent = (text_version = 'v2') => ({ given_at: '2026-11-29T10:00:00Z', text_version, source: 'ivr' });
const send = (path: string, body: Json, signedAtS = nowS()) => {
  const text = JSON.stringify(body);
  const secret = path === '/webhook/3cx' ? { secret: threeCxSecret } : {};
  const signature = signatureOf(text, { timestampS: signedAtS, ...secret });
  const header = path === '/webhook/3cx' ? { 'x-signature': signature } : { 'elevenlabs-signature': signature };
  return post(`${running.stack.url}${path}`, text, header);
};
const preCall = (phone_number: string | undefined, fields: Json = {}) =>
  send(
    '/webhook/precall',
    preCallEvent({ caller_metadata: { name: 'Ada', phone_number }, voice_sample: sample, ...fields }),
  );
const enrol = (phone_number: string, fields: Json = {}) =>
  send('/callers', { type: 'caller_enrol', phone_number, name: 'Ada', voice_sample: sample, ...fields });
const upload = (fields: Json = {}) => {
  const bytes = spokenSample('caller.wav');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const about = { conversation_id: newConversationId(), sha256, content_type: 'audio/wav', size_bytes: bytes.length };
  return send('/uploads', { type: 'upload_request', ...about, ...fields });
};
const initiate = async (caller_id: string) => {
  const body = JSON.stringify({ caller_id, agent_id: 'agent_1', conversation_id: newConversationId() });
  const secret = { 'x-precall-secret': 'initiation secret of the tests', 'elevenlabs-signature': undefined };
  await post(`${running.stack.url}/webhook/initiation`, body, secret);
  return running
    .logs()
    .filter(({ event }) => event === 'initiation_answered')
    .at(-1)?.['outcome'];
};
const withdraw = (phone_number: string, signedAtS?: number) =>
  send('/callers/withdraw', { type: 'caller_withdraw', phone_number }, signedAtS);
const evidenceOf = async (phone_number: string) =>
  Object.values(await running.ledger())
    .filter((item) => item['kind'] === 'consent' && item['caller_hash'] === callerHashOf(phone_number))
    .map(({ state }) => state);
const traces = async (phone_number: string) =>
  JSON.stringify([await running.ledger(), Object.keys(await running.objects())]).includes(callerHashOf(phone_number));

describe('where consent is demanded', () => {
  beforeAll(() => start('on'));
  afterAll(() => running.close());

  it.each([
    ['missing', {}],
    ['of another version', { consent: consent('v1') }],
  ])('given a consent that is %s, then nothing is stored, cloned or offered', async (_given, fields) => {
    const [number, clones] = [newNumber(), running.elevenLabs.state.voices.length];

    for (const answer of [await preCall(number, fields), await enrol(number, fields), await upload(fields)])
      expect([answer.status, answer.json['error_code']]).toEqual([403, 'CONSENT_MISSING']);

    expect(await traces(number)).toBe(false);
    expect(running.elevenLabs.state.voices.length).toBe(clones);
    expect(await initiate(number)).toBe('unknown_caller');
  });

  it('given a consent, then each is served, and its evidence is there', async () => {
    const [number, other] = [newNumber(), newNumber()];

    expect(await preCall(number, { consent: consent() })).toMatchObject({ status: 200 });
    expect(await preCall(number)).toMatchObject({ status: 200 });
    expect(await preCall(undefined, { consent: consent() })).toMatchObject({ status: 200 });
    expect(await enrol(other, { consent: { ...consent(), given_by: 'Ada herself' } })).toMatchObject({ status: 200 });
    expect(await upload({ consent: consent() })).toMatchObject({ status: 200 });

    expect([await evidenceOf(number), await evidenceOf(other)]).toEqual([['given'], ['given']]);
    expect(await initiate(other)).toBe('no_voice');
  });

  it('given a pre-call that ElevenLabs refuses, then its evidence stays', async () => {
    const number = newNumber();
    const body = { detail: { status: 'voice_limit_reached', message: 'x' } };
    running.elevenLabs.failNext('createVoice', { kind: 'answer', status: 400, body });

    expect((await preCall(number, { consent: consent() })).status).toBe(422);

    expect(await evidenceOf(number)).toEqual(['given']);
  });

  it('given a withdrawal, then voice and samples go, and only a newer consent brings the caller back', async () => {
    const number = newNumber();
    await enrol(number, { consent: consent() });
    const call = await preCall(number, { consent: consent() });
    const voiceId = String(call.json['voice_id']);

    expect(await withdraw(number, nowS() + 40)).toMatchObject({ status: 200, json: { withdrawn: true } });

    await until(() => !running.elevenLabs.clones().includes(voiceId));
    expect(running.elevenLabs.agent('agent_1').voiceId).toBe('ownVoice1');
    expect(Object.keys(await running.objects()).filter((key) => key.includes(callerHashOf(number)))).toEqual([]);
    expect((await evidenceOf(number)).filter((state) => state === 'withdrawn')).toHaveLength(1);
    expect((await preCall(number)).status).toBe(403);
    expect((await preCall(number, { consent: consent() })).status).toBe(403);
    expect(await initiate(number)).toBe('unknown_caller');
    const late = preCallEvent({ caller_metadata: { phone_number: number }, voice_sample: sample, consent: consent() });
    expect((await send('/webhook/precall', late, nowS() + 60)).status).toBe(200);
    expect((await withdraw(number, nowS())).status).toBe(200);
    expect((await preCall(number)).status).toBe(200);
  });

  it('given a withdrawal during a call, then it is marked before the answer, and the agent gets its own voice at once', async () => {
    const [number, conversation_id] = [newNumber(), newConversationId()];
    await preCall(number, { consent: consent(), conversation_id, agent_id: 'agent_2' });
    expect(running.elevenLabs.agent('agent_2').voiceId).not.toBe('ownVoice1');

    expect((await withdraw(number, nowS() + 40)).status).toBe(200);

    const { [`CALLER#${callerHashOf(number)}`]: marked } = await running.ledger();
    expect(marked).toMatchObject({ consent: { state: 'withdrawn' } });
    expect(await initiate(number)).toBe('unknown_caller');
    await until(() => running.elevenLabs.agent('agent_2').voiceId === 'ownVoice1');
    const ended = { agent_id: 'agent_2', conversation_id, status: 'done', transcript: [], metadata: {} };
    const event = { type: 'post_call_transcription', event_timestamp: nowS(), data: ended };
    expect((await send('/webhook/postcall', event)).status).toBe(200);
    const record = await eventually(async () => (await running.ledger())[`RECORD#${conversation_id}`]);
    expect(record).toMatchObject({ outcome: 'completed' });
    expect(running.elevenLabs.agent('agent_2').firstMessage).toBe('Hello');
  });

  it('given an erasure, then the evidence stays, and consent is asked for again', async () => {
    const number = newNumber();
    await preCall(number, { consent: consent() });

    await send('/callers/erase', { type: 'caller_erase', phone_number: number });

    expect(await evidenceOf(number)).toEqual(['given']);
    expect((await preCallLater(number)).json['error_code']).toBe('CONSENT_MISSING');
  });

  const preCallLater = (phone_number: string) =>
    send('/webhook/precall', preCallEvent({ caller_metadata: { phone_number }, voice_sample: sample }), nowS() + 5);

  it('given a 3CX caller who has withdrawn, then the greeting is followed by the agent’s own voice', async () => {
    const number = newNumber();
    await enrol(number, { consent: consent() });
    await withdraw(number, nowS() + 40);
    const call = { event_type: 'IncomingCall', call_id: newConversationId(), caller_id: number };

    expect(await send('/webhook/3cx', call)).toMatchObject({ status: 200, json: { cloned_voice_id: 'pending' } });

    expect(running.elevenLabs.state.outboundCalls.at(-1)).toMatchObject({ toNumber: number });
  });
});

describe.each(['off', 'warn'])('where consent is %s', (mode) => {
  beforeAll(() => start(mode));
  afterAll(() => running.close());

  it('given no consent, then each is served, and only a warning says so', async () => {
    const number = newNumber();

    for (const answer of [await preCall(number), await enrol(number), await upload()]) expect(answer.status).toBe(200);

    const warnings = running.logs().filter(({ event }) => event === 'consent_not_given');
    expect(warnings.length).toBe(mode === 'warn' ? 2 : 0);
    expect(await evidenceOf(number)).toEqual([]);
  });

  it('given a withdrawal, then the caller is refused until there is a newer consent', async () => {
    const number = newNumber();
    await enrol(number);
    await withdraw(number);

    expect((await preCall(number)).status).toBe(403);
    expect(await initiate(number)).toBe('unknown_caller');
    const back = preCallEvent({
      caller_metadata: { phone_number: number },
      voice_sample: sample,
      consent: consent('v1'),
    });
    expect((await send('/webhook/precall', back, nowS() + 5)).status).toBe(200);
  });
});
