import * as z from 'zod';
import { parseEnv } from '../../lambdas/platform/env';
import { lazy } from '../../lambdas/platform/lazy';

describe('lazy', () => {
  it('given a value, when asked for twice, then it is made once', async () => {
    let made = 0;
    const value = lazy(() => Promise.resolve((made += 1)));

    expect([await value(), await value()]).toEqual([1, 1]);
  });

  it('given a failure, when asked again, then it is made again', async () => {
    let tries = 0;
    const value = lazy(() => ((tries += 1) === 1 ? Promise.reject(new Error('cold')) : Promise.resolve('made')));

    await expect(value()).rejects.toThrow('cold');
    expect(await value()).toBe('made');
  });
});

describe('parseEnv', () => {
  const schema = z.object({ TABLE: z.string().min(1), TTL: z.coerce.number().positive() });

  it('given a fitting environment, when parsed, then it is typed', () => {
    expect(parseEnv(schema, { TABLE: 't', TTL: '5', MORE: 'x' })).toEqual({ TABLE: 't', TTL: 5 });
  });

  it('given faults, when parsed, then one error names them all and quotes no value', () => {
    expect(() => parseEnv(schema, { TTL: 'secret' })).toThrow(/TABLE: .*TTL: /);
    expect(() => parseEnv(schema, { TTL: 'secret' })).not.toThrow(/secret/);
  });
});
