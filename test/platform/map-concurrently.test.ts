import { setTimeout as pause } from 'node:timers/promises';
import { mapConcurrently } from '../../lambdas/platform/map-concurrently';

describe('mapConcurrently', () => {
  it('given more work than may run at once, then results keep their order, and never more run', async () => {
    let [running, peak] = [0, 0];
    const work = async (n: number): Promise<number> => {
      peak = Math.max(peak, (running += 1));
      await pause(10 - n);
      running -= 1;
      return n * 2;
    };

    expect(await mapConcurrently([0, 1, 2, 3, 4, 5, 6], 3, work)).toEqual([0, 2, 4, 6, 8, 10, 12]);
    expect(peak).toBe(3);
  });

  it('given nothing to do, then nothing is done', async () => {
    expect(await mapConcurrently([], 5, () => Promise.reject(new Error('not called')))).toEqual([]);
  });

  it('given a failure, then it is thrown, and what waits is not begun', async () => {
    const begun: number[] = [];
    const work = async (n: number): Promise<void> => {
      begun.push(n);
      await pause(1);
      if (n === 0) throw new Error('broken');
    };

    await expect(mapConcurrently([0, 1, 2, 3], 2, work)).rejects.toThrow('broken');
    await pause(10);
    expect(begun).toEqual([0, 1]);
  });
});
