import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/eventually';
import { type KillRig, startKillRig } from './kill-rig';

let rig: KillRig;

beforeAll(async () => {
  rig = await startKillRig();
});
afterAll(() => rig.close());
afterEach(() => expect(rig.elevenLabs.state.incidents).toEqual([]));

const redeliver = async (conversationId: string, agentId: string) => {
  for (;;) {
    const answer = await rig.preCall(conversationId, agentId);
    if (answer.status !== 503) return answer;
    await sleep(200);
  }
};

const isRestored = (agentId: string): boolean => {
  const { voiceId, firstMessage } = rig.agent(agentId);
  return voiceId === 'ownVoice1' && firstMessage === 'Hello';
};

/** The end of the conversation, worked off by the queue's own worker. */
const endOf = async (conversationId: string, agentId: string): Promise<void> => {
  await rig.end(conversationId);
  await rig.age();
  await rig.enqueue({ reason: 'conversation_ended', conversation_id: conversationId });
  await until(() => rig.clonesOf(conversationId).length === 0 && isRestored(agentId));
};

describe('a pre-call whose process is killed', () => {
  it('after each of its outside calls in turn, then its redelivery gives the conversation one voice, and its end takes it back', async () => {
    for (let killed = 1, isWhole = false; !isWhole; killed += 1) {
      const [conversationId, agentId] = [`conv_r${killed}`, `agent_${(killed % 40) + 1}`];
      rig.armFor('PreCallFunction', killed);
      const { status } = await rig.preCall(conversationId, agentId);
      rig.killSwitch.disarm();
      // One that made fewer calls than it was to be killed after is the last.
      isWhole = status === 200;
      if (isWhole) expect(rig.killSwitch.calls.length).toBeGreaterThanOrEqual(10);
      else expect(status).toBe(502);

      const answer = await redeliver(conversationId, agentId);

      expect([killed, answer.status, answer.json['voice_id']]).toEqual([killed, 200, rig.clonesOf(conversationId)[0]]);
      expect(rig.clonesOf(conversationId)).toHaveLength(1);
      expect(rig.agent(agentId).voiceId).toBe(answer.json['voice_id']);
      await endOf(conversationId, agentId);
    }
  });

  it('after each of its outside calls in turn and never redelivered, then expiry and reconcile take everything back', async () => {
    const numbers: number[] = [];
    for (let killed = 1, isWhole = false; !isWhole; killed += 1) {
      rig.armFor('PreCallFunction', killed);
      const { status } = await rig.preCall(`conv_k${killed}`, `agent_${(killed % 40) + 1}`);
      rig.killSwitch.disarm();
      // One that made fewer calls than it was to be killed after is the last.
      isWhole = rig.killSwitch.calls.length < killed;
      expect([killed, status]).toEqual([killed, isWhole ? 200 : 502]);
      numbers.push(killed);
    }
    expect(numbers.length).toBeGreaterThan(10);

    await rig.age({ expired: true });
    await rig.stack.sweepNow();
    for (let round = 0; round < 3; round += 1) {
      await rig.stack.runSchedules();
      // Jobs that meet at one agent wait for each other.
      await until(async () => (await rig.jobs()) === 0);
      await rig.age();
    }

    expect(numbers.flatMap((killed) => rig.clonesOf(`conv_k${killed}`))).toEqual([]);
    expect(numbers.filter((killed) => !isRestored(`agent_${(killed % 40) + 1}`))).toEqual([]);
  });
});

describe('a deletion worker whose process is killed', () => {
  it.each([
    ['conversation_ended', false],
    ['voice_expired', true],
  ])('at work on %s, after each of its outside calls in turn, then the next try finishes', async (reason, expired) => {
    const prepare = async (conversationId: string, agentId: string): Promise<object> => {
      const { json } = await rig.preCall(conversationId, agentId);
      if (expired) await rig.age({ expired });
      else await rig.end(conversationId);
      return { reason, conversation_id: conversationId, voice_id: json['voice_id'] };
    };
    let killed = 0;
    for (let isWhole = false; !isWhole;) {
      killed += 1;
      const [conversationId, agentId] = [`conv_${reason}_${killed}`, `agent_${(killed % 40) + 1}`];
      const job = await prepare(conversationId, agentId);
      rig.armFor('VoiceDeletionFunction', killed);
      const { status } = await rig.work(job);
      rig.killSwitch.disarm();
      isWhole = rig.killSwitch.calls.length < killed;
      expect([killed, status]).toEqual([killed, isWhole ? 'ok' : 'error']);
      await rig.age();

      await rig.work(job);

      expect([killed, rig.clonesOf(conversationId), isRestored(agentId)]).toEqual([killed, [], true]);
    }
    expect(killed).toBeGreaterThan(8);
    await until(async () => (await rig.jobs()) === 0);
    const open = (await rig.rows()).filter(({ kind, state }) => kind === 'voice' && state !== 'deleted');
    expect(open).toEqual([]);
  });
});
