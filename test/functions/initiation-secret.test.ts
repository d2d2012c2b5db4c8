import { verifySecret } from '../../lambdas/initiation/verify-secret';

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
const refused = { status: 401, code: 'INVALID_SECRET' };

describe('the secret of the conversation-initiation webhook', () => {
  it.each([['new'], ['old']])(
    'given the live secret %s of two, when judged, then it passes without a second look',
    async (claimed) => {
      const live = secrets(['new', 'old']);

      await verifySecret(claimed, live);

      expect(live.asked.again).toBe(0);
    },
  );

  it('given a secret that was rotated meanwhile, when it does not fit, then the fresh one lets it pass', async () => {
    await expect(verifySecret('new', secrets(['old'], ['new', 'old']))).resolves.toBeUndefined();
  });

  it.each([
    ['no fresh value', undefined],
    ['a fresh value that does not fit either', ['other']],
  ])('given a wrong secret and %s, when judged, then it is 401', async (_given, fresh) => {
    await expect(verifySecret('bad', secrets(['a'], fresh))).rejects.toMatchObject(refused);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
  ])('given %s, when judged, then it is 401 without a second look', async (_given, claimed) => {
    const live = secrets(['a']);

    await expect(verifySecret(claimed, live)).rejects.toMatchObject(refused);
    expect(live.asked.again).toBe(0);
  });

  it('given no secret that is configured, when judged, then nobody gets in', async () => {
    const notConfigured = new Error('not configured');
    const live = { values: () => Promise.reject(notConfigured), reread: () => Promise.resolve(undefined) };

    await expect(verifySecret('x', live)).rejects.toBe(notConfigured);
    await expect(verifySecret(undefined, live)).rejects.toMatchObject({ ...refused, harmless: 'unsigned' });
  });
});
