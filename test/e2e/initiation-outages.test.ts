import { eventually } from '../support/eventually';
import {
  callerNumber,
  hashOf,
  type InitiationRig,
  problemsOfAnswer,
  startInitiationRig,
} from '../support/initiation-rig';
import { newConversationId } from '../support/sender';

let rig: InitiationRig;
/** What of AWS is down right now, and how, by a part of the call's name. */
let refused: string | undefined;
let hung: string | undefined;
let lost: string | undefined;

beforeAll(async () => {
  rig = await startInitiationRig(
    { DYNAMIC_VARIABLES: '{"company":"Acme","hello":"Dag {name}!"}' },
    {
      refuse: (name) => (isMeant(name, refused) ? { status: 503, body: '{"__type":"ServiceUnavailable"}' } : undefined),
      hang: (name) => isMeant(name, hung),
      lose: (name) => isMeant(name, lost),
    },
  );
});

afterAll(() => rig.close());
afterEach(() => {
  refused = hung = lost = undefined;
});

const isMeant = (name: string, part: string | undefined) => part !== undefined && name.includes(part);
const ledger = 'DynamoDB_20120810.BatchGetItem';
const queue = 'AmazonSQS.SendMessage';
const expiresAtS = Math.floor(Date.now() / 1000) + 86_400;
const callerWithSamples = (fields: object = {}) => ({
  pk: `CALLER#${hashOf()}`,
  name: 'Ivan',
  recent: [{ key: 'samples/x', sha256: 'c'.repeat(64), format: 'wav' }],
  expires_at: expiresAtS,
  ...fields,
});
let conversation_id: string;
const plain = {
  type: 'conversation_initiation_client_data',
  dynamic_variables: { company: 'Acme', hello: 'Dag !' },
};
const named = { ...plain, dynamic_variables: { company: 'Acme', hello: 'Dag Ivan!' } };

const answered = async () => {
  conversation_id = newConversationId();
  const { status, json } = await rig.call({ caller_id: callerNumber, agent_id: 'agent_1', conversation_id });
  expect(status).toBe(200);
  expect(problemsOfAnswer(json)).toEqual([]);
  return json;
};
/** The line of this event about the newest call. */
const lineOf = (event: string) =>
  eventually(() =>
    rig.running
      .logs()
      .filter((line) => line['conversation_id'] === conversation_id)
      .find((line) => line['event'] === event),
  );

describe('a call that starts while the ledger is out of order', () => {
  beforeEach(() => rig.put(callerWithSamples()));

  it.each([
    ['fails', () => (refused = ledger)],
    ['breaks off', () => (lost = ledger)],
    ['does not answer', () => (hung = ledger)],
  ])('given that it %s, when a call starts, then it goes on as the agent is, in time', async (_how, strike) => {
    strike();

    expect(await answered()).toEqual(plain);
    expect(await rig.jobs()).toEqual([]);
    expect(await lineOf('initiation_answered')).toMatchObject({ outcome: 'fault' });
  });

  it('given that it recovers, when the next call starts, then it is answered from it again', async () => {
    hung = ledger;
    await answered();
    hung = undefined;

    expect(await answered()).toEqual(named);
    expect(await rig.jobs()).toHaveLength(2);
  });

  it('given an item that nothing of ours could have written, when a call starts, then it goes on as the agent is', async () => {
    await rig.put(callerWithSamples({ enrolled: 'voice.wav' }));

    expect(await answered()).toEqual(plain);
    expect(await lineOf('initiation_failed')).toMatchObject({ error: { name: 'ZodError' } });
  });
});

describe('a call that starts while the queue of clones is out of order', () => {
  it.each([
    ['fails', () => (refused = queue)],
    ['does not answer', () => (hung = queue)],
  ])(
    'given that it %s, when something is to be queued, then the call is answered all the same',
    async (_how, strike) => {
      await rig.put(callerWithSamples());
      strike();

      expect(await answered()).toEqual(named);
      expect(await lineOf('initiation_not_queued')).toMatchObject({ level: 'ERROR' });
      expect(await lineOf('initiation_answered')).toMatchObject({ outcome: 'no_voice' });
    },
  );
});
