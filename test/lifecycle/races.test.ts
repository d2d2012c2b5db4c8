import type { Transition } from '../../lambdas/platform/transition';
import { activate, announce } from '../../lambdas/voices/agent-changes';
import type { PreCallAnswer } from '../../lambdas/voices/pre-call/pre-call-answer';
import { voiceDescription } from '../../lambdas/voices/voice-identity';
import { gate } from '../support/gate';
import { agentNow } from '../support/lifecycle/agent-now';
import { installationId, type LifecycleDeps } from '../support/lifecycle/deps';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';
import { around, stateAfter } from '../support/transitions';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(async () => {
  await rig.reset();
  rig.settings.retainS = 0;
});
afterAll(() => rig.close());

const phoneNumber = '+31612345678';
const begin = async (conversationId: string, plan: object = {}, deps: Partial<LifecycleDeps> = {}) =>
  (await rig.preCall({ conversationId, agentId: 'agent_1', phoneNumber, ...plan }, deps)) as PreCallAnswer;
const row = async (key: string) => (await rig.ledger())[key];
const settle = async (rounds: number, seconds: number) => {
  for (let round = 0; round < rounds; round += 1) {
    rig.advance(seconds);
    await rig.processJob();
  }
};
const refuseNextPatch = () =>
  rig.elevenLabs.addFault({ operation: 'patchAgent', action: { kind: 'error', status: 400, code: 'voice_refused' } });
const expiresInH = async (voiceId: string) =>
  Math.round((Number((await row(`VOICE#${voiceId}`))!['expires_at']) - rig.nowMs() / 1000) / 3600);

describe('what comes late or twice', () => {
  it('given the same end again after the caller has called anew, then the new call goes on', async () => {
    await begin('sender_1');
    const startedAtS = Math.floor(rig.nowMs() / 1000);
    const ended = { conversationId: 'conv_x', agentId: 'agent_1', externalNumber: phoneNumber, startedAtS };
    await rig.endCall(ended);
    await rig.processJob();
    rig.advance(120);
    const live = await begin('sender_2');

    await rig.endCall(ended);
    await rig.processJob();

    expect(await row('CONVERSATION#sender_2')).not.toHaveProperty('ended_at');
    expect(agentNow(rig).voiceId).toBe(live.voice_id);
  });

  it('given an activation that is written after its voice was deleted, then no job puts that voice on the agent', async () => {
    await begin('conv_0', { phoneNumber: undefined });
    const { opened, open } = gate();
    const isActivation = ({ to }: Transition): boolean => to['activation'] !== undefined;
    const late = gate();
    const agents = around(rig.deps.agents, isActivation, async (write) => {
      await opened;
      return write().finally(late.open);
    });
    await expect(begin('conv_1', { leftMs: 6_000 }, { agents })).rejects.toMatchObject({ code: 'TIMED_OUT' });
    await settle(2, 180);
    expect(rig.clones()).toHaveLength(1);
    open();
    await late.opened;

    await rig.endCall({ conversationId: 'conv_0' });
    await settle(3, 60);

    expect(agentNow(rig).voiceId).toBe('ownVoice1');
    expect(rig.elevenLabs.state.incidents).toEqual([]);
  });

  it('given an activation whose conversation does not use its voice, then a release passes over it', async () => {
    await begin('conv_0', { phoneNumber: undefined });
    const seen = await rig.deps.agents.read('agent_1');
    const activation = { conversation_id: 'conv_gone', voice_id: 'deadVoice', first_message: 'Hallo' };
    const wanted = { activation, baseline: seen.baseline ?? {} };
    const settled = { attempt: 'settled', untilMs: rig.nowMs() };
    await rig.deps.agents.write('agent_1', activate('agent_1', seen, wanted, { ...settled, nowMs: rig.nowMs() }));

    await rig.endCall({ conversationId: 'conv_0' });
    await rig.processJob();

    expect(agentNow(rig).voiceId).toBe('ownVoice1');
  });

  it('given a completion that is written after its claim was given up, then it does not hold', async () => {
    const { opened, open } = gate();
    let completed: Promise<boolean> | undefined;
    const isCompletion = (transition: Transition): boolean => stateAfter(transition) === 'ready';
    const isGivenUp = (transition: Transition): boolean => stateAfter(transition) === 'adoptable';
    const late = around(rig.deps.conversations, isCompletion, (write) => (completed = opened.then(write)));
    const conversations = around(late, isGivenUp, () => new Promise<boolean>(() => undefined));
    await expect(begin('conv_1', { leftMs: 6_000 }, { conversations })).rejects.toMatchObject({ code: 'TIMED_OUT' });
    await settle(2, 180);
    expect(rig.clones()).toEqual([]);

    open();

    expect(await completed).toBe(false);
    const { voice_id } = await begin('conv_1');
    expect(rig.clones()).toEqual([voice_id]);
  });
});

