import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { measureSample } from '../lambdas/samples/measure-sample';

/** Measures the files named on the command line in turn and prints what the last one cost, as JSON. */
const main = async (): Promise<void> => {
  const limits = { minDurationS: 3, minSampleRateHz: 16_000, maxBytes: 10_485_760 };
  const [file = '', ...warmUps] = process.argv.slice(2);
  for (const warmUp of warmUps) await measureSample(readFileSync(warmUp), limits);
  const bytes = readFileSync(file);
  // From now on, the peak is that of this file.
  if (existsSync('/proc/self/clear_refs')) writeFileSync('/proc/self/clear_refs', '5');
  const rssBefore = process.memoryUsage.rss();
  const cpuBefore = process.cpuUsage();
  const outcome = await measureSample(bytes, limits).then(
    ({ durationS }) => `${durationS.toFixed(2)} s`,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const { user, system } = process.cpuUsage(cpuBefore);
  const cost = { outcome, cpuMs: (user + system) / 1000, extraMb: Math.max(0, peakBytes() - rssBefore) / 1e6 };
  console.log(JSON.stringify(cost));
};

/** The process's own peak; resourceUsage() starts at the parent's, and is the only figure where there is no /proc. */
const peakBytes = (): number => {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const peakKb = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
  return 1024 * (peakKb === undefined ? process.resourceUsage().maxRSS : Number(peakKb));
};

void main();
