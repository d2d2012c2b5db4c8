import { enrolledSampleKey } from '../../lambdas/callers/caller';
import { giveConsent, recordEnrolment } from '../../lambdas/callers/caller-changes';
import { withdrawFor, type WithdrawDeps } from '../../lambdas/callers/withdrawal/withdraw-consent';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(() => rig.reset());
afterAll(() => rig.close());

const number = '+31612345678';
const sample = (letter: string) => ({ sha256: letter.repeat(64), format: 'wav' as const });

/** The two steps of an enrolment with consent. */
const enrolment = async (letter: string, signedAtS: number) => {
  const { archive, callers, callerHash } = rig.deps;
  const hash = (await callerHash(number))!;
  const key = enrolledSampleKey(hash, sample(letter));
  const times = { signedAtS, expiresAtS: signedAtS + 86_400 };
  return {
    hash,
    key,
    store: () => archive.put(key, 'sound', 'audio/wav'),
    name: async () => {
      await callers.change(hash, giveConsent({ textVersion: 'v1', ...times }, signedAtS));
      const samples = [{ key, ...sample(letter) }];
      return callers.change(hash, recordEnrolment({ name: 'Ivan', samples, ...times }, signedAtS));
    },
  };
};

describe('a withdrawal while the caller enrols again', () => {
  it('given a later enrolment that arrives after the withdrawal read its caller, then its samples stay', async () => {
    const nowS = Math.floor(Date.now() / 1000);
    const earlier = await enrolment('a', nowS - 100);
    const later = await enrolment('b', nowS);
    await earlier.store();
    await earlier.name();
    const change: WithdrawDeps['callers']['change'] = async (...args) => {
      await later.store();
      await later.name();
      return rig.deps.callers.change(...args);
    };
    const deps = { ...rig.deps, objects: rig.deps.archive, keptS: 86_400, nowMs: Date.now };

    await withdrawFor([later.hash], nowS - 10, { ...deps, callers: { ...rig.deps.callers, change } });

    expect(await rig.samples()).toEqual([later.key]);
  });

  it('given a later enrolment that has stored its samples, when it names them, then they still exist', async () => {
    const nowS = Math.floor(Date.now() / 1000);
    const earlier = await enrolment('a', nowS - 100);
    const later = await enrolment('b', nowS);
    await earlier.store();
    await earlier.name();
    await later.store();

    const deps = { ...rig.deps, objects: rig.deps.archive, keptS: 86_400, nowMs: Date.now };
    await withdrawFor([later.hash], nowS - 10, deps);

    expect(await later.name()).toBe(true);
    expect(await rig.samples()).toEqual([later.key]);
  });
});
