import { randomUUID } from 'node:crypto';
import type { DelayedJob } from '../../lambdas/aws/job-queue';
import { callerAndSetup } from '../../lambdas/ledger/initiation-view';
import { AwsUnavailable } from '../../lambdas/platform/errors';
import { incomingCall, type IncomingCallDeps } from '../../lambdas/three-cx/incoming-call';
import { laterEvent } from '../../lambdas/three-cx/later-event';
import { receiveEvent } from '../../lambdas/three-cx/receive-event';
import { callDigest } from '../../lambdas/three-cx/three-cx-call';
import { obtainCallerVoice } from '../../lambdas/voices/caller-voice';
import type { CloneJob } from '../../lambdas/voices/clone-job';
import { cacheS, type CloneRig, startCloneRig } from '../support/clone-rig';
import { recordingLog } from '../support/recording-log';
import { seenCall } from '../support/three-cx-call';

let rig: CloneRig;
let queued: DelayedJob<CloneJob>[];

beforeAll(async () => {
  rig = await startCloneRig();
});
afterAll(() => rig.close());
beforeEach(() => {
  queued = [];
  rig.elevenLabs.clearFaults();
});

const depsFor = (callerHash?: string, other: Partial<IncomingCallDeps> = {}): IncomingCallDeps => ({
  ...rig.deps,
  readCallersAndSetup: (hashes, agentId, nowS) => callerAndSetup(rig.table, hashes, agentId, nowS),
  jobs: {
    enqueue: () => Promise.reject(new Error('not used')),
    enqueueAll: (jobs) => Promise.resolve(void queued.push(...jobs)),
  },
  normalise: (number) => (number.startsWith('+') ? number : undefined),
  callerHashes: () => Promise.resolve(callerHash === undefined ? ['0'.repeat(64)] : [callerHash]),
  ...other,
});

const event = (call_id: string, caller_id = '+31612345678') => ({ event_type: 'IncomingCall', call_id, caller_id });
const answer = (callId: string, deps: IncomingCallDeps, callerId?: string) =>
  incomingCall(event(callId, callerId), Math.floor(rig.deps.nowMs() / 1000), rig.deadline(), deps);
const placed = () => rig.elevenLabs.state.outboundCalls.length;
const row = (callId: string) => seenCall(rig.deps.calls, callDigest(callId));

