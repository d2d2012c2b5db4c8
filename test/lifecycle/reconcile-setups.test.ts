import { agentSetup } from '../../lambdas/setup/agent-setup';
import type { JsonObject } from '../../local/elevenlabs/values';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(() => rig.reset());
afterAll(() => rig.close());

const setup = async (agentId: string) => agentSetup.safeParse((await rig.ledger())[`SETUP#${agentId}`]).data;
const none = { voice: false, first_message: false, max_duration: false };
const voiceOnly = { overrides: { conversation_config_override: { tts: { voice_id: true } } } };
const addAgent = (agentId: string) =>
  rig.elevenLabs.addAgent({ agentId, voiceId: 'ownVoice1', firstMessage: 'Hi', platformSettings: voiceOnly });
const allowOnly = (agentId: string, fields: JsonObject): void =>
  rig.elevenLabs.changeAgent(agentId, { platform_settings: { overrides: { conversation_config_override: fields } } });

describe('the set-ups that reconcile records', () => {
  it('given agents of the ledger and of the settings, then each has a fresh one', async () => {
    await rig.preCall({ conversationId: 'conv_1', agentId: 'agent_1' });
    addAgent('agent_of_settings');

    expect(await rig.reconcile(undefined, { agentIds: ['agent_of_settings'] })).toEqual({});

    expect(await setup('agent_1')).toEqual({
      overrides: none,
      asks_precall: false,
      language: 'en',
      numbers: [],
      checked_at: expect.any(Number),
    });
    expect(await setup('agent_of_settings')).toMatchObject({ overrides: { ...none, voice: true } });
  });

  it('given a change at ElevenLabs, then the next run sees it', async () => {
    addAgent('agent_of_settings');
    await rig.reconcile(undefined, { agentIds: ['agent_of_settings'] });
    const before = await setup('agent_of_settings');
    rig.advance(3600);
    allowOnly('agent_of_settings', { tts: { voice_id: false }, agent: { first_message: true } });

    await rig.reconcile(undefined, { agentIds: ['agent_of_settings'] });

    const seen = await setup('agent_of_settings');
    expect(seen?.overrides).toEqual({ ...none, first_message: true });
    expect(seen?.checked_at).toBeGreaterThanOrEqual(before!.checked_at + 3600);
  });

  it('given one that ElevenLabs does not show, then it keeps what it had, the others are read, and the run fails', async () => {
    for (const agentId of ['agent_first', 'agent_last']) addAgent(agentId);
    const agentIds = { agentIds: ['agent_first', 'agent_last'] };
    await rig.reconcile(undefined, agentIds);
    const before = await setup('agent_first');
    rig.advance(3600);
    rig.elevenLabs.addFault({
      operation: 'getAgent',
      times: null,
      match: 'agent_first',
      action: { kind: 'error', status: 503, code: 'x' },
    });

    await expect(rig.reconcile(undefined, agentIds)).rejects.toMatchObject({ name: 'ElevenLabsError', code: 'x' });

    expect(await setup('agent_first')).toEqual(before);
    expect((await setup('agent_last'))?.checked_at).toBeGreaterThanOrEqual(before!.checked_at + 3600);
  });

  it('given one that ElevenLabs does not know, then nothing is recorded of it, and the run does not fail', async () => {
    addAgent('agent_last');

    expect(await rig.reconcile(undefined, { agentIds: ['agent_gone', 'agent_last'] })).toEqual({});

    expect(await setup('agent_gone')).toBeUndefined();
    expect(await setup('agent_last')).toMatchObject({ overrides: { voice: true } });
  });
});
