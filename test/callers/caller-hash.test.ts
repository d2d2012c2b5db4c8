import { createHmac } from 'node:crypto';
import { callerHashing } from '../../lambdas/callers/caller-hash';

const under = (...values: string[]) => callerHashing({ values: () => Promise.resolve(values) }, 'NL');

describe('callerHashing', () => {
  it('given one number in several spellings, then it has one key of 64 hex digits without the number in it', async () => {
    const { hash } = under('key');
    const keys = await Promise.all(['+31612345678', '06 12345678', 'sip:+31612345678@example.com'].map(hash));

    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('given another number or another key, then it is another one', async () => {
    const keys = [await under('key').hash('+31612345678'), await under('key').hash('+31612345679')];

    expect(new Set([...keys, await under('other').hash('+31612345678')]).size).toBe(3);
  });

  it('given no number, then there is no key, and the secret is not asked for', async () => {
    const { hash, hashes } = callerHashing({ values: () => Promise.reject(new Error('down')) }, 'NL');

    expect([await hash(null), await hash(undefined), await hash('anonymous')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await hashes('anonymous')).toEqual([]);
    await expect(hash('+31612345678')).rejects.toThrow('down');
  });

  it('given two live keys, then the first makes new ones, and both find old ones', async () => {
    const { hash, hashes } = under('new', 'old');

    expect(await hash('+31612345678')).toBe(await under('new').hash('+31612345678'));
    expect(await hashes('+31612345678')).toEqual([
      await under('new').hash('+31612345678'),
      await under('old').hash('+31612345678'),
    ]);
  });

  it('given a ring of many keys, then the first makes new ones, each finds its own, and the older ones can be told apart', async () => {
    const ring = ['fifth', 'fourth', 'third', 'second', 'first'];
    const { hash, hashes, olderHashes, keysOf } = under(...ring);
    const each = await Promise.all(ring.map((key) => under(key).hash('+31612345678')));

    expect(await hash('+31612345678')).toBe(each[0]);
    expect(await hashes('+31612345678')).toEqual(each);
    expect(await olderHashes('+31612345678')).toEqual(each.slice(1));
    expect((await keysOf(['+31612345678'])).all).toEqual(each);
    expect([await olderHashes(null), await olderHashes('anonymous')]).toEqual([[], []]);
  });

  it('given a number that may mean two, then all meanings can be looked up, and the likelier one comes first', async () => {
    const { hash, hashes, keysOf } = callerHashing({ values: () => Promise.resolve(['new', 'old']) }, 'US');
    const [us, singapore] = [await hashes('+16597423989'), await hashes('+6597423989')];

    expect(await hashes('6597423989')).toEqual([...us, ...singapore]);
    expect(await hash('6597423989')).toBe(us[0]);
    expect(await keysOf(['6597423989', us[0]!, 'nobody'])).toEqual({ all: [...us, ...singapore], likely: us });
  });

  it('given a key that Precall gave as user id, then it is that key', async () => {
    const key = await under('key').hash('+31612345678');

    expect(await under('other').keysOf([key!])).toEqual({ all: [key], likely: [key] });
  });

  it('given a number and a key, then it is the HMAC of the E.164 text, as stored keys rely on', async () => {
    expect(await under('key').hash('+31612345678')).toBe(
      createHmac('sha256', 'key').update('+31612345678').digest('hex'),
    );
  });

  it('given numbers good and bad, and a secret that fails, then nothing is written anywhere', async () => {
    const outputs = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockReturnValue(true));
    const consoles = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
      vi.spyOn(console, level).mockReturnValue(undefined),
    );
    try {
      const down = callerHashing({ values: () => Promise.reject(new Error('down')) }, 'NL');
      await Promise.all(['+31612345678', '06 12345678', 'anonymous', '\u0000'].map(under('key').hash));
      const failure: unknown = await down.hash('+31612345678').catch((error: unknown) => error);

      expect(String(failure)).not.toMatch(/612345678/);
      expect([...outputs, ...consoles].flatMap(({ mock }) => mock.calls)).toEqual([]);
    } finally {
      vi.restoreAllMocks();
    }
  });
});