describe('what happens at the same time', () => {
  it('given a retry while its failed clone is taken back, then it waits, and is served after that', async () => {
    refuseNextPatch();
    await expect(begin('conv_1')).rejects.toMatchObject({ code: 'AGENT_UPDATE_FAILED' });
    let retry: Promise<unknown> = Promise.resolve();
    const isDeleted = (transition: Transition): boolean => stateAfter(transition) === 'deleted';
    const voices = around(rig.deps.voices, isDeleted, async (write) => {
      retry = begin('conv_1').catch((error: unknown) => error);
      await retry;
      return write();
    });
    rig.advance(180);
    await rig.processJob(undefined, { voices });

    expect(await retry).toMatchObject({ status: 503, code: 'CLONE_IN_PROGRESS' });
    const answer = await begin('conv_1');
    expect(rig.clones()).toEqual([answer.voice_id]);
    expect(await rig.samples()).toHaveLength(1);
  });

  it('given two ends of a shared voice at once, then it is kept for its retention', async () => {
    rig.settings.retainS = 3600;
    const { voice_id } = await begin('conv_1');
    await begin('conv_2', { agentId: 'agent_2' });
    await rig.endCall({ conversationId: 'conv_1' });
    await rig.endCall({ conversationId: 'conv_2' });

    await Promise.all([rig.processJob(), rig.processJob()]);
    await settle(2, 1);

    expect(await expiresInH(voice_id)).toBe(1);
  });

  it('given a call that begins while the last one ends, then the voice lives as long as a call may', async () => {
    rig.settings.retainS = 3600;
    const { voice_id } = await begin('conv_1');
    const isEndOfUse = ({ to }: Transition): boolean => 'users.conv_1' in to;
    const voices = around(rig.deps.voices, isEndOfUse, async (write) => {
      await begin('conv_2', { agentId: 'agent_2' });
      return write();
    });
    await rig.endCall({ conversationId: 'conv_1' });

    await rig.processJob(undefined, { voices });

    expect(await expiresInH(voice_id)).toBe(24);
  });
});

describe('what adds up', () => {
  it('given calls without an end, then their expiry takes them out of the caller’s item too', async () => {
    await begin('conv_1');
    rig.advance(25 * 3600);
    await rig.sweep();
    await rig.processJob();

    expect(JSON.stringify(await rig.ledger())).not.toContain('"calls":{"conv_1"');
  });

  it('given hundreds of PATCHes that never settled, then they are taken away in several goes', async () => {
    await begin('conv_1');
    for (let n = 0; n < 120; n += 1)
      await rig.deps.agents.write(
        'agent_1',
        announce(1, { attempt: `attempt-${n}`, untilMs: rig.nowMs() }, { voice_id: 'v' }),
      );
    const left = async () => Object.keys((await rig.deps.agents.read('agent_1')).pendings).length;

    await begin('conv_2');
    expect(await left()).toBe(70);
    await begin('conv_3');
    await begin('conv_4');
    expect(await left()).toBe(0);
  });

  it('given an agent that ElevenLabs does not show, then lost voices are found all the same, and the run fails', async () => {
    await begin('conv_1');
    const description = voiceDescription('conv_z', installationId);
    const lost = rig.elevenLabs.addVoice({ name: 'Lost', description, createdAtMs: Date.now() - 3600_000 });
    const error = { kind: 'error', status: 403, code: 'insufficient_permissions' } as const;
    rig.elevenLabs.addFault({ operation: 'getAgent', times: null, action: error });

    await expect(rig.reconcile()).rejects.toMatchObject({ code: 'insufficient_permissions' });
    rig.elevenLabs.clearFaults();
    await rig.processJob();

    expect(rig.clones()).not.toContain(lost.voiceId);
    expect(rig.clones()).toHaveLength(1);
  });
});
