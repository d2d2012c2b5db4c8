import { ServiceError } from '../../lambdas/platform/errors';
import { voiceDescription } from '../../lambdas/voices/voice-identity';
import { agentNow } from '../support/lifecycle/agent-now';
import { installationId } from '../support/lifecycle/deps';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';
import { recordingLog } from '../support/recording-log';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(() => rig.reset());
afterAll(() => rig.close());

const plan = { conversationId: 'conv_1', agentId: 'agent_1' };
const agent = () => agentNow(rig);
const old = () => Date.now() - 3600_000;
const setAgent = (voiceId: string): void =>
  rig.elevenLabs.changeAgent('agent_1', { conversation_config: { tts: { voice_id: voiceId } } });

describe('reconcile', () => {
  it('given nothing amiss, then it finds nothing', async () => {
    await rig.preCall(plan);

    expect(await rig.reconcile()).toEqual({});
  });

  it('given an API key that was never filled, then it does nothing; one that cannot be read is a failure', async () => {
    rig.elevenLabs.addVoice({
      name: 'Lost',
      description: voiceDescription('conv_1', installationId),
      category: 'cloned',
      createdAtMs: old(),
    });
    const withKey = (harmless?: 'not_filled') => {
      const error = new ServiceError({ code: 'NOT_CONFIGURED', message: 'no', ...(harmless && { harmless }) });
      return rig.reconcile(undefined, {
        elevenLabs: { baseUrl: rig.elevenLabs.url, apiKey: () => Promise.reject(error), log: recordingLog() },
      });
    };

    expect(await withKey('not_filled')).toEqual({});
    await expect(withKey()).rejects.toMatchObject({ code: 'NOT_CONFIGURED' });
  });

  it('given no post-call feature, then it looks for no missed calls', async () => {
    const hasSearched = async () => Object.keys(await rig.ledger()).includes('RECONCILE_CURSOR');

    await rig.reconcile(undefined, { postCallJobs: undefined });
    expect(await hasSearched()).toBe(false);
    await rig.reconcile();
    expect(await hasSearched()).toBe(true);
  });

  it('given voices of others, near misses of our mark and young ones, then they are left alone', async () => {
    const descriptions = [
      voiceDescription('conv_1', '8899aabbccddeeff'),
      `${voiceDescription('conv_1', installationId)} and more`,
      `Copy of: ${voiceDescription('conv_1', installationId)}`,
      'A voice of somebody else',
    ];
    for (const description of descriptions)
      rig.elevenLabs.addVoice({ name: 'Foreign', description, category: 'cloned', createdAtMs: old() });
    rig.elevenLabs.addVoice({
      name: 'Young',
      description: voiceDescription('conv_2', installationId),
      category: 'cloned',
      createdAtMs: Date.now(),
    });

    expect(await rig.reconcile()).toEqual({});
    expect(rig.clones()).toHaveLength(5);
  });

  it('given a claim whose holder died with a clone of unknown outcome, then the clone is found and deleted', async () => {
    rig.elevenLabs.addFault({ operation: 'createVoice', effect: 'after', action: { kind: 'reset' } });
    await rig.preCall(plan).catch(() => undefined);
    await rig.queue.clear();
    expect(rig.clones()).toHaveLength(1);
    rig.advance(20 * 60);

    expect(await rig.reconcile()).toMatchObject({ claim_stuck: 1 });
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
    expect((await rig.ledger())['CONVERSATION#conv_1']).toMatchObject({ work: { state: 'open' } });
  });

  it('given an end whose job was lost, then it is worked off', async () => {
    await rig.preCall(plan);
    await rig.endCall({ conversationId: 'conv_1' });
    await rig.queue.clear();
    rig.advance(20 * 60);

    expect(await rig.reconcile()).toEqual({ conversation_ended: 1 });
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
    expect(agent()).toMatchObject({ voiceId: 'ownVoice1' });
  });

  it('given an agent that has a voice of ours without a call, then it gets its own back', async () => {
    await rig.preCall(plan);
    const [voiceId] = rig.clones();
    await rig.preCall({ conversationId: 'conv_2', agentId: 'agent_2' });
    await rig.endCall({ conversationId: 'conv_1' });
    await rig.processJob();
    const [other] = rig.clones().filter((id) => id !== voiceId);
    setAgent(other!);

    expect(await rig.reconcile()).toEqual({ agent_not_restored: 1 });
    await rig.processJob();

    expect(agent()).toMatchObject({ voiceId: 'ownVoice1' });
  });

  it('given an expiry that time to live has not reached, then it is taken up', async () => {
    await rig.preCall(plan);
    rig.advance(25 * 3600);

    expect(await rig.reconcile()).toMatchObject({ voice_expired: 1 });
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
  });

  it('given ElevenLabs is down, then what the ledger shows is found all the same, and the run fails', async () => {
    await rig.preCall(plan);
    rig.advance(25 * 3600);
    rig.elevenLabs.addFault({
      operation: 'listVoices',
      times: null,
      action: { kind: 'error', status: 503, code: 'x' },
    });

    await expect(rig.reconcile()).rejects.toMatchObject({ name: 'ElevenLabsError' });

    expect(await rig.queue.pending()).toBe(1);
  });
});
