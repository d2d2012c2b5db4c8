/**
 * What the costliest files cost the audio guard: each of 10,485,760 bytes, in a process of its own that is warm,
 * against the bars of 300 ms of CPU and 100 MB. It runs the guard bundled as Lambda runs it. Exits with 1 when a bar is
 * broken.
 *
 * Measures recordings instead if any are named: against 30 ms and 20 MB.
 *
 *   node --import tsx bench/audio-guard.ts [recording …]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import * as z from 'zod';
import { audioBombs } from '../test/support/audio-bombs/all';

const fileBytes = 10_485_760;
const named = process.argv.slice(2);
const recordings = named.map((path) => ({ name: basename(path), make: () => readFileSync(path) }));
const [maxCpuMs, maxExtraMb] = named.length > 0 ? [30, 20] : [300, 100];
const fixtures = ['wav-16khz-16bit.wav', 'mp3-44khz-vbr-bare.mp3', 'ogg-16khz-opus.ogg'];

const costSchema = z.object({ outcome: z.string(), cpuMs: z.number(), extraMb: z.number() });

const run = (folder: string): boolean => {
  const worker = join(folder, 'worker.cjs');
  const entry = join(__dirname, 'audio-guard-worker.ts');
  buildSync({ entryPoints: [entry], outfile: worker, bundle: true, platform: 'node', mainFields: ['module', 'main'] });
  const warmUps = fixtures.map((name) => join(__dirname, '..', 'test', 'fixtures', 'audio', name));
  let isWithinBars = true;
  console.log(`${'file'.padEnd(52)} CPU ms  + MB  outcome`);
  for (const { name, make } of named.length > 0 ? recordings : audioBombs) {
    const file = join(folder, 'bomb');
    writeFileSync(file, make(fileBytes));
    const answer = execFileSync(process.execPath, [worker, file, ...warmUps], { encoding: 'utf8' });
    const { outcome, cpuMs, extraMb } = costSchema.parse(JSON.parse(answer));
    const isCheap = cpuMs < maxCpuMs && extraMb < maxExtraMb;
    isWithinBars &&= isCheap;
    const figures = `${cpuMs.toFixed(1).padStart(6)} ${extraMb.toFixed(1).padStart(5)}`;
    console.log(`${name.padEnd(52)} ${figures}  ${isCheap ? '' : 'TOO MUCH '}${outcome}`);
  }
  return isWithinBars;
};

const folder = mkdtempSync(join(tmpdir(), 'audio-guard-'));
try {
  process.exitCode = run(folder) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
