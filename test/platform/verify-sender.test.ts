import { signatureHeader } from '../../lambdas/platform/signature';
import { bodySignature, type LiveSecrets, type SignedBytes, verifySender } from '../../lambdas/platform/verify-sender';

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

  it.each([
    ['no signature', undefined],
    ['one that cannot be read', 't=x,v0=y'],
  ])('given %s, then it is 401 without a secret being read, and it alarms nobody', async (_given, header) => {
    const unread = { values: () => Promise.reject(new Error('read')), reread: () => Promise.reject(new Error('read')) };

    await expect(verify({ header, signed: [body], nowMs }, unread)).rejects.toMatchObject({
      code: 'INVALID_SIGNATURE',
      harmless: 'unsigned',
    });
    await expect(verify(request('bad'), secrets(['a']))).rejects.toMatchObject({ harmless: undefined });
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

describe('a body of a type that does not arrive unchanged', () => {
  const policy = {
    secrets: { values: () => Promise.resolve(['s']), reread: () => Promise.resolve(undefined) },
    toleranceS: 1800,
  };
  const requestOf = (contentType: string | undefined) => ({
    header: (name: string) => (name === 'Content-Type' ? contentType : `t=1702425485,v0=${'0'.repeat(64)}`),
    body: Buffer.from('RIFF'),
    receivedAtMs: 1_702_425_485_000,
  });

  it.each(['audio/wav', 'Audio/ogg; codecs=opus', 'application/octet-stream', 'video/webm'])(
    'given %s, when its signature does not match, then the reason is named',
    async (contentType) => {
      await expect(bodySignature(policy)(requestOf(contentType))).rejects.toMatchObject({
        code: 'INVALID_PAYLOAD',
        message: expect.stringMatching(/A body of the type \S+ does not arrive unchanged, .* Send application\/json/),
      });
    },
  );

  it.each(['application/json', 'text/plain', undefined])(
    'given %s, then it is still the signature',
    async (contentType) => {
      await expect(bodySignature(policy)(requestOf(contentType))).rejects.toMatchObject({ code: 'INVALID_SIGNATURE' });
    },
  );
});
