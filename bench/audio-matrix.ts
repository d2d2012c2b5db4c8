/**
 * Encodes one recording with every encoder of this machine, at several rates and lengths, and compares what
 * `measureSample` says with a full decode by ffmpeg. Prints false refusals, false acceptances, warnings and the worst
 * difference; exits with 1 where there are any, or the difference is over 50 ms. What is not installed is left out. It
 * goes through the combinations in an order that is the same each time, and stops after MATRIX_MINUTES (4).
 *
 *   apt-get install ffmpeg sox libsox-fmt-all lame opus-tools vorbis-tools gstreamer1.0-tools gstreamer1.0-plugins-good
 *   node --import tsx bench/audio-matrix.ts recording.wav
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { measureSample } from '../lambdas/samples/measure-sample';

const limits = { minDurationS: 3, minSampleRateHz: 16_000, maxBytes: 10_485_760 };
const maxDifferenceMs = 50;
const rates = [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000];
const lengths = [2.95, 3.05, 7.3];
const maxMs = Number(process.env['MATRIX_MINUTES'] ?? 4) * 60_000;
const atOnce = 2;
/** A prime number, so that every combination is met. */
const stride = 389;

/** A command per file name; `IN` and `OUT` stand for the files. */
const ffmpeg = (...options: string[]): string[] => ['ffmpeg', '-v', 'error', '-y', '-i', 'IN', ...options, 'OUT'];
const gst = (...elements: string[]): string[] =>
  ['gst-launch-1.0', '-q', 'filesrc', 'location=IN', '!', 'wavparse', '!', 'audioconvert', '!', 'audioresample', '!']
    .concat(elements.flatMap((element) => [element, '!']))
    .concat('filesink', 'location=OUT');
const wavCodecs = ['pcm_u8', 'pcm_s24le', 'pcm_s32le', 'pcm_f32le', 'pcm_f64le', 'pcm_mulaw', 'pcm_alaw', 'adpcm_ms'];
const encoders: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    [...wavCodecs, 'adpcm_ima_wav', 'g722', 'libmp3lame'].map((codec) => [
      `ffmpeg-${codec}.wav`,
      ffmpeg('-c:a', codec),
    ]),
  ),
  'ffmpeg-rf64.wav': ffmpeg('-rf64', 'always'),
  'sox-big-endian.wav': ['sox', '-q', 'IN', '-B', 'OUT'],
  'sox-ima.wav': ['sox', '-q', 'IN', '-e', 'ima-adpcm', 'OUT'],
  'sox-gsm.wav': ['sox', '-q', 'IN', '-e', 'gsm-full-rate', 'OUT'],
  'ffmpeg-vbr.mp3': ffmpeg('-c:a', 'libmp3lame', '-q:a', '4'),
  'ffmpeg-cbr.mp3': ffmpeg('-c:a', 'libmp3lame', '-b:a', '64k'),
  'ffmpeg-bare.mp3': ffmpeg('-c:a', 'libmp3lame', '-q:a', '6', '-write_xing', '0'),
  'lame-vbr.mp3': ['lame', '--quiet', '-V4', 'IN', 'OUT'],
  'lame-bare.mp3': ['lame', '--quiet', '-t', '-b', '64', 'IN', 'OUT'],
  'sox.mp3': ['sox', '-q', 'IN', 'OUT'],
  'gst.mp3': gst('lamemp3enc'),
  'oggenc.ogg': ['oggenc', '-Q', '-q', '3', '-o', 'OUT', 'IN'],
  'sox.ogg': ['sox', '-q', 'IN', 'OUT'],
  'ffmpeg-vorbis.ogg': ffmpeg('-c:a', 'libvorbis'),
  'gst-vorbis.ogg': gst('vorbisenc', 'oggmux'),
  ...Object.fromEntries(
    ['2.5', '10', '20', '60'].map((ms) => [
      `opusenc-${ms}.ogg`,
      ['opusenc', '--quiet', '--framesize', ms, 'IN', 'OUT'],
    ]),
  ),
  'ffmpeg-opus.ogg': ffmpeg('-c:a', 'libopus', '-ar', '48000', '-b:a', '24k'),
  'gst-opus.ogg': gst('opusenc', 'oggmux'),
};

const execute = promisify(execFile);

const run = async (command: readonly string[], input: string, output: string): Promise<boolean> => {
  const [program = '', ...parameters] = command.map((part) => part.replace('IN', input).replace('OUT', output));
  try {
    await execute(program, parameters);
    return existsSync(output) && statSync(output).size > 0;
  } catch {
    return false;
  }
};

