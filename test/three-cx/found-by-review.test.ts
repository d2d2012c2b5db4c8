import { startCall } from '../../lambdas/callers/caller-changes';
import { agents } from '../../lambdas/ledger/agents';
import { conversations } from '../../lambdas/ledger/conversations';
import { processJob } from '../../lambdas/three-cx/process-clone-job';
import { obtainCallerVoice } from '../../lambdas/voices/caller-voice';
import { eraseClone } from '../../lambdas/voices/end/erase-voice';
import { extend } from '../../lambdas/voices/voice';
import { cacheS, type CloneRig, startCloneRig } from '../support/clone-rig';

let rig: CloneRig;

beforeAll(async () => {
  rig = await startCloneRig();
});
afterAll(() => rig.close());
afterEach(() => rig.elevenLabs.clearFaults());

const nowS = () => Math.floor(rig.deps.nowMs() / 1000);
const clones = () => rig.elevenLabs.state.voices.filter(({ category }) => category === 'cloned').map((v) => v.voiceId);
const obtain = (callerHash: string, deps = {}) =>
  obtainCallerVoice(callerHash, rig.deadline(), { ...rig.deps, ...deps });
const callerOf = (callerHash: string) => rig.deps.callers.read(callerHash, nowS());

describe('a voice of a caller', () => {
  it('given an erasure between reading the caller and the claim, then no clone is made', async () => {
    const caller = await rig.enrol();
    const before = clones();
    const samples = {
      get: async (key: string) => {
        const read = await rig.deps.samples.get(key);
        await rig.deps.callers.erase(caller, nowS(), nowS() + 86_400);
        return read;
      },
    };

    expect(await obtain(caller, { samples })).toEqual({ outcome: 'lost' });
    expect(clones()).toEqual(before);
    expect((await callerOf(caller))?.clone).toBeUndefined();
  });

  it('given a voice that somebody deleted at ElevenLabs, when it would be extended, then another is made', async () => {
    const caller = await rig.enrol();
    await obtain(caller);
    const { voice_id } = (await callerOf(caller))!.reusable!;
    rig.passTime((cacheS - 1800) * 1000);
    const kept = rig.elevenLabs.state.voices.filter(({ voiceId }) => voiceId !== voice_id);
    Object.assign(rig.elevenLabs.state, { voices: kept });

    expect((await obtain(caller)).outcome).toBe('cloned');
    expect((await callerOf(caller))?.reusable?.voice_id).not.toBe(voice_id);
  });

  it('given a voice that a pre-call keeps for longer, when it is extended, then nothing is cut short', async () => {
    const caller = await rig.enrol();
    await obtain(caller);
    const { voice_id } = (await callerOf(caller))!.reusable!;
    const [untilS, retainS] = [nowS() + 30 * 86_400, 30 * 86_400];
    await rig.deps.voices.write(voice_id, extend({ validUntilS: untilS, retainS }, nowS()));
    rig.passTime((cacheS - 1800) * 1000);

    expect((await obtain(caller)).outcome).toBe('cached');
    expect(await rig.deps.voices.read(voice_id)).toMatchObject({ expires_at: untilS, retain_s: retainS });
  });

  it('given an item that had expired, when its number begins a call, then nothing of before is there any more', async () => {
    const caller = await rig.enrol('old', 'Xanthippe');
    await obtain(caller);
    rig.passTime(40 * 86_400_000);
    const [startedAtS, signedAtS] = [nowS(), nowS()];

    const call = { conversationId: 'conv_1', agentId: 'agent_1', startedAtS, signedAtS };
    await rig.deps.callers.change(caller, startCall({ ...call, expiresAtS: nowS() + 3600 }, nowS()));

    const seen = await callerOf(caller);
    expect(seen).toMatchObject({ enrolled: [], recent: [], calls: { conv_1: { agent_id: 'agent_1' } } });
    expect(seen?.name).toBeUndefined();
    expect(seen?.reusable).toBeUndefined();
  });

  it('given a clone of unknown outcome whose caller was erased, then it is found by its id and deleted', async () => {
    const caller = await rig.enrol('lost', 'Xanthippe');
    rig.elevenLabs.addFault({ operation: 'createVoice', effect: 'after', action: { kind: 'reset' } });
    await expect(obtain(caller)).rejects.toMatchObject({ code: 'connection_lost' });
    const { clone_id } = (await callerOf(caller))!.clone!;
    const made = clones().at(-1)!;
    const others = clones().filter((voiceId) => voiceId !== made);
    const own = { agents: agents(rig.table), conversations: conversations(rig.table), samples: undefined };

    await eraseClone(clone_id, rig.deadline(), { ...rig.deps, ...own, standInVoiceIds: [], longestCallS: 3600 });

    expect(clones()).toEqual(others);
    expect((await rig.deps.voices.read(made))?.state).toBe('deleted');
  });
});

describe('a 3CX call', () => {
  it('given a voice that ElevenLabs does not know, then no later call is given it, and the variable names none', async () => {
    const caller = await rig.enrol();
    await obtain(caller);
    const call = await rig.call(caller);
    rig.elevenLabs.addFault({
      operation: 'sipTrunkOutboundCall',
      action: { kind: 'error', status: 404, code: 'voice_not_found' },
    });

    await processJob({ kind: 'threecx_agent_call', call }, rig.deadline(), rig.deps);

    expect((await callerOf(caller))?.reusable).toBeUndefined();
    expect(JSON.stringify(rig.elevenLabs.state.outboundCalls.at(-1)?.request)).toContain('"voice_id":""');
  });

  it('given an agent that is known not to take a voice, or a call of long ago, then no clone is wasted', async () => {
    const [caller, before] = [await rig.enrol(), clones()];
    const overrides = { voice: false, first_message: true, max_duration: true };
    await rig.deps.setups.record('agent_none', { overrides, numbers: [], checked_at: nowS() });
    const settings = { ...rig.deps.settings, agentId: 'agent_none' };

    await processJob({ kind: 'threecx_clone', call: await rig.call(caller) }, rig.deadline(), {
      ...rig.deps,
      settings,
    });
    const old = await rig.call(caller);
    rig.passTime(16 * 60_000);
    await processJob({ kind: 'threecx_clone', call: old }, rig.deadline(), rig.deps);

    expect(clones()).toEqual(before);
  });
});
