import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { recordEnrolment } from '../../lambdas/callers/caller-changes';
import { callers } from '../../lambdas/ledger/callers';
import { calls } from '../../lambdas/ledger/calls';
import { callDigest } from '../../lambdas/three-cx/three-cx-call';
import { callerHashOf } from '../support/caller-keys';
import { threeCxSecret } from '../support/calls-stack';
import { eventually } from '../support/eventually';
import { spokenSample } from '../support/samples';
import { post, signatureOf } from '../support/sender';
import { seenCall, storeCall } from '../support/three-cx-call';
import { type KillRig, startKillRig } from './kill-rig';

let rig: KillRig;

beforeAll(async () => {
  rig = await startKillRig({
    ELEVENLABS_AGENT_ID: 'agent_1',
    ELEVENLABS_PHONE_NUMBER_ID: 'phnum_1',
    CLONE_MAX_WAIT_SECONDS: '1',
    GREETING_MAX_SECONDS: '1',
  });
});
afterAll(() => rig.close());

const nowS = (): number => Math.floor(Date.now() / 1000);

/** A 3CX call whose greeting is over, of a caller with a sample, before its worker began. */
const openCall = async (callId: string, number: string): Promise<string> => {
  const callerHash = callerHashOf(number);
  const bytes = Buffer.concat([spokenSample('caller.wav'), Buffer.from(number)]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const key = `callers/${callerHash}/${sha256}.wav`;
  await rig.s3.send(new PutObjectCommand({ Bucket: rig.stack.places.bucket, Key: key, Body: bytes }));
  const enrolment = { name: 'Ivan', samples: [{ key, sha256, format: 'wav' as const }], signedAtS: nowS() };
  await callers(rig.ledger).change(callerHash, recordEnrolment({ ...enrolment, expiresAtS: nowS() + 3600 }, nowS()));
  return storeCall(calls(rig.ledger), {
    threeCxCallId: callId,
    callerNumber: number,
    callerHash,
    receivedAtMs: Date.now(),
  });
};

const placedFor = (callId: string) =>
  rig.elevenLabs.state.outboundCalls.filter(({ request }) => JSON.stringify(request).includes(`"${callId}"`));

const clonesOf = (number: string): string[] => {
  const sha256 = createHash('sha256')
    .update(Buffer.concat([spokenSample('caller.wav'), Buffer.from(number)]))
    .digest('hex');
  return rig.elevenLabs.state.voices
    .filter(({ samples }) => samples.some((sample) => sample.sha256 === sha256))
    .map(({ voiceId }) => voiceId);
};

describe('a clone worker whose process is killed', () => {
  it('after each of its outside calls in turn, then its redelivery never calls twice, and one voice is made', async () => {
    let unknown = 0;
    for (let killed = 1, isWhole = false; !isWhole; killed += 1) {
      const [callId, number] = [`call ${killed}`, `+3161234${5000 + killed}`];
      const call = await openCall(callId, number);
      rig.armFor('CloneWorkerFunction', killed);
      const result = await rig.work({ kind: 'threecx_clone', call }, 'CloneWorkerFunction');
      rig.killSwitch.disarm();
      isWhole = rig.killSwitch.calls.length < killed;
      if (isWhole) expect(result).toMatchObject({ status: 'ok' });
      await rig.age();
      for (const kind of ['threecx_agent_call', 'threecx_clone', 'threecx_clone'])
        await rig.work({ kind, call }, 'CloneWorkerFunction');
      const { agent_call } = (await seenCall(calls(rig.ledger), call))!;
      if (agent_call?.state === 'placed') expect(placedFor(callId)).toHaveLength(1);
      else {
        // Between its claim and its answer nobody can tell whether it rang.
        expect(agent_call?.state).toBe('placing');
        expect(placedFor(callId).length).toBeLessThanOrEqual(1);
        unknown += 1;
      }
      expect(clonesOf(number)).toHaveLength(1);
    }
    expect(unknown).toBeGreaterThan(0);
  });
});

describe('a delivery of 3CX whose process is killed', () => {
  const deliver = (callId: string) => {
    const event = { event_type: 'IncomingCall', call_id: callId, caller_id: '+31612349999', direction: 'In' };
    const body = JSON.stringify(event);
    const headers = { 'elevenlabs-signature': undefined, 'x-signature': signatureOf(body, { secret: threeCxSecret }) };
    return post(`${rig.stack.url}/webhook/3cx`, body, headers);
  };
  const greetings = (callId: string) =>
    placedFor(callId).filter(({ request }) => JSON.stringify(request).includes('Een ogenblik geduld'));

  it('after each of its outside calls in turn, then its redelivery greets at most once, and the agent calls once', async () => {
    let placed = 0;
    for (let killed = 1, isWhole = false; !isWhole; killed += 1) {
      const callId = `delivery ${killed}`;
      rig.armFor('ThreeCxFunction', killed);
      const { status } = await deliver(callId);
      rig.killSwitch.disarm();
      isWhole = status === 200;
      if (!isWhole) expect((await deliver(callId)).status).toBe(200);
      const { agent_call } = await eventually(async () => {
        const seen = (await seenCall(calls(rig.ledger), callDigest(callId)))!;
        return seen.agent_call === undefined || seen.agent_call.state === 'placing' ? undefined : seen;
      });
      const ofAgent = placedFor(callId).length - greetings(callId).length;
      expect(greetings(callId).length).toBeLessThanOrEqual(1);
      expect(ofAgent).toBeLessThanOrEqual(1);
      if (agent_call?.state === 'placed') placed += ofAgent;
    }
    expect(placed).toBeGreaterThan(5);
  });
});
