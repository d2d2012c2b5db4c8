import { carryOut } from '../../lambdas/ledger/aggregate';
import { redial } from '../../lambdas/three-cx/next-step';
import { processJob } from '../../lambdas/three-cx/process-clone-job';
import { type CloneRig, startCloneRig } from '../support/clone-rig';
import { seenCall, storeCall } from '../support/three-cx-call';

let rig: CloneRig;

beforeAll(async () => {
  rig = await startCloneRig();
});
afterAll(() => rig.close());
afterEach(() => rig.elevenLabs.clearFaults());

const run = (call: string, deps = {}) =>
  processJob({ kind: 'threecx_agent_call', call }, rig.deadline(), { ...rig.deps, ...deps });
const placed = () => rig.elevenLabs.state.outboundCalls.length;
const agentCall = async (call: string) => (await seenCall(rig.deps.calls, call))?.agent_call;

describe('the agent call', () => {
  it('given a greeting that goes on, then the agent is placed after it may have rung and spoken for its longest', async () => {
    const { conversationId } = rig.elevenLabs.addConversation({ agentId: 'agent_1', status: 'in-progress' });
    const call = await rig.call(undefined, { state: 'placed', conversation_id: conversationId });
    const { received_at: receivedMs } = (await rig.deps.calls.read(call)) as unknown as { received_at: number };

    await expect(run(call)).rejects.toMatchObject({ blockedBy: 'greeting', afterS: 1 });
    rig.passTime(69_000 - (rig.deps.nowMs() - receivedMs));
    await expect(run(call)).rejects.toMatchObject({ blockedBy: 'greeting' });
    rig.passTime(2_000);
    await run(call);

    expect(await agentCall(call)).toMatchObject({ state: 'placed' });
  });

  it('given a greeting that is over, then the agent is placed at once', async () => {
    const { conversationId } = rig.elevenLabs.addConversation({ agentId: 'agent_1', status: 'done' });
    const call = await rig.call(undefined, { state: 'placed', conversation_id: conversationId });
    const beganMs = rig.deps.nowMs();

    await run(call);

    expect(rig.deps.nowMs() - beganMs).toBeLessThan(2_000);
    expect(await agentCall(call)).toMatchObject({ state: 'placed' });
  });

  it.each([
    ['{own} Hallo {name}!', 'Hello Hallo!'],
    ['{own}', undefined],
  ])('given the greeting %s, then the agent call says the own message of the agent', async (firstMessage, said) => {
    const call = await rig.call(undefined);

    await run(call, { settings: { ...rig.deps.settings, firstMessage } });

    const sent = rig.elevenLabs.state.outboundCalls.at(-1)!.request['conversation_initiation_client_data'];
    expect(sent).not.toHaveProperty('conversation_config_override.agent.first_message', 'Hallo!');
    const override = (sent as { conversation_config_override?: { agent?: { first_message: string } } })
      .conversation_config_override;
    expect(override?.agent?.first_message).toBe(said);
  });

  it('given ten jobs at once, then one agent call is placed', async () => {
    const call = await rig.call(undefined);
    const before = placed();

    await Promise.all(Array.from({ length: 10 }, () => run(call)));

    expect(placed()).toBe(before + 1);
  });

  it.each([
    ['ElevenLabs is too busy', { kind: 'error', status: 429, code: 'system_busy' }],
    ['ElevenLabs says so', { kind: 'error', status: 409, code: 'concurrent_modification' }],
  ] as const)('given that %s, then nothing has rung: the call is given back and placed later', async (_why, action) => {
    const call = await rig.call(undefined);
    const before = placed();
    rig.elevenLabs.addFault({ operation: 'sipTrunkOutboundCall', times: 4, action });

    await expect(run(call)).rejects.toMatchObject({ blockedBy: 'call_not_taken' });
    expect(await agentCall(call)).toBeUndefined();
    rig.elevenLabs.clearFaults();
    await run(call);

    expect(placed()).toBe(before + 1);
  });

  it.each([
    ['with an error', { kind: 'error', status: 500, code: 'internal' }],
    ['by silence', { kind: 'reset' }],
  ] as const)('given an answer that fails %s after the effect, then it is never repeated', async (_how, action) => {
    const call = await rig.call(undefined);
    const before = placed();
    rig.elevenLabs.addFault({ operation: 'sipTrunkOutboundCall', effect: 'after', action });

    await run(call);
    await run(call);

    expect(await agentCall(call)).toMatchObject({ state: 'unknown' });
    expect(placed()).toBe(before + 1);
  });

  it('given success: false, then it is failed, and not repeated', async () => {
    const call = await rig.call(undefined);
    rig.elevenLabs.changeSettings({ outboundCallsSucceed: false });

    await run(call);
    rig.elevenLabs.changeSettings({ outboundCallsSucceed: true });
    const before = placed();
    await run(call);

    expect(await agentCall(call)).toMatchObject({ state: 'failed', code: 'call_not_placed' });
    expect(placed()).toBe(before);
  });

  it('given a key that cannot be read, then nothing has rung: the call is given back', async () => {
    const call = await rig.call(undefined);
    const elevenLabs = { ...rig.deps.elevenLabs, apiKey: () => Promise.reject(new Error('no key')) };

    await expect(run(call, { elevenLabs })).rejects.toMatchObject({ blockedBy: 'call_not_taken' });

    expect(await agentCall(call)).toBeUndefined();
  });

  it('given a call of a quarter of an hour ago, then nobody is called any more', async () => {
    const call = await rig.call(undefined);
    const before = placed();
    rig.passTime(15 * 60_000 + 1);

    await run(call);

    expect(await agentCall(call)).toMatchObject({ state: 'expired' });
    expect(placed()).toBe(before);
  });

  it('given a voice that ElevenLabs does not know any more, then the agent calls with its own', async () => {
    const caller = await rig.enrol();
    const call = await rig.call(caller);
    await processJob({ kind: 'caller_clone', caller_hash: caller }, rig.deadline(), rig.deps);
    rig.elevenLabs.addFault({
      operation: 'sipTrunkOutboundCall',
      action: { kind: 'error', status: 404, code: 'voice_not_found' },
    });

    await run(call);

    const done = await agentCall(call);
    expect(done).toMatchObject({ state: 'placed' });
    expect(done?.voice_id).toBeUndefined();
  });

  it('given that the transition is not automatic, then only a call without a greeting is placed', async () => {
    const settings = { ...rig.deps.settings, isTransitionAutomatic: false };
    const call = await rig.call(undefined);

    await run(call, { settings });

    expect(await agentCall(call)).toBeUndefined();
  });

  it('given an extension as dial target, then that is called, with the caller as a variable', async () => {
    const call = await rig.call(undefined);

    await run(call, { settings: { ...rig.deps.settings, dialTarget: '800' } });

    const { toNumber, request } = rig.elevenLabs.state.outboundCalls.at(-1)!;
    expect(toNumber).toBe('800');
    expect(JSON.stringify(request)).toContain('"caller_number":"+31612345678"');
  });

  it('given an agent that lets nothing be overridden, then nothing is', async () => {
    rig.elevenLabs.addAgent({ agentId: 'agent_2', voiceId: 'ownVoice1', firstMessage: 'Hello' });
    const caller = await rig.enrol();
    await processJob({ kind: 'caller_clone', caller_hash: caller }, rig.deadline(), rig.deps);
    const call = await rig.call(caller);

    await run(call, { settings: { ...rig.deps.settings, agentId: 'agent_2' } });

    const { request, conversationId } = rig.elevenLabs.state.outboundCalls.at(-1)!;
    expect(JSON.stringify(request)).not.toContain('conversation_config_override');
    expect(rig.elevenLabs.state.conversations.find((each) => each.conversationId === conversationId)?.status).not.toBe(
      'failed',
    );
  });

  it('given a caller without a number, and no extension any more, then it has failed for that reason, and is logged', async () => {
    const receivedAtMs = rig.deps.nowMs();
    const call = await storeCall(rig.deps.calls, { callerNumber: undefined, receivedAtMs });
    const before = placed();

    await run(call);

    expect(await agentCall(call)).toEqual({ state: 'failed', code: 'no_number' });
    expect(placed()).toBe(before);
    expect(rig.log.lines.map(({ event }) => event)).toContain('agent_call_without_number');
  });

  it('given a busy line, then the job waits for the rest of the pause, and the call is placed once more', async () => {
    const call = await rig.call(undefined);
    await run(call);
    const conversationId = (await agentCall(call))!.conversation_id!;
    const change = redial(await rig.deps.calls.read(call), conversationId, rig.deps.nowMs())!;
    await carryOut(rig.deps.calls, call, change, { enqueue: () => Promise.resolve() });
    const before = placed();

    await expect(run(call)).rejects.toMatchObject({ blockedBy: 'busy_line' });
    rig.passTime(20_000);
    await run(call);
    await run(call);

    expect(placed()).toBe(before + 1);
    expect(redial(await rig.deps.calls.read(call), (await agentCall(call))!.conversation_id!, 0)).toBeUndefined();
  });

  it('given a voice that is gone, and a ledger that fails, then the agent calls all the same', async () => {
    const caller = await rig.enrol();
    const call = await rig.call(caller);
    await processJob({ kind: 'caller_clone', caller_hash: caller }, rig.deadline(), rig.deps);
    rig.elevenLabs.addFault({
      operation: 'sipTrunkOutboundCall',
      action: { kind: 'error', status: 404, code: 'voice_not_found' },
    });
    const withdrawOffer = () => Promise.reject(new Error('The ledger fails.'));

    await run(call, { callers: { ...rig.deps.callers, withdrawOffer } });

    expect(await agentCall(call)).toMatchObject({ state: 'placed' });
  });
});
