import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CallsStack, startCallsStack, threeCxSecret } from '../support/calls-stack';
import { until } from '../support/eventually';
import { post, signatureOf } from '../support/sender';

let calls: CallsStack;
let next = 10;

beforeAll(async () => {
  calls = await startCallsStack();
});
afterAll(() => calls.close());
beforeEach(() => {
  calls.elevenLabs.clearFaults();
  calls.elevenLabs.changeSettings({ latencyMs: 0, outboundCallsSucceed: true });
});

const newCall = (): string => `3cx ${randomUUID()}`;
const newNumber = (): string => `+316123456${(next += 1)}`;

const agentCallDone = (callId: string) =>
  calls.callWhen(callId, ({ agent_call }) => agent_call !== undefined && agent_call.state !== 'placing');

/** Time enough for whatever would place another call. */
const wouldHaveCalledAgain = (): Promise<void> => sleep(2_500);

/** What was overridden and said in the calls that were placed, in order. */
const requests = (callId: string): { voice?: string; says?: string; longestS?: number; variables: object }[] =>
  calls.placed(callId).map(({ request }) => {
    const data = request['conversation_initiation_client_data'] as {
      conversation_config_override?: Record<string, Record<string, unknown>>;
      dynamic_variables: object;
    };
    const override = data.conversation_config_override ?? {};
    return {
      voice: override['tts']?.['voice_id'] as string,
      says: override['agent']?.['first_message'] as string,
      longestS: override['conversation']?.['max_duration_seconds'] as number,
      variables: data.dynamic_variables,
    };
  });

describe('a 3CX call', () => {
  it('given a caller with a sample, then the greeting is placed at once and the agent follows with the caller’s voice', async () => {
    const [callId, number] = [newCall(), newNumber()];
    await calls.enrol(number, 'Ivan');

    const answer = await calls.threeCx(callId, { caller_id: number });

    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      status: 'success',
      call_id: calls.placed(callId)[0]?.conversationId,
      cloned_voice_id: 'pending',
      '3cx_call_id': callId,
      message: 'Greeting call initiated successfully',
    });
    const done = await agentCallDone(callId);
    const [greeting, agent] = requests(callId);
    expect(greeting).toMatchObject({ says: 'Een ogenblik geduld, u wordt zo verbonden.', longestS: 2 });
    expect(agent).toMatchObject({
      voice: done.agent_call?.voice_id,
      says: 'Hallo Ivan, fijn dat je belt!',
      variables: { caller_number: number, threecx_call_id: callId, voice_id: done.agent_call?.voice_id },
    });
    expect(calls.elevenLabs.state.voices.map(({ voiceId }) => voiceId)).toContain(done.agent_call?.voice_id);
    await wouldHaveCalledAgain();
    expect(calls.placed(callId).map(({ toNumber }) => toNumber)).toEqual([number, number]);
  });

  it('given a cached voice, then no greeting is placed: the agent calls at once', async () => {
    const [first, second, number] = [newCall(), newCall(), newNumber()];
    await calls.enrol(number);
    await calls.threeCx(first, { caller_id: number });
    const voiceId = (await agentCallDone(first)).agent_call?.voice_id;

    const { json } = await calls.threeCx(second, { caller_id: number });

    expect(json).toMatchObject({ cloned_voice_id: voiceId, message: 'Agent call initiated successfully' });
    await wouldHaveCalledAgain();
    expect(requests(second).map(({ voice }) => voice)).toEqual([voiceId]);
  });

  it('given a caller without a sample, then the agent calls once with its own voice', async () => {
    const callId = newCall();

    await calls.threeCx(callId, { caller_id: newNumber() });

    await agentCallDone(callId);
    await wouldHaveCalledAgain();
    const [, agent, ...more] = requests(callId);
    expect(more).toEqual([]);
    expect(agent).toMatchObject({ says: 'Hallo, fijn dat je belt!', variables: { voice_id: '' } });
    expect(agent?.voice).toBeUndefined();
  });

  it.each([
    ['is refused', { kind: 'error', status: 400, code: 'voice_limit_reached' }],
    ['gets no answer', { kind: 'reset' }],
  ] as const)('given a clone that %s, then the agent calls once with its own voice', async (_how, action) => {
    const [callId, number] = [newCall(), newNumber()];
    await calls.enrol(number);
    calls.elevenLabs.addFault({ operation: 'createVoice', times: null, action });

    await calls.threeCx(callId, { caller_id: number });

    await agentCallDone(callId);
    await wouldHaveCalledAgain();
    expect(requests(callId).map(({ voice }) => voice)).toEqual([undefined, undefined]);
  });

  it('given a clone later than the limit, then the agent calls without it, and the next call has it', async () => {
    const [callId, later, number] = [newCall(), newCall(), newNumber()];
    await calls.enrol(number);
    calls.elevenLabs.changeSettings({ latencyMs: { createVoice: 4_000 } });
    const before = calls.elevenLabs.state.voices.length;

    await calls.threeCx(callId, { caller_id: number });

    await agentCallDone(callId);
    expect(requests(callId).map(({ voice }) => voice)).toEqual([undefined, undefined]);
    await until(() => calls.elevenLabs.state.voices.length > before);
    await wouldHaveCalledAgain();
    expect(calls.placed(callId)).toHaveLength(2);
    const { json } = await calls.threeCx(later, { caller_id: number });
    expect(json['cloned_voice_id']).not.toBe('pending');
    await wouldHaveCalledAgain();
    expect(requests(later)).toHaveLength(1);
  });

  it('given the same event five times over, at once and again after the end, then it changes nothing', async () => {
    const [callId, number] = [newCall(), newNumber()];
    await calls.enrol(number);

    const answers = await Promise.all(Array.from({ length: 5 }, () => calls.threeCx(callId, { caller_id: number })));
    await agentCallDone(callId);
    const late = await calls.threeCx(callId, { caller_id: number });

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(late.json['call_id']).toBe(calls.placed(callId)[0]?.conversationId);
    await wouldHaveCalledAgain();
    expect(calls.placed(callId)).toHaveLength(2);
  });

  it('given a greeting of unknown outcome, then it is not repeated, and the agent calls after its longest duration', async () => {
    const callId = newCall();
    const number = newNumber();
    calls.elevenLabs.addFault({ operation: 'sipTrunkOutboundCall', effect: 'after', action: { kind: 'reset' } });

    const startedMs = Date.now();
    const answer = await calls.threeCx(callId, { caller_id: number });

    expect(answer.json).toMatchObject({ status: 'success', call_id: null, cloned_voice_id: 'pending' });
    await agentCallDone(callId);
    expect(Date.now() - startedMs).toBeGreaterThan(1_400);
    await wouldHaveCalledAgain();
    expect(calls.placed(callId)).toHaveLength(2);
  });

  it('given an agent call of unknown outcome, then it is never repeated', async () => {
    const callId = newCall();
    await calls.threeCx(callId, { caller_id: newNumber() });
    calls.elevenLabs.addFault({ operation: 'sipTrunkOutboundCall', effect: 'after', action: { kind: 'reset' } });

    const done = await agentCallDone(callId);

    expect(done.agent_call?.state).toBe('unknown');
    await wouldHaveCalledAgain();
    expect(calls.placed(callId)).toHaveLength(2);
  });

  it('given an agent call that met a busy line, when ElevenLabs says so twice, then it is redialled once', async () => {
    const callId = newCall();
    await calls.threeCx(callId, { caller_id: newNumber() });
    const conversation_id = (await agentCallDone(callId)).agent_call?.conversation_id;
    const body = JSON.stringify({
      type: 'call_initiation_failure',
      event_timestamp: Math.floor(Date.now() / 1000),
      data: { agent_id: 'agent_1', conversation_id, failure_reason: 'busy', metadata: { type: 'sip', body: {} } },
    });

    await post(`${calls.running.stack.url}/webhook/postcall`, body);
    await post(`${calls.running.stack.url}/webhook/postcall`, body);

    await calls.callWhen(callId, ({ agent_call }) => agent_call?.state === 'busy');
    await wouldHaveCalledAgain();
    expect(calls.placed(callId)).toHaveLength(2);
    await calls.callWhen(callId, ({ agent_call }) => agent_call?.state === 'placed');
    expect(calls.placed(callId)).toHaveLength(3);
  });

  it('given later events, also before the call itself, then they are recorded and the call is answered all the same', async () => {
    const callId = newCall();
    const early = await calls.threeCx(callId, { event_type: 'CallStateChanged' });
    await calls.threeCx(callId, { caller_id: newNumber() });
    const ended = await calls.threeCx(callId, { event_type: 'CallEnded', duration: 12 });

    expect([early.status, ended.status]).toEqual([200, 200]);
    const rows: Record<string, unknown>[] = Object.values(await calls.running.ledger());
    expect(rows.find((row) => row['threecx_call_id'] === callId)).toMatchObject({
      ended: { duration: 12 },
      last_event: { type: 'CallEnded' },
    });
    await agentCallDone(callId);
    expect(calls.placed(callId)).toHaveLength(2);
  });
});

