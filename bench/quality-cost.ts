/**
 * What judging the sound of a sample adds: to the bundle, in bytes, and to a pre-call, in milliseconds of CPU, at first
 * in a new process and when it is warm. All files take turns, so that other programs slow down all alike; the CPU time
 * in which an empty Node starts stands beside them as a measure of the machine. Exits with 1 over 75 ms at first or
 * 30 ms warm, by the median.
 *
 *   node --import tsx bench/quality-cost.ts [recording...]
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import * as z from 'zod';
import { bundleOf } from '../lib/bundles';

const processes = 15;
const maxFirstMs = 75;
const maxWarmMs = 30;
const root = join(__dirname, '..');
const decoders = ['mpg123-decoder', 'opus-decoder'];
const judging =
  /^lambdas\/samples\/(assess-quality|decode|stop-after|audio\/(sound-levels|sample-quality|pcm-reader|\w+-sound))/;
const defaultFiles = ['events/samples/caller.wav', 'events/samples/caller.mp3', 'test/fixtures/sounds/speech.ogg'];

const run = (...parameters: string[]): number[] =>
  z.array(z.number()).parse(JSON.parse(execFileSync(process.execPath, parameters, { encoding: 'utf8' })));

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;

const inMs = (values: readonly number[]): string =>
  `median ${median(values).toFixed(0).padStart(3)} ms, least ${Math.min(...values)
    .toFixed(0)
    .padStart(3)} ms`;

const buildWorker = (folder: string): string => {
  const worker = join(folder, 'index.js');
  const { metafile } = buildSync({
    entryPoints: [join(__dirname, 'quality-cost-worker.ts')],
    outfile: worker,
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    external: decoders,
    minify: true,
    keepNames: true,
    metafile: true,
    absWorkingDir: root,
  });
  cpSync(join(bundleOf('precall'), 'node_modules'), join(folder, 'node_modules'), { recursive: true });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const bytes = inputs.reduce((sum, [name, { bytesInOutput }]) => sum + (judging.test(name) ? bytesInOutput : 0), 0);
  console.log(
    `bundle of the pre-call ${statSync(join(bundleOf('precall'), 'index.js')).size} bytes, of that ${bytes} judge`,
  );
  for (const name of decoders) {
    const read = statSync(join(folder, 'node_modules', name, 'src', 'EmscriptenWasm.js')).size;
    console.log(`${name}: ${read} bytes, read on first use`);
  }
  return worker;
};

const main = (folder: string, files: readonly string[]): boolean => {
  const worker = buildWorker(folder);
  const starts: number[] = [];
  const found = files.map((file) => ({ file, first: [] as number[], warm: [] as number[] }));
  for (let n = 0; n < processes; n += 1) {
    starts.push(...run('-p', 'const { user, system } = process.cpuUsage(); `[${(user + system) / 1000}]`'));
    for (const { file, first, warm } of found) {
      const [once = NaN, ...others] = run(worker, file);
      first.push(once);
      warm.push(median(others.slice(others.length / 2)));
    }
  }
  console.log(`an empty Node: ${inMs(starts)}`);
  for (const { file, first, warm } of found)
    console.log(`${basename(file).padEnd(24)} first ${inMs(first)}   warm ${inMs(warm)}`);
  return found.every(({ first, warm }) => median(first) <= maxFirstMs && median(warm) <= maxWarmMs);
};

const folder = mkdtempSync(join(tmpdir(), 'quality-cost-'));
const files = process.argv.slice(2);
try {
  process.exitCode = main(folder, files.length > 0 ? files : defaultFiles.map((file) => join(root, file))) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
