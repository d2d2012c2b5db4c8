import { samplesDigest } from '../../lambdas/samples/samples-digest';
import { eventually } from '../support/eventually';
import {
  callerNumber,
  hashOf,
  type InitiationRig,
  problemsOfAnswer,
  secrets,
  startInitiationRig,
} from '../support/initiation-rig';
import { newConversationId } from '../support/sender';

let rig: InitiationRig;

beforeAll(async () => {
  rig = await startInitiationRig({
    DYNAMIC_VARIABLES: '{"company":"Acme","hello":"Dag {name}!","vip":true}',
    DEFAULT_COUNTRY: 'NL',
    LONGEST_CALL_MINUTES: '60',
  });
});

afterAll(() => rig.close());

const nowS = () => Math.floor(Date.now() / 1000);
const sample = { key: 'callers/x/y.wav', sha256: 'c'.repeat(64), format: 'wav' };
const request = (fields: Record<string, unknown> = {}) => ({
  caller_id: callerNumber,
  called_number: '+31850000000',
  agent_id: 'agent_1',
  call_sid: 'CA0123456789abcdef0123456789abcdef',
  conversation_id: 'conv_0123456789abcdef',
  call_id: 'sip-call-id@192.0.2.7',
  sip_headers: { 'X-Queue': 'reception', 'X-Empty': null },
  ...fields,
});
const callerItem = (fields: Record<string, unknown> = {}, hash = hashOf()) => ({
  pk: `CALLER#${hash}`,
  kind: 'caller',
  name: 'Ivan',
  enrolled: [sample],
  reusable: { voice_id: 'voice1', sample_digest: samplesDigest([sample]), valid_until: nowS() + 7200 },
  expires_at: nowS() + 86_400,
  ...fields,
});
const setupItem = (voice: boolean, first_message: boolean, agent = 'agent_1') => ({
  pk: `SETUP#${agent}`,
  kind: 'setup',
  agent_id: agent,
  overrides: { voice, first_message, max_duration: false },
  checked_at: nowS(),
});
const plain = {
  type: 'conversation_initiation_client_data',
  dynamic_variables: { company: 'Acme', hello: 'Dag !', vip: true },
};
const named = { ...plain, dynamic_variables: { ...plain.dynamic_variables, hello: 'Dag Ivan!' } };
const tts = { voice_id: 'voice1' };
const agent = { first_message: 'Hallo Ivan, fijn dat je belt!' };
const cloneJob = { kind: 'caller_clone', caller_hash: hashOf() };

beforeEach(async () => {
  await rig.put(callerItem());
  await rig.put(setupItem(true, true));
  await rig.jobs();
});

/** Sends a starting call that must be answered 200 with what ElevenLabs takes. */
const answered = async (body: unknown) => {
  const { status, json } = await rig.call(body);
  expect(status).toBe(200);
  expect(problemsOfAnswer(json)).toEqual([]);
  return json;
};

describe('a call of a known caller', () => {
  it("given a cached voice, when it starts, then it has the caller's voice and greeting, and ElevenLabs is not called", async () => {
    const before = rig.running.elevenLabs.seen.length;

    expect(await answered(request())).toEqual({ ...named, conversation_config_override: { tts, agent } });
    expect(await rig.jobs()).toEqual([]);
    expect(rig.running.elevenLabs.seen).toHaveLength(before);
  });

  it.each([
    ['written in another way', request({ caller_id: 'sip:0031612345678@pbx.example;user=phone' })],
    ['written as at home', request({ caller_id: '06 12345678' })],
    [
      'with fields that nobody knows, and without those that are not used',
      { caller_id: callerNumber, agent_id: 'agent_1', new: [1] },
    ],
    ['with nulls', request({ called_number: null, call_sid: null, conversation_id: null, sip_headers: null })],
  ])('given a number %s, when it starts, then it is the same caller', async (_given, body) => {
    expect(await answered(body)).toMatchObject({ conversation_config_override: { tts } });
  });

  it.each([
    ['the voice', setupItem(true, false), { tts }],
    ['the greeting', setupItem(false, true), { agent }],
    ['nothing', setupItem(false, false), undefined],
  ])('given a set-up that enables only %s, when it starts, then nothing else is overridden', async (...row) => {
    const [, setup, override] = row;
    await rig.put(setup);

    const json = await answered(request());

    expect(json).toEqual({ ...named, ...(override && { conversation_config_override: override }) });
  });

  it('given an agent that was never checked, when it starts, then nothing is overridden, and a check is queued once', async () => {
    expect(await answered(request({ agent_id: 'agent_8' }))).toEqual(named);
    expect(await rig.jobs()).toEqual([{ kind: 'agent_check', agent_id: 'agent_8' }]);
  });

  it.each([
    [
      'that is about to expire',
      { voice_id: 'voice1', sample_digest: samplesDigest([sample]), valid_until: nowS() + 3500 },
    ],
    ['of other samples', { voice_id: 'voice1', sample_digest: 'd'.repeat(64), valid_until: nowS() + 7200 }],
    ['that is not there yet', undefined],
  ])(
    'given a voice %s, when it starts, then it is not used, and a clone for the next call is queued once',
    async (...row) => {
      await rig.put(callerItem({ reusable: row[1] }));

      expect(await answered(request())).toEqual(named);
      expect(await rig.jobs()).toEqual([cloneJob]);
    },
  );

  it('given one who is known under an older key alone, when it starts, then the voice is found, and what is queued has that hash', async () => {
    const [number, older] = ['+31687654321', hashOf('+31687654321', secrets.callers[1])];
    await rig.put(callerItem({}, older));
    expect(await answered(request({ caller_id: number }))).toMatchObject({ conversation_config_override: { tts } });

    await rig.put(callerItem({ reusable: undefined }, older));
    await answered(request({ caller_id: number }));

    expect(await rig.jobs()).toEqual([{ ...cloneJob, caller_hash: older }]);
  });
});

