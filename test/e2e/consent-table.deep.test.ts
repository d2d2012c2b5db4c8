import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { samplesDigest } from '../../lambdas/samples/samples-digest';
import { callerHashOf } from '../support/caller-keys';
import { allOverrides, threeCxSecret } from '../support/calls-stack';
import { eventually } from '../support/eventually';
import { type RunningStack, startStack } from '../support/running-stack';
import { spokenSample } from '../support/samples';
import { newConversationId, post, preCallEvent, signatureOf } from '../support/sender';

type Json = Record<string, unknown>;
const states = ['given', 'missing', 'other version', 'withdrawn'] as const;
type State = (typeof states)[number];

let running: RunningStack;
let next = 20;
const cached = 'cachedVoice1';
const start = async (mode: string) => {
  const threeCx = { ELEVENLABS_AGENT_ID: 'agent_call', ELEVENLABS_PHONE_NUMBER_ID: 'phnum_1' };
  const soon = { CLONE_MAX_WAIT_SECONDS: '2', GREETING_MAX_SECONDS: '1.5' };
  running = await startStack({}, { ...threeCx, ...soon, REQUIRE_CONSENT: mode, CONSENT_TEXT_VERSION: 'v2' });
  running.elevenLabs.changeSettings({ outboundCallEndsAfterMs: 500 });
  const agent = { agentId: 'agent_call', voiceId: 'ownVoice1', firstMessage: 'Hello', platformSettings: allOverrides };
  running.elevenLabs.addAgent(agent);
  running.elevenLabs.addVoice({ voiceId: cached, name: 'Of a caller', category: 'cloned' });
  const overrides = { voice: true, first_message: true, max_duration: true };
  await put({ pk: 'SETUP#agent_call', kind: 'setup', agent_id: 'agent_call', overrides, checked_at: nowS() });
};

