import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { callerHashOf } from '../support/caller-keys';
import { eventually } from '../support/eventually';
import { type RunningStack, startStack } from '../support/running-stack';
import { spokenSample } from '../support/samples';
import { post, preCallEvent, signatureOf } from '../support/sender';

type Json = Record<string, unknown>;

/** Three rotations, newest first. */
const ring = ['fourth key', 'third key', 'second key', 'first key'];
let running: RunningStack;
beforeAll(async () => {
  const settings = { REQUIRE_CONSENT: 'on', ERASURE_SETTLE_SECONDS: '1' };
  running = await startStack({ CALLER_HASH_KEY: ring.join(',') }, settings);
});
afterAll(() => running.close());

const nowS = () => Math.floor(Date.now() / 1000);
const sample = { format: 'base64', data: spokenSample('caller.wav').toString('base64') };
const send = (path: string, body: Json, signedAtS = nowS()) => {
  const text = JSON.stringify(body);
  const headers = { 'elevenlabs-signature': signatureOf(text, { timestampS: signedAtS }) };
  return post(`${running.stack.url}${path}`, text, headers);
};
const preCall = (phone_number: string, fields: Json = {}) =>
  send('/webhook/precall', preCallEvent({ caller_metadata: { phone_number }, voice_sample: sample, ...fields }));
const enrol = (phone_number: string) =>
  send('/callers', { type: 'caller_enrol', phone_number, name: 'Ada', voice_sample: sample });
const put = async (Item: Json) => {
  const { awsUrl, region, table } = running.stack.places;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const dynamoDb = new DynamoDBClient({ endpoint: awsUrl, region, credentials });
  await DynamoDBDocumentClient.from(dynamoDb).send(new PutCommand({ TableName: table, Item }));
  dynamoDb.destroy();
};
/** A caller as an earlier key left them. */
const left = (hash: string, fields: Json) =>
  put({ pk: `CALLER#${hash}`, kind: 'caller', calls: {}, expires_at: nowS() + 86_400, ...fields });

describe('a caller who was known under an older hash key', () => {
  it.each([1, 2, 3])('given a withdrawal under key %i, then neither pre-call nor enrolment is served', async (at) => {
    const phone = `+3161234567${at}`;
    await left(callerHashOf(phone, ring[at]), { consent: { state: 'withdrawn', signed_at: nowS() - 60 } });

    for (const answer of [await preCall(phone), await enrol(phone)])
      expect([answer.status, answer.json['error_message']]).toEqual([403, expect.stringMatching(/has withdrawn/)]);
    const consent = { given_at: nowS(), text_version: 'v1', source: 'ivr' };
    expect((await preCall(phone, { consent })).status).toBe(200);
  });

  it('given a consent under the oldest key, then it counts, and is known under the newest too', async () => {
    const phone = '+31612345674';
    const consent = { state: 'given', text_version: 'v1', signed_at: nowS() - 60 };
    await left(callerHashOf(phone, ring[3]), { consent });

    expect((await preCall(phone)).status).toBe(200);

    const { [`CALLER#${callerHashOf(phone, ring[0])}`]: now } = await running.ledger();
    expect(now).toMatchObject({ consent });
  });

  it('given an erasure, then what each key stored goes, and the evidence of each stays and is counted', async () => {
    const phone = '+31612345675';
    for (const key of ring) {
      const caller_hash = callerHashOf(phone, key);
      await left(caller_hash, { name: 'Xanthippe' });
      const evidence = {
        kind: 'consent',
        caller_hash,
        state: 'given',
        signed_at: nowS() - 60,
        expires_at: nowS() + 86_400,
      };
      await put({ pk: `CONSENT#${caller_hash}.1.x`, ...evidence });
    }

    const { json } = await send('/callers/erase', { type: 'caller_erase', phone_number: phone });
    const done = await eventually(async () => {
      const request = { type: 'erasure_status', erasure_id: json['erasure_id'] };
      const erasure = (await send('/callers/erasure', request)).json['erasure'] as Json;
      return erasure['state'] === 'done' ? erasure : undefined;
    });

    const ledger = await running.ledger();
    expect(JSON.stringify(ledger)).not.toContain('Xanthippe');
    expect(Object.keys(ledger).filter((pk) => pk.startsWith('CONSENT#') && pk.endsWith('.1.x'))).toHaveLength(4);
    expect(JSON.stringify(done['receipt'])).toContain('{"what":"consents","count":4');
  });
});