describe('what 3CX sends', () => {
  const send = (body: string, headers: Record<string, string | undefined>) =>
    post(`${calls.running.stack.url}/webhook/3cx`, body, { 'elevenlabs-signature': undefined, ...headers });
  const event = JSON.stringify({ event_type: 'CallEnded', call_id: 'x' });

  it.each([
    ['no signature', event, {}, 401],
    ['the other header', event, { 'elevenlabs-signature': signatureOf(event, { secret: threeCxSecret }) }, 401],
    ['ElevenLabs’ secret', event, { 'x-signature': signatureOf(event) }, 401],
    ['no JSON', '{', { 'x-signature': signatureOf('{', { secret: threeCxSecret }) }, 400],
  ])('given %s, then it is refused', async (_given, body, headers, status) => {
    expect((await send(body, headers)).status).toBe(status);
  });

  it.each([
    ['a withheld number', { caller_id: 'anonymous' }],
    ['no caller', { caller_id: null }],
    ['no call id', { call_id: '' }],
    ['an id with a line end', { call_id: 'a\nb' }],
  ])('given %s, then it is 400 and nobody is called', async (_given, fields) => {
    const before = calls.elevenLabs.state.outboundCalls.length;

    const answer = await calls.threeCx(newCall(), fields);

    expect(answer).toMatchObject({ status: 400, json: { error_code: 'INVALID_PAYLOAD' } });
    expect(calls.elevenLabs.state.outboundCalls).toHaveLength(before);
  });

  it('given a kind of event that is not known, then it is recorded', async () => {
    expect((await calls.threeCx(newCall(), { event_type: 'CallParked' })).status).toBe(200);
  });
});
