import type { Transition } from '../../lambdas/platform/transition';
import { until } from '../support/eventually';
import { gate } from '../support/gate';
import { agentId, type Callers, numberOf, own, useCallers, voicesOf } from '../support/lifecycle/callers';
import { describeCallsServed } from '../support/lifecycle/calls-served';
import { around, stateAfter } from '../support/transitions';

const callers = useCallers();
let rig: Callers['rig'];
let telephone: Callers['telephone'];
let preCall: Callers['preCall'];
let conversation: Callers['conversation'];
beforeEach(() => {
  ({ rig, telephone, preCall, conversation } = callers());
});

/** Whether the ledger knows that a caller has this pre-call. */
const callerIsNoted = async (conversationId: string): Promise<boolean> =>
  Object.entries(await rig.ledger()).some(
    ([key, item]) => key.startsWith('CALLER#') && JSON.stringify(item).includes(conversationId),
  );

describeCallsServed(6, callers);

describe('a call that has a pre-call', () => {
  it('when it starts, then the answer names the pre-call, the caller and the installation’s variables', async () => {
    const answer = await preCall(1);
    const call = await telephone.ring({ from: numberOf(1) });

    expect(call).toMatchObject({
      status: 'in-progress',
      heard: voicesOf(answer),
      dynamicVariables: { company: 'Acme', precall_conversation_id: 'conv_1' },
    });
    expect(await conversation('conv_1')).toMatchObject({ work: { state: 'taken', call: call.conversationId } });
    expect(await conversation(call.conversationId)).toMatchObject({ took: 'conv_1' });
  });

  it('when ElevenLabs asks again, then it gets the same; after its end the plain answer', async () => {
    rig.settings.activation = 'auto';
    await preCall(1);
    const request = {
      caller_id: numberOf(1),
      agent_id: agentId,
      conversation_id: 'el_1',
      called_number: '+31201234567',
    };

    const [first, again] = [await rig.initiation(request), await rig.initiation(request)];
    await rig.endCall({ conversationId: 'el_1' });

    expect(first).toMatchObject({ conversation_config_override: { tts: { voice_id: rig.clones()[0] } } });
    expect(first).toHaveProperty('user_id');
    expect(again).toEqual(first);
    expect(await rig.initiation(request)).toEqual({
      type: 'conversation_initiation_client_data',
      dynamic_variables: { company: 'Acme' },
    });
    expect(await conversation('conv_1')).toHaveProperty('ended_at');
  });

  it('given its clone is not ready yet, when it starts, then it waits for the voice', async () => {
    rig.settings.activation = 'auto';
    rig.elevenLabs.changeSettings({ latencyMs: { createVoice: 700 } });

    const preparing = preCall(1);
    await until(() => callerIsNoted('conv_1'));
    const call = await telephone.ring({ from: numberOf(1) });

    expect(call.heard).toEqual(voicesOf(await preparing));
  });

  it('given its clone takes too long, then it starts without the voice, in time', async () => {
    rig.settings.activation = 'auto';
    const { opened, open } = gate();
    const isAnswered = (transition: Transition): boolean => stateAfter(transition) === 'ready';
    const conversations = around(rig.deps.conversations, isAnswered, (write) => opened.then(write));

    const preparing = preCall(1, {}, { conversations });
    await until(() => callerIsNoted('conv_1'));
    telephone.leftMs = 700;
    const call = await telephone.ring({ from: numberOf(1) });

    expect(call.heard).toEqual(own);
    open();
    await preparing;
  });

  it('given a pre-call that is too old, or ended, or of another agent, then it starts without', async () => {
    rig.settings.activation = 'auto';
    telephone.connect(['agent_1', 'agent_2']);
    await preCall(1);
    const elsewhere = await telephone.ring({ from: numberOf(1), agentId: 'agent_2' });
    rig.advance(901);
    const late = await telephone.ring({ from: numberOf(1) });

    expect(elsewhere.heard).toMatchObject({ voiceId: 'ownVoice2' });
    expect(late.heard).toEqual(own);
  });

  it('given an outbound call, then the caller is the number that is called', async () => {
    rig.settings.activation = 'auto';
    const answer = await preCall(1);

    const call = await telephone.ring({ from: numberOf(1), direction: 'outbound' });

    expect(call).toMatchObject({ direction: 'outbound', heard: voicesOf(answer) });
  });

  it('given the sender’s id is ElevenLabs’ own, then that pre-call is taken without a number', async () => {
    rig.settings.activation = 'auto';
    const answer = await preCall(1, { conversationId: 'el_own' });
    const request = { caller_id: 'anonymous', agent_id: agentId, conversation_id: 'el_own' };

    expect(await rig.initiation(request)).toMatchObject({
      conversation_config_override: answer.conversation_config_override,
    });
    expect(await conversation('el_own')).not.toHaveProperty('took');
  });
});

describe('a ledger that is slow or down', () => {
  it.each([
    ['down when it looks up', { getMany: () => Promise.reject(new Error('down')) }],
    ['slow when it looks up', { getMany: () => new Promise<never>(() => undefined) }],
  ])('given it is %s, then the call starts as the agent is', async (_given, table) => {
    rig.settings.activation = 'auto';
    await preCall(1);
    Object.assign(telephone, { planted: { table: { ...rig.deps.table, ...table } }, leftMs: 700 });

    expect((await telephone.ring({ from: numberOf(1) })).heard).toEqual(own);
  });

  it.each([
    ['down', () => Promise.reject(new Error('down'))],
    ['slow', () => new Promise<never>(() => undefined)],
  ])('given it is %s when the pre-call is taken, then there is no voice', async (_given, change) => {
    rig.settings.activation = 'auto';
    await preCall(1);
    Object.assign(telephone, { planted: { conversations: { ...rig.deps.conversations, change } }, leftMs: 700 });

    expect((await telephone.ring({ from: numberOf(1) })).heard).toEqual(own);
  });

  it('given a call that has ended before it is linked, then it gives the pre-call up', async () => {
    rig.settings.activation = 'auto';
    await preCall(1);
    const { conversations } = rig.deps;
    telephone.planted = {
      conversations: {
        ...conversations,
        change: async (id, transition) => {
          const taken = await conversations.change(id, transition);
          const call = rig.elevenLabs.state.conversations.at(-1)!;
          await rig.endCall({ conversationId: call.conversationId });
          return taken;
        },
      },
    };

    expect((await telephone.ring({ from: numberOf(1) })).heard).toEqual(own);
    expect(await conversation('conv_1')).toMatchObject({ work: { state: 'ready' } });
  });
});