const nowS = () => Math.floor(Date.now() / 1000);
const newNumber = () => `+316123457${(next += 1)}`;
const put = async (Item: Json) => {
  const { awsUrl, region, table } = running.stack.places;
  const dynamoDb = new DynamoDBClient({
    endpoint: awsUrl,
    region,
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  await DynamoDBDocumentClient.from(dynamoDb).send(new PutCommand({ TableName: table, Item }));
  dynamoDb.destroy();
};
const stored = { key: 'callers/x/y.wav', sha256: 'c'.repeat(64), format: 'wav' };
const known = { given: { text_version: 'v2' }, 'other version': { text_version: 'v1' } };
/** A caller whose voice is kept for reuse, and whose consent is in this state. */
const caller = async (state: State) => {
  const phone = newNumber();
  const signed_at = nowS() - 60;
  const consent =
    state === 'withdrawn' ? { state, signed_at } : { ...known[state as 'given'], state: 'given', signed_at };
  await put({
    pk: `CALLER#${callerHashOf(phone)}`,
    kind: 'caller',
    name: 'Ada',
    enrolled: [stored],
    reusable: {
      voice_id: cached,
      sample_digest: samplesDigest([stored]),
      valid_until: nowS() + 9_000,
    },
    ...(state !== 'missing' && { consent }),
    expires_at: nowS() + 86_400,
  });
  return phone;
};
const sample = { format: 'base64', data: spokenSample('caller.wav').toString('base64') };
/** What a request reports. Nobody reports a withdrawal: that is known from before. */
const reported = (state: State): Json =>
  state in known ? { consent: { given_at: nowS(), source: 'ivr', ...known[state as 'given'] } } : {};
const send = async (path: string, body: Json) => {
  const text = JSON.stringify(body);
  const headers =
    path === '/webhook/3cx'
      ? { 'x-signature': signatureOf(text, { secret: threeCxSecret }) }
      : { 'elevenlabs-signature': signatureOf(text) };
  const { status, json } = await post(`${running.stack.url}${path}`, text, headers);
  return { status, json };
};

/** Every way in which a person's voice comes, or is used; each says whether it was. */
const ways: Record<string, (state: State) => Promise<boolean>> = {
  'pre-call': async (state) => {
    const caller_metadata = { name: 'Ada', phone_number: await numberOf(state) };
    return served(
      await send('/webhook/precall', preCallEvent({ caller_metadata, voice_sample: sample, ...reported(state) })),
    );
  },
  upload: async (state) => {
    const bytes = spokenSample('caller.wav');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const about = { conversation_id: newConversationId(), sha256, content_type: 'audio/wav', size_bytes: bytes.length };
    return served(await send('/uploads', { type: 'upload_request', ...about, ...reported(state) }));
  },
  enrolment: async (state) => {
    const enrolment = { type: 'caller_enrol', phone_number: await numberOf(state), name: 'Ada', voice_sample: sample };
    return served(await send('/callers', { ...enrolment, ...reported(state) }));
  },
  '3CX': async (state) => {
    const call = { event_type: 'IncomingCall', call_id: newConversationId(), caller_id: await caller(state) };
    const { status, json } = await send('/webhook/3cx', call);
    expect(status).toBe(200);
    const isCached = json['cloned_voice_id'] === cached;
    const placed = await eventually(() =>
      running.elevenLabs.state.outboundCalls.find(
        ({ toNumber, request }) =>
          toNumber === call.caller_id && request['agent_id'] === 'agent_call' && isAgents(request),
      ),
    );
    expect(JSON.stringify(placed.request).includes(cached)).toBe(isCached);
    return isCached;
  },
  initiation: async (state) => {
    const body = JSON.stringify({ caller_id: await caller(state), agent_id: 'agent_call' });
    const secret = { 'x-precall-secret': 'initiation secret of the tests', 'elevenlabs-signature': undefined };
    const { status, json } = await post(`${running.stack.url}/webhook/initiation`, body, secret);
    expect(status).toBe(200);
    return JSON.stringify(json).includes(cached);
  },
};
/** The greeting call asks the caller to wait; the agent's own call does not. */
const isAgents = (request: object) => !JSON.stringify(request).includes('Een ogenblik geduld');
/** Of a request that reports its consent itself, nothing is known before; only a withdrawal is. */
const numberOf = (state: State) => (state === 'withdrawn' ? caller(state) : Promise.resolve(newNumber()));
const served = ({ status, json }: { status: number; json: Json }) => {
  if (status === 200) return true;
  expect([status, json['error_code']]).toEqual([403, 'CONSENT_MISSING']);
  return false;
};

const all = [true, true, true, true];
const unlessWithdrawn = [true, true, true, false];
const onlyGiven = [true, false, false, false];
/** Whether the voice is taken or used, by state: given, missing, other version, withdrawn. */
const table: [mode: string, way: string, expected: readonly boolean[]][] = [
  ...['off', 'warn'].flatMap((mode): [string, string, boolean[]][] => [
    [mode, 'pre-call', unlessWithdrawn],
    // Who the upload is for is not known yet: what is known of a caller counts when the pre-call comes.
    [mode, 'upload', all],
    [mode, 'enrolment', unlessWithdrawn],
    [mode, '3CX', unlessWithdrawn],
    [mode, 'initiation', unlessWithdrawn],
  ]),
  ...Object.keys(ways).map((way): [string, string, boolean[]] => ['on', way, onlyGiven]),
];

describe.each(['off', 'warn', 'on'])('where consent is %s', (mode) => {
  beforeAll(() => start(mode));
  afterAll(() => running.close());

  it.each(table.filter(([of]) => of === mode))(
    'given %s, when a %s comes, then the voice is taken or used as the table says: %j',
    async (_mode, way, expected) => {
      for (const [n, state] of states.entries()) {
        const before = await trace();
        const isServed = await ways[way]!(state);
        expect([state, isServed]).toEqual([state, expected[n]]);
        if (!isServed) expect(await trace()).toEqual(before);
      }
    },
  );
});

/** What a refusal must leave as it is: objects, clones, and agents. */
const trace = async () => ({
  objects: Object.keys(await running.objects()),
  clones: running.elevenLabs.clones(),
  agents: running.elevenLabs.state.agents.map(({ agentId }) => running.elevenLabs.agent(agentId)),
});
