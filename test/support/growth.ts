const factor = 8;
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
 * Whether work on eight times as much costs about eight times as much, by the least CPU time of three tries each. What grows with the
 * square costs 64 times as much. `size` is the larger one.
 */
export const growsLinearly = async (size: number, work: (size: number) => unknown): Promise<boolean> => {
  const small = await leastOf(() => work(size / factor));
  const large = await leastOf(() => work(size));
  return large < Math.max(small * factor * 3, negligible);
};
