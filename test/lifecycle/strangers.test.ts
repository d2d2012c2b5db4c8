import { recordEnrolment } from '../../lambdas/callers/caller-changes';
import { patchAgent } from '../../local/elevenlabs/agents';
import { agentNow } from '../support/lifecycle/agent-now';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(() => rig.reset());
afterAll(() => rig.close());

const plan = { conversationId: 'conv_1', agentId: 'agent_1', phoneNumber: '+31612345678' };
const own = { voiceId: 'ownVoice1', firstMessage: 'Own greeting 1' };
const others = { voiceId: 'othersClone', firstMessage: 'Hallo Piet!' };

/** Another installation gives the agent the voice of its caller. */
const otherInstallationCalls = (): void => {
  const description = 'Instant clone for conversation c0 [precall/ffffffffffffffff]';
  rig.elevenLabs.addVoice({ voiceId: others.voiceId, name: 'Piet_Clone_20260101_000000_c0c0c0c0', description });
  const conversation_config = { tts: { voice_id: others.voiceId }, agent: { first_message: others.firstMessage } };
  patchAgent(rig.elevenLabs.state, 'agent_1', { conversation_config }, Date.now());
};

describe('an agent with the voice of another installation', () => {
  it('given that its own voice is not known, then the pre-call is 503, and nothing is cloned or changed', async () => {
    otherInstallationCalls();

    await expect(rig.preCall(plan)).rejects.toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });

    const operations = rig.elevenLabs.state.requests.map(({ operation }) => operation);
    expect(operations).not.toContain('createVoice');
    expect(operations).not.toContain('patchAgent');
    expect(agentNow(rig)).toMatchObject(others);
  });

  it.each(['before', 'after'])(
    'given a call of its own %s that, then the agent gets its own pair back',
    async (when) => {
      await rig.preCall(plan);
      if (when === 'before') await rig.endCall({ conversationId: 'conv_1' });
      if (when === 'before') await rig.processJob();
      otherInstallationCalls();
      const second = { ...plan, conversationId: 'conv_2' };
      if (when === 'before') await rig.preCall(second);

      await rig.endCall({ conversationId: when === 'before' ? 'conv_2' : 'conv_1' });
      await rig.processJob();

      expect(agentNow(rig)).toMatchObject(own);
      expect(rig.clones()).toEqual([others.voiceId]);
      expect(rig.elevenLabs.state.incidents).toEqual([]);
    },
  );
});

describe('a call that takes the agent over', () => {
  it('then a line of each call names the other', async () => {
    await rig.preCall(plan);
    rig.log.lines.length = 0;

    await rig.preCall({ ...plan, conversationId: 'conv_2' });

    const lines = rig.log.lines.filter(({ event }) => event === 'agent_activation_superseded');
    expect(lines).toMatchObject([
      { fields: { superseded_conversation_id: 'conv_1' } },
      { fields: { conversation_id: 'conv_1', superseding_conversation_id: 'conv_2' } },
    ]);
  });

  it('given that its PATCH is refused, then it does not hide the live call from an end by number', async () => {
    await rig.preCall(plan);
    rig.elevenLabs.addFault({ operation: 'patchAgent', action: { kind: 'error', status: 422, code: 'invalid_voice' } });
    rig.advance(5);
    await expect(rig.preCall({ ...plan, conversationId: 'conv_2' })).rejects.toMatchObject({ status: 422 });

    const { agentId, phoneNumber } = plan;
    await rig.endCall({ conversationId: 'el_1', agentIds: [agentId], callerIdentifiers: [phoneNumber] });
    await rig.processJob();

    expect((await rig.ledger())['CONVERSATION#conv_1']).toHaveProperty('ended_at');
    expect(agentNow(rig)).toMatchObject(own);
    expect(rig.clones()).toEqual([]);
  });
});

describe('an older enrolment', () => {
  it('given that it is delivered again after a newer one, then it changes nothing', async () => {
    const hash = 'a'.repeat(64);
    const nowS = Math.floor(rig.nowMs() / 1000);
    const sample = { key: 'k', sha256: 'c'.repeat(64), format: 'wav' as const };
    const given = (name: string, signedAtS: number) =>
      rig.deps.callers.change(
        hash,
        recordEnrolment({ name, samples: [sample], signedAtS, expiresAtS: nowS + 3600 }, nowS),
      );
    await given('Older', nowS - 60);
    await given('Newer', nowS);
    const before = await rig.ledger();

    expect(await given('Older', nowS - 60)).toBe(false);

    expect(await rig.ledger()).toEqual(before);
    expect(before[`CALLER#${hash}`]).toMatchObject({ name: 'Newer' });
  });
});
