import { recordEnrolment } from '../../lambdas/callers/caller-changes';
import { obtainCallerVoice } from '../../lambdas/voices/caller-voice';
import { cacheS, type CloneRig, leaseMs, startCloneRig } from '../support/clone-rig';
import { until } from '../support/eventually';

let rig: CloneRig;

beforeAll(async () => {
  rig = await startCloneRig();
});
afterAll(() => rig.close());
afterEach(() => rig.elevenLabs.clearFaults());

const obtain = (callerHash: string) => obtainCallerVoice(callerHash, rig.deadline(), rig.deps);
const clones = () => rig.elevenLabs.state.voices.filter(({ category }) => category === 'cloned').map((v) => v.voiceId);
const nowS = () => Math.floor(rig.deps.nowMs() / 1000);
const offered = async (callerHash: string) => (await rig.deps.callers.read(callerHash, nowS()))?.reusable;

describe('obtainCallerVoice', () => {
  it('given a sample, when obtained twice, then one clone is made, durable for the cache’s time', async () => {
    const caller = await rig.enrol('one', 'Ivan');
    const before = clones().length;

    const first = await obtain(caller);
    const second = await obtain(caller);

    expect(first.outcome).toBe('cloned');
    expect(second).toEqual({ ...first, outcome: 'cached' });
    expect(clones()).toHaveLength(before + 1);
    const made = (await offered(caller))!;
    expect(await rig.deps.voices.read(made.voice_id)).toMatchObject({
      state: 'live',
      users: {},
      agents: {},
      caller_hash: caller,
      retain_s: cacheS,
      expires_at: made.valid_until,
    });
    const { name, description } = rig.elevenLabs.state.voices.find(({ voiceId }) => voiceId === made.voice_id)!;
    expect(name).toMatch(/^Ivan_Clone_\d{8}_\d{6}_[0-9a-f]{8}$/);
    expect(description).toMatch(/^Instant clone for conversation caller_[0-9a-f]{24} \[precall\/0011223344556677\]$/);
  });

  it('given ten attempts at once, then one clone is made, and the others are told of it or of the claim', async () => {
    const caller = await rig.enrol();
    const before = clones().length;

    const outcomes = (await Promise.all(Array.from({ length: 10 }, () => obtain(caller)))).map(
      ({ outcome }) => outcome,
    );

    expect(clones()).toHaveLength(before + 1);
    expect(outcomes.filter((outcome) => outcome === 'cloned')).toHaveLength(1);
    expect(outcomes.filter((outcome) => !['cloned', 'cached', 'claimed'].includes(outcome))).toEqual([]);
  });

  it('given a voice that lives on, but not through the longest call, then it is extended and not cloned', async () => {
    const caller = await rig.enrol();
    const first = await obtain(caller);
    const before = clones().length;
    rig.passTime((cacheS - 1800) * 1000);

    expect(await obtain(caller)).toEqual({ ...first, outcome: 'cached' });

    expect(clones()).toHaveLength(before);
    const { voice_id, valid_until } = (await offered(caller))!;
    expect(valid_until).toBeGreaterThanOrEqual(nowS() + cacheS - 5);
    expect((await rig.deps.voices.read(voice_id))?.expires_at).toBe(valid_until);
  });

  it('given a voice whose time is over, then another is made', async () => {
    const caller = await rig.enrol();
    const first = await obtain(caller);
    rig.passTime((cacheS + 60) * 1000);

    const second = await obtain(caller);

    expect(second.outcome).toBe('cloned');
    expect(second).not.toEqual(first);
  });

  it('given a clone whose answer got lost, then nothing is made until the lease ends, and then it is found and kept', async () => {
    const caller = await rig.enrol();
    const before = clones().length;
    rig.elevenLabs.addFault({ operation: 'createVoice', effect: 'after', action: { kind: 'reset' } });

    await expect(obtain(caller)).rejects.toMatchObject({ code: 'connection_lost' });
    expect(await obtain(caller)).toMatchObject({ outcome: 'claimed' });
    rig.passTime(leaseMs + 1);

    expect(await obtain(caller)).toEqual({ outcome: 'cloned', voiceId: clones().at(-1) });
    expect(clones()).toHaveLength(before + 1);
  });

  it('given a clone that was refused, then the claim is given back, and the next attempt makes one', async () => {
    const caller = await rig.enrol();
    rig.elevenLabs.addFault({
      operation: 'createVoice',
      action: { kind: 'error', status: 400, code: 'voice_limit_reached' },
    });

    await expect(obtain(caller)).rejects.toMatchObject({ code: 'voice_limit_reached' });

    expect((await obtain(caller)).outcome).toBe('cloned');
  });

  it('given a caller who is erased while the clone is made, then the clone is deleted and offered to nobody', async () => {
    const caller = await rig.enrol();
    rig.elevenLabs.addFault({ operation: 'createVoice', action: { kind: 'slow', ms: 1_500 } });
    const before = rig.elevenLabs.seen.length;

    const obtaining = obtain(caller);
    await until(() => rig.elevenLabs.seen.slice(before).some(({ operation }) => operation === 'createVoice'));
    await rig.deps.callers.erase(caller, nowS(), nowS() + 86_400);

    expect(await obtaining).toEqual({ outcome: 'lost' });
    const made = clones().at(-1)!;
    expect(rig.deletions).toContainEqual({ reason: 'voice_expired', voice_id: made });
    expect((await rig.deps.voices.read(made))?.state).toBe('deleting');
    expect(await offered(caller)).toBeUndefined();
  });

  it.each([
    ['nobody knows', () => Promise.resolve('0'.repeat(64))],
    [
      'has lost the sample',
      async () => {
        const caller = await rig.enrol();
        await rig.stores.empty();
        const nowSeconds = nowS();
        const sample = { key: `callers/${caller}/gone.wav`, sha256: '0'.repeat(64), format: 'wav' as const };
        const times = { signedAtS: nowSeconds, expiresAtS: nowSeconds + 3600 };
        await rig.deps.callers.change(
          caller,
          recordEnrolment({ name: undefined, samples: [sample], ...times }, nowSeconds),
        );
        return caller;
      },
    ],
  ])('given a caller that %s, then there is no voice, and no claim is left', async (_whom, make) => {
    const caller = await make();

    expect(await obtain(caller)).toEqual({ outcome: 'no_sample' });
    expect((await rig.deps.callers.read(caller, nowS()))?.clone).toBeUndefined();
  });
});