describe('a call of somebody who is not known', () => {
  it.each([
    [
      'an erased caller',
      { pk: `CALLER#${hashOf()}`, kind: 'caller', erased_at: nowS() - 5, expires_at: nowS() + 86_400 },
    ],
    ['a caller whose item has expired', callerItem({ expires_at: nowS() - 1 })],
  ])('given %s, when it starts, then the call goes on as the agent is', async (_given, item) => {
    await rig.put(item);

    expect(await answered(request())).toEqual(plain);
    expect(await rig.jobs()).toEqual([]);
  });

  it.each([
    ['nobody', request({ caller_id: '+31611111111' })],
    ['a withheld number', request({ caller_id: 'anonymous' })],
    ['a placeholder', request({ caller_id: '+266696687' })],
    ['no number', request({ caller_id: null })],
    ['a JSON number that nobody has', request({ caller_id: 31611111111 })],
    ['a very long number', request({ caller_id: '+31612345678'.repeat(10_000) })],
    ['an agent that is none', { ...request({ caller_id: null }), agent_id: '../../x' }],
    ['an empty object', {}],
    ['null', null],
    ['a list', [request()]],
    ['no JSON', '{"caller_id": "+316'],
    ['an empty body', ''],
  ])('given %s, when it starts, then the call goes on as the agent is', async (_given, body) => {
    expect(await answered(body)).toEqual(plain);
    expect(await rig.jobs()).toEqual([]);
  });

  it('given an agent that was never checked, when it starts, then a check is queued', async () => {
    expect(await answered(request({ caller_id: 'anonymous', agent_id: 'agent_9' }))).toEqual(plain);
    expect(await rig.jobs()).toEqual([{ kind: 'agent_check', agent_id: 'agent_9' }]);
  });
});

describe('who gets in', () => {
  it.each([
    ['the newer secret', 0],
    ['the older one', 1],
  ])('given %s, when sent, then it is answered', async (_given, n) => {
    expect(await rig.call(request(), { 'x-precall-secret': secrets.initiation[n] })).toMatchObject({ status: 200 });
  });

  it.each([
    ['no secret', undefined],
    ['an empty one', ''],
    ['a wrong one', 'x'],
    ['both at once', secrets.initiation.join()],
  ])('given %s, when sent, then it is 401 before anything is read', async (_given, secret) => {
    expect(await rig.call('{', { 'x-precall-secret': secret })).toMatchObject({
      status: 401,
      json: { status: 'error', error_code: 'INVALID_SECRET', conversation_id: null },
    });
  });

  it('given what was logged, then it has ids and outcomes, and neither number, name nor secret', async () => {
    const conversation_id = newConversationId();
    await rig.call(request({ conversation_id }));

    const lines = () => rig.running.logs().filter(({ service }) => service === 'initiation');
    const line = await eventually(() =>
      lines().find((each) => each['event'] === 'initiation_answered' && each['conversation_id'] === conversation_id),
    );
    expect(line).toMatchObject({ agent_id: 'agent_1', outcome: 'voice' });
    expect(JSON.stringify(lines())).not.toMatch(/612345678|Ivan|header secret/);
  });
});
