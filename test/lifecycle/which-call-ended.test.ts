import { until } from '../support/eventually';
import { agentNow } from '../support/lifecycle/agent-now';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(() => rig.reset());
afterAll(() => rig.close());

const phoneNumber = '+31612345678';
const begin = (conversationId: string, plan: object = {}) =>
  rig.preCall({ conversationId, agentId: 'agent_1', phoneNumber, ...plan });
const isOver = async (conversationId: string) =>
  (await rig.ledger())[`CONVERSATION#${conversationId}`]?.['ended_at'] !== undefined;

describe('an end that does not have the id of the pre-call', () => {
  it('given the dynamic variable, then it finds the conversation', async () => {
    await begin('sender_1');

    await rig.endCall({ conversationId: 'conv_x', precallConversationId: 'sender_1' });
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
    expect(agentNow(rig).voiceId).toBe('ownVoice1');
  });

  it('given the dynamic variable in a conversation of another agent, then it ends nothing', async () => {
    await begin('sender_1');
    await rig.endCall({ conversationId: 'conv_x', precallConversationId: 'sender_1', agentIds: ['agent_2'] });
    expect(await isOver('sender_1')).toBe(false);

    await rig.endCall({ conversationId: 'conv_y', precallConversationId: 'sender_1', agentIds: ['agent_1'] });

    expect(await isOver('sender_1')).toBe(true);
  });

  it("given a second pre-call seconds later, then the first one's end ends the first", async () => {
    await begin('sender_1');
    const startedAtS = Math.floor(rig.nowMs() / 1000) + 1;
    rig.advance(4);
    await begin('sender_2');

    await rig.endCall({
      conversationId: 'conv_x',
      agentIds: ['agent_1'],
      callerIdentifiers: [phoneNumber],
      startedAtS,
    });
    await rig.processJob();

    expect([await isOver('sender_1'), await isOver('sender_2')]).toEqual([true, false]);
  });

  it("given the agent and the caller's number, then it finds the newest that was begun before the call", async () => {
    await begin('sender_1');
    rig.advance(3600);
    await begin('sender_2');
    await begin('sender_3', { agentId: 'agent_2' });
    const startedAtS = Math.floor(rig.nowMs() / 1000) - 1800;

    await rig.endCall({
      conversationId: 'conv_x',
      agentIds: ['agent_1'],
      callerIdentifiers: [phoneNumber],
      startedAtS,
    });
    await rig.endCall({ conversationId: 'conv_y', agentIds: ['agent_2'], callerIdentifiers: [phoneNumber] });
    await rig.processJob();

    expect([await isOver('sender_1'), await isOver('sender_2'), await isOver('sender_3')]).toEqual([true, false, true]);
  });

  it('given another number or agent, then nothing is ended, and the end is kept under its own id', async () => {
    await begin('sender_1');

    await rig.endCall({ conversationId: 'conv_x', agentIds: ['agent_1'], callerIdentifiers: ['+31612345679'] });
    await rig.endCall({ conversationId: 'conv_y', agentIds: ['agent_3'], callerIdentifiers: [phoneNumber] });
    await rig.processJob();

    expect(await isOver('sender_1')).toBe(false);
    await expect(begin('conv_x')).rejects.toMatchObject({ status: 409, code: 'CONVERSATION_ENDED' });
  });

  it('given a call that has ended, then a later end of the same caller does not find it again', async () => {
    await begin('sender_1');
    await rig.endCall({ conversationId: 'sender_1' });
    await rig.processJob();

    await rig.endCall({ conversationId: 'conv_x', agentIds: ['agent_1'], callerIdentifiers: [phoneNumber] });

    expect(await rig.queue.pending()).toBe(0);
  });

  it('given an end while the pre-call still works, then the voice goes as soon as that is over', async () => {
    rig.elevenLabs.changeSettings({ latencyMs: { createVoice: 1_000 } });
    const calling = begin('conv_1');
    await until(() => rig.elevenLabs.state.concurrency.current > 0);

    await rig.endCall({ conversationId: 'conv_1' });
    await rig.processJob();
    await expect(calling).rejects.toMatchObject({ status: 409, code: 'CONVERSATION_ENDED' });
    rig.advance(180);
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
    expect(agentNow(rig).voiceId).toBe('ownVoice1');
  });

  it('given a failed attempt that is cleaned up while the next one succeeds, then the end still finds the call', async () => {
    const { conversations, callers } = rig.deps;
    const unavailable = { kind: 'error', status: 503, code: 'unavailable' } as const;
    rig.elevenLabs.failNext('patchAgent', ...Array.from({ length: 4 }, () => unavailable));
    const forgotten: boolean[] = [];
    let next: Promise<unknown> | undefined;
    const first = rig.preCall(
      { conversationId: 'sender_1', agentId: 'agent_1', phoneNumber },
      {
        conversations: {
          ...conversations,
          write: async (id, transition) => {
            const isWritten = await conversations.write(id, transition);
            if (JSON.stringify(transition.to).includes('adoptable')) {
              rig.advance(1);
              next = begin('sender_1');
              await next;
            }
            return isWritten;
          },
        },
        callers: {
          ...callers,
          write: async (hash, transition) => {
            const isWritten = await callers.write(hash, transition);
            forgotten.push(isWritten);
            return isWritten;
          },
        },
      },
    );
    await expect(first).rejects.toMatchObject({ status: 503 });
    await until(() => forgotten.length > 0);
    await expect(next).resolves.toMatchObject({ status: 'success' });

    await rig.endCall({ conversationId: 'conv_x', agentIds: ['agent_1'], callerIdentifiers: [phoneNumber] });

    expect(forgotten).not.toContain(true);
    expect(await isOver('sender_1')).toBe(true);
  });

  it('given an end, then nothing of what the caller said is left in the conversation', async () => {
    await begin('conv_1');
    expect(JSON.stringify((await rig.ledger())['CONVERSATION#conv_1'])).toContain('"Name":"Ivan"');

    await rig.endCall({ conversationId: 'conv_1' });
    await rig.processJob();

    expect(JSON.stringify((await rig.ledger())['CONVERSATION#conv_1'])).not.toContain('"Name"');
    expect(JSON.stringify((await rig.ledger())['AGENT#agent_1'])).not.toContain('Ivan');
  });
});