describe('incomingCall', () => {
  it('given no voice, then the greeting is placed and both jobs are queued, the second for when time is up', async () => {
    const callId = randomUUID();

    const { call_id } = await answer(callId, depsFor());

    const call = callDigest(callId);
    expect(queued).toEqual([
      { job: { kind: 'threecx_clone', call }, delayS: 0 },
      { job: { kind: 'threecx_agent_call', call }, delayS: 35 },
    ]);
    expect(await row(callId)).toMatchObject({
      state: 'scheduled',
      greeting: { state: 'placed', call_id },
      caller_number: '+31612345678',
    });
    expect(await rig.deps.calls.findByConversation(call_id!)).toBe(call);
    expect(rig.deps.log.ids()).toMatchObject({ conversation_id: call_id, agent_id: rig.deps.settings.agentId });
  });

  it('given a voice that lives, but not through the longest call, then it is kept for longer and the agent calls', async () => {
    const callerHash = await rig.enrol(randomUUID());
    const { voiceId } = (await obtainCallerVoice(callerHash, rig.deadline(), rig.deps)) as { voiceId: string };
    const { longestCallS } = rig.deps.settings;
    rig.passTime((cacheS - longestCallS + 60) * 1000);

    const beganS = Math.floor(rig.deps.nowMs() / 1000);

    const { call_id } = await answer(randomUUID(), depsFor(callerHash));

    expect((await rig.deps.voices.read(voiceId))?.expires_at).toBeGreaterThanOrEqual(beganS + longestCallS);
    const conversation = rig.elevenLabs.state.conversations.find(({ conversationId }) => conversationId === call_id);
    expect(JSON.stringify(conversation?.configOverride)).toContain(voiceId);
  });

  it('given a queue that is down, then that is told, and the next delivery queues the jobs and places nothing', async () => {
    const callId = randomUUID();
    const down = depsFor(undefined, {
      jobs: {
        ...depsFor().jobs,
        enqueueAll: () => Promise.reject(new AwsUnavailable('SQS', 'queue a job', undefined)),
      },
    });

    await expect(answer(callId, down)).rejects.toMatchObject({ name: 'AwsUnavailable', service: 'SQS' });
    const before = placed();
    const again = await answer(callId, depsFor());

    expect(placed()).toBe(before);
    expect(queued).toHaveLength(2);
    expect(again.call_id).toBe((await row(callId))?.greeting?.call_id);
    await answer(callId, depsFor());
    expect(queued).toHaveLength(2);
  });

  it('given a cached voice whose call ElevenLabs is too busy for, then it is left to the worker', async () => {
    const [callId, caller] = [randomUUID(), await rig.enrol()];
    await obtainCallerVoice(caller, rig.deadline(), rig.deps);
    rig.elevenLabs.addFault({
      operation: 'sipTrunkOutboundCall',
      times: null,
      action: { kind: 'error', status: 429, code: 'system_busy' },
    });

    const { call_id, message } = await answer(callId, depsFor(caller));

    expect(call_id).toBeNull();
    expect(message).toBe('Agent call not confirmed; it is tried again if nothing has rung');
    const seen = await row(callId);
    expect(seen).toMatchObject({ state: 'scheduled' });
    expect(seen?.agent_call).toBeUndefined();
    expect(queued.map(({ job }) => job.kind)).toContain('threecx_agent_call');
  });

  it('given a ledger that cannot be looked into for the caller, then the greeting is placed all the same', async () => {
    const callId = randomUUID();
    const deps = depsFor(undefined, {
      readCallersAndSetup: () => Promise.reject(new AwsUnavailable('DynamoDB', 'read the ledger', undefined)),
    });

    expect((await answer(callId, deps)).message).toBe('Greeting call initiated successfully');
  });

  it('given a greeting that ElevenLabs refuses, then the answer says so, and the agent follows', async () => {
    const callId = randomUUID();
    rig.elevenLabs.addFault({
      operation: 'sipTrunkOutboundCall',
      action: { kind: 'error', status: 404, code: 'phone_number_not_found' },
    });

    const { call_id, message } = await answer(callId, depsFor());

    expect(call_id).toBeNull();
    expect(message).toBe('Greeting call not confirmed (phone_number_not_found); the agent call follows');
    expect((await row(callId))?.greeting).toMatchObject({ state: 'failed', code: 'phone_number_not_found' });
    expect(queued).toHaveLength(2);
  });

  it('given a caller who cannot be called, then it is 400, and nothing is claimed; an extension can be', async () => {
    const callId = randomUUID();
    await expect(answer(callId, depsFor(), 'anonymous')).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' });
    expect(await row(callId)).toBeUndefined();

    const settings = { ...rig.deps.settings, dialTarget: '800' };
    await answer(callId, depsFor(undefined, { settings }), 'anonymous');

    expect(rig.elevenLabs.state.outboundCalls.at(-1)?.toNumber).toBe('800');
    expect((await row(callId))?.caller_number).toBeUndefined();
  });

  it('given a caller who was erased after the event was signed, then it is 409, and nobody is called', async () => {
    const [callId, caller] = [randomUUID(), await rig.enrol()];
    const nowS = Math.floor(rig.deps.nowMs() / 1000);
    await rig.deps.callers.erase(caller, nowS + 1, nowS + 86_400);
    const before = placed();

    await expect(answer(callId, depsFor(caller))).rejects.toMatchObject({ code: 'CALLER_ERASED' });

    expect(placed()).toBe(before);
    expect(await row(callId)).toBeUndefined();
  });

  it('given a claim that is refused, and then no call, then it is 503, and nobody is called', async () => {
    const calls = { ...rig.deps.calls, write: () => Promise.resolve(false), read: () => Promise.resolve(undefined) };
    const before = placed();

    await expect(answer(randomUUID(), depsFor(undefined, { calls }))).rejects.toMatchObject({
      service: 'DynamoDB',
    });

    expect(placed()).toBe(before);
  });

  it('given an id whose call has expired, then it is a new call', async () => {
    const callId = randomUUID();
    const first = await answer(callId, depsFor());
    expect((await answer(callId, depsFor())).call_id).toBe(first.call_id);
    rig.passTime(48 * 3600_000);

    const second = await answer(callId, depsFor());

    expect(second.call_id).not.toBe(first.call_id);
    expect(await row(callId)).toMatchObject({ state: 'scheduled', greeting: { call_id: second.call_id } });
  });

  it('given a later event, known or not, then it is recorded, and the call is answered all the same', async () => {
    const callId = randomUUID();
    await laterEvent({ event_type: 'CallStateChanged', call_id: callId }, rig.deps);

    await answer(callId, depsFor());
    await laterEvent({ event_type: 'CallEnded', call_id: callId, duration: 12 }, rig.deps);

    expect((await rig.stores.ledger())[`CALL#${callDigest(callId)}`]).toMatchObject({
      state: 'scheduled',
      greeting: { state: 'placed' },
      last_event: { type: 'CallEnded' },
      ended: { duration: 12 },
    });
  });
});

describe('the log line of an event', () => {
  it.each([
    ['CallEnded', 'CallEnded'],
    ['call_ended', 'call_ended'],
    ['CallEnded +31612345678', 'other'],
    ['Ada rang', 'other'],
    ['', 'other'],
  ])('given the type %j, when logged, then it is %j', async (event_type, logged) => {
    const log = recordingLog();
    const body = Buffer.from(JSON.stringify({ event_type, call_id: randomUUID() }));

    await receiveEvent(body, 0, rig.deadline(), { ...depsFor(), log });

    expect(log.lines.map(({ fields }) => fields['event_type'])).toEqual([logged]);
  });
});
