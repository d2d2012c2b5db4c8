import { agentNow } from '../support/lifecycle/agent-now';
import { agentId, type Callers, numberOf, own, useCallers, voicesOf } from '../support/lifecycle/callers';

const callers = useCallers();
let rig: Callers['rig'];
let telephone: Callers['telephone'];
let preCall: Callers['preCall'];
let conversation: Callers['conversation'];
let settleAll: Callers['settleAll'];
let patches: Callers['patches'];
beforeEach(() => {
  ({ rig, telephone, preCall, conversation, settleAll, patches } = callers());
});

describe('a stranger on a PATCHed agent', () => {
  it.each([
    ['a stranger', '+31699999999'],
    ['a withheld number', 'anonymous'],
    ['no number', ''],
  ])('given %s, when they call meanwhile, then they hear the agent’s own voice and greeting', async (_given, from) => {
    await preCall(1);
    expect(agentNow(rig).voiceId).not.toBe(own.voiceId);

    expect((await telephone.ring({ from })).heard).toEqual(own);
  });

  it('given an agent at rest again, then nothing is overridden', async () => {
    await preCall(1);
    await telephone.hangUp(await telephone.ring({ from: numberOf(1) }));
    await settleAll();

    expect(await telephone.ring({ from: '+31699999999' })).toMatchObject({ configOverride: null, heard: own });
  });

  it('given a pre-call without a number, whose caller nobody can tell, then its PATCH stays for all', async () => {
    const answer = await rig.preCall({ conversationId: 'conv_x', agentId });
    if (answer === 'killed') throw new Error('killed');

    expect(answer).toMatchObject({ recognised_by: 'agent' });
    expect((await telephone.ring({ from: '+31699999999' })).heard).toEqual(voicesOf(answer));
  });

  it('given an erased caller, then their pre-call is nobody’s', async () => {
    rig.settings.activation = 'auto';
    await preCall(1);
    const hash = String((await conversation('conv_1'))!['caller_hash']);
    const nowS = Math.floor(rig.nowMs() / 1000);
    await rig.deps.callers.erase(hash, nowS, nowS + 3600);

    expect((await telephone.ring({ from: numberOf(1) })).heard).toEqual(own);
  });

  it('given a call without a pre-call between two with one, then its end ends nothing', async () => {
    rig.settings.activation = 'auto';
    await preCall(1);
    const stranger = await telephone.ring({ from: numberOf(7) });
    await preCall(2);
    await telephone.hangUp(stranger, true);

    for (const id of ['conv_1', 'conv_2']) expect(await conversation(id)).not.toHaveProperty('ended_at');
  });
});

describe('AGENT_ACTIVATION=auto', () => {
  beforeEach(() => {
    rig.settings.activation = 'auto';
  });

  it.each([
    ['an override that is not allowed', () => telephone.connect([agentId], { greeting: false })],
    [
      'an initiation webhook of somebody else',
      () =>
        rig.elevenLabs.changeWorkspace({
          initiationWebhook: { url: 'http://127.0.0.1:1/other', requestHeaders: { 'X-Precall-Secret': 'x' } },
        }),
    ],
    [
      'an agent that asks no webhook',
      () =>
        rig.elevenLabs.changeAgent(agentId, {
          platform_settings: { overrides: { enable_conversation_initiation_client_data_from_webhook: false } },
        }),
    ],
    [
      'an agent whose set-up ElevenLabs does not show',
      () => rig.elevenLabs.failNext('getAgent', { kind: 'error', status: 403, code: 'missing_permissions' }),
    ],
  ])('given %s, then the agent is PATCHed', async (_given, arrange) => {
    arrange();

    expect(await preCall(1)).toMatchObject({ agent_updated: true, recognised_by: 'agent' });
    expect(patches()).toBe(1);
  });

  it('given a caller without a number, then the agent is PATCHed', async () => {
    expect(await rig.preCall({ conversationId: 'conv_x', agentId })).toMatchObject({
      agent_updated: true,
      recognised_by: 'agent',
    });
  });

  it('given override and an agent that asks no webhook, then only the answer brings the voice', async () => {
    rig.settings.activation = 'override';
    telephone.connect([agentId], { voice: false });

    expect(await preCall(1)).toMatchObject({ agent_updated: false, recognised_by: 'answer' });
  });
});

describe('INITIATION_SERVES', () => {
  it.each([
    [true, false],
    [false, true],
  ])(
    'given a cached voice and servesCached %s, then a call without a pre-call hears it or not',
    async (serves, isOwn) => {
      rig.settings.activation = 'auto';
      rig.settings.retainS = 7200;
      rig.terms.servesCached = serves;
      await preCall(1);
      const first = await telephone.ring({ from: numberOf(1) });
      await telephone.hangUp(first);
      await rig.processJob();

      const later = await telephone.ring({ from: numberOf(1) });

      expect(later.heard?.voiceId === own.voiceId).toBe(isOwn);
    },
  );

  it.each([
    [1_800, true],
    [3_700, false],
  ])(
    'given a voice that is kept for an hour and a call %s s later, then one that lives is kept through that call',
    async (afterS, hasVoice) => {
      rig.settings.activation = 'auto';
      rig.settings.retainS = 3_600;
      await preCall(1);
      const first = await telephone.ring({ from: numberOf(1) });
      await telephone.hangUp(first);
      await rig.processJob();
      rig.advance(afterS);

      const later = await telephone.ring({ from: numberOf(1) });
      rig.advance(3_500);
      await rig.sweep();
      await rig.processJob();

      expect(later.heard?.voiceId === first.heard?.voiceId).toBe(hasVoice);
      expect(rig.clones()).toEqual(hasVoice ? [first.heard?.voiceId] : []);
    },
  );
});
