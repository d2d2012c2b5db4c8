import { signatureHeader } from '../../lambdas/platform/signature';
import { type LiveSecrets, type SignedBytes, verifySender } from '../../lambdas/platform/verify-sender';

const nowMs = 1_767_225_600_000;
const body = Buffer.from('{}');
const request = (secret: string, ageS = 0) => ({
  header: signatureHeader([body], secret, nowMs / 1000 - ageS),
  signed: [body],
  nowMs,
});
const verify = (request: SignedBytes, secrets: LiveSecrets) => verifySender(request, { secrets, toleranceS: 1800 });
const secrets = (known: string[], fresh?: string[]) => {
  const asked = { again: 0 };
  return {
    asked,
    values: () => Promise.resolve(known),
    reread: () => {
      asked.again += 1;
      return Promise.resolve(fresh);
    },
  };
};

describe('verifySender', () => {
  it('given a signature of a known secret, when judged, then it passes without a second look', async () => {
    const live = secrets(['a']);

    await verify(request('a'), live);

    expect(live.asked.again).toBe(0);
  });

  it('given a secret that was rotated meanwhile, when the signature does not match, then the fresh one lets it pass', async () => {
    await expect(verify(request('new'), secrets(['old'], ['new']))).resolves.toBe(nowMs / 1000);
  });

  it.each([
    ['no fresh value', undefined],
    ['a fresh value that does not match either', ['other']],
  ])('given a wrong signature and %s, when judged, then it is 401', async (_given, fresh) => {
    await expect(verify(request('bad'), secrets(['a'], fresh))).rejects.toMatchObject({
      status: 401,
      code: 'INVALID_SIGNATURE',
    });
  });

  it('given a right signature that is too old, when judged, then it is 400 and the secrets are not read again', async () => {
    const live = secrets(['a']);

    await expect(verify(request('a', 1801), live)).rejects.toMatchObject({
      status: 400,
      code: 'SIGNATURE_EXPIRED',
    });
    expect(live.asked.again).toBe(0);
  });

  it('given an old signature of a secret that was rotated in meanwhile, when judged, then it is told to be expired', async () => {
    await expect(verify(request('new', 1801), secrets(['old'], ['new']))).rejects.toMatchObject({
      code: 'SIGNATURE_EXPIRED',
    });
  });
});
