const factor = 32;
const tries = 3;

/** CPU time of this process, so that other programs on the machine don't count, in microseconds. */
const cpuOf = async (work: () => unknown): Promise<number> => {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return user + system;
};

const leastOf = async (work: () => unknown): Promise<number> => {
  const times: number[] = [];
  for (let n = 0; n < tries; n += 1) times.push(await cpuOf(work));
  return Math.min(...times);
};

/** What takes less is fast however it grows, and too short to compare, in microseconds. */
const negligible = 50_000;

/**
 * Whether work on `size` costs about as much as 32 times the work on a 32nd of it, by the least CPU time of three tries
 * each: equal amounts of work meet the same compiler, collector and clock. What grows with the square costs 32 times as
 * much, so eight times is a bound that neither comes near.
 */
export const growsLinearly = async (size: number, work: (size: number) => unknown): Promise<boolean> => {
  const inParts = async (): Promise<void> => {
    for (let n = 0; n < factor; n += 1) await work(size / factor);
  };
  const parts = await leastOf(inParts);
  const whole = await leastOf(() => work(size));
  return whole < Math.max(parts * 8, negligible);
};