/** What ffmpeg decodes, by the WAV that it writes: the rate is in its header, and every sample has one byte. */
const decode = async (file: string): Promise<{ readonly seconds: number; readonly rateHz: number }> => {
  const parameters = ['-v', 'quiet', '-i', file, '-map', '0:a:0', '-ac', '1', '-c:a', 'pcm_u8', '-f', 'wav', '-'];
  const { stdout } = await execute('ffmpeg', parameters, { encoding: 'buffer', maxBuffer: 2 ** 30 });
  const rateHz = stdout.readUInt32LE(24);
  return { seconds: (stdout.length - stdout.indexOf('data') - 8) / rateHz, rateHz };
};

interface Comparison {
  readonly problem?: string;
  readonly differenceMs: number;
  readonly warnings: readonly string[];
}

const compare = async (file: string): Promise<Comparison> => {
  const { seconds, rateHz } = await decode(file);
  const isFit = seconds >= limits.minDurationS && rateHz >= limits.minSampleRateHz;
  try {
    const { durationS, warnings } = await measureSample(readFileSync(file), limits);
    const differenceMs = Math.abs(durationS - seconds) * 1_000;
    const codes = warnings.map(({ code }) => code);
    return { differenceMs, warnings: codes, ...(!isFit && { problem: 'falsely accepted' }) };
  } catch (error) {
    return { differenceMs: 0, warnings: [], ...(isFit && { problem: `falsely refused: ${String(error)}` }) };
  }
};

interface Combination {
  readonly input: string;
  readonly length: number;
  readonly rateHz: number;
  readonly encoder: string;
}

/** Every combination, in an order in which any part of them has all rates, lengths and encoders. */
const combinations = async (folder: string, recording: string): Promise<readonly Combination[]> => {
  const all: Combination[] = [];
  for (const rateHz of rates)
    for (const length of lengths) {
      const input = join(folder, `${rateHz}-${length}.wav`);
      await run(ffmpeg('-t', String(length), '-ar', String(rateHz), '-ac', '1'), recording, input);
      all.push(...Object.keys(encoders).map((encoder) => ({ input, length, rateHz, encoder })));
    }
  return all.map((_, n) => all[(n * stride) % all.length]!);
};

const main = async (folder: string, recording: string): Promise<boolean> => {
  const endMs = Date.now() + maxMs;
  const all = await combinations(folder, recording);
  const left = [...all];
  const found: (Comparison & { readonly name: string })[] = [];
  const work = async (worker: number): Promise<void> => {
    for (let next = left.shift(); next !== undefined && Date.now() < endMs; next = left.shift()) {
      const output = join(folder, `${worker}-${next.encoder}`);
      rmSync(output, { force: true });
      if (!(await run(encoders[next.encoder] ?? [], next.input, output))) continue;
      found.push({ name: `${next.length} s, ${next.rateHz} Hz, ${next.encoder}`, ...(await compare(output)) });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, worker) => work(worker)));
  return report(all.length, left.length, found);
};

const report = (all: number, left: number, found: readonly (Comparison & { readonly name: string })[]): boolean => {
  const problems = found.filter(({ problem }) => problem !== undefined);
  const count = (start: string): number => problems.filter(({ problem = '' }) => problem.startsWith(start)).length;
  const [worst] = found.toSorted((one, other) => other.differenceMs - one.differenceMs);
  const worstMs = worst?.differenceMs ?? NaN;
  console.log(`${found.length} files compared; ${left} of ${all} combinations left when the time was up`);
  console.log(`false refusals ${count('falsely refused')}, false acceptances ${count('falsely accepted')}`);
  console.log(`worst difference ${worstMs.toFixed(1)} ms (${worst?.name ?? ''})`);
  for (const { name, problem } of problems) console.log(`  ${name}: ${problem}`);
  for (const { name, warnings } of found) if (warnings.length > 0) console.log(`  ${name}: ${warnings.join(' ')}`);
  return problems.length === 0 && worstMs <= maxDifferenceMs;
};

const folder = mkdtempSync(join(tmpdir(), 'audio-matrix-'));
void main(folder, process.argv[2] ?? join(__dirname, '..', 'events', 'samples', 'caller.wav'))
  .then((isGood) => (process.exitCode = isGood ? 0 : 1))
  .finally(() => rmSync(folder, { recursive: true }));
