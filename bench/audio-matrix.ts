/**
 * Encodes one recording with every encoder of this machine, at several rates and lengths, and compares what
 * `measureSample` says with a full decode by ffmpeg. Prints false refusals, false acceptances and the worst difference;
 * exits with 1 where there are any, or the difference is over 50 ms. What is not installed is left out.
 *
 *   apt-get install ffmpeg sox libsox-fmt-all lame opus-tools vorbis-tools gstreamer1.0-tools gstreamer1.0-plugins-good
 *   node --import tsx bench/audio-matrix.ts recording.wav
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureSample } from '../lambdas/samples/measure-sample';

const limits = { minDurationS: 3, minSampleRateHz: 16_000, maxBytes: 10_485_760 };
const maxDifferenceMs = 50;
const rates = [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000];
const lengths = [2.95, 3.05, 7.3];

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

const run = (command: readonly string[], input: string, output: string): boolean => {
  const [program = '', ...parameters] = command.map((part) => part.replace('IN', input).replace('OUT', output));
  try {
    execFileSync(program, parameters, { stdio: 'ignore' });
    return existsSync(output) && statSync(output).size > 0;
  } catch {
    return false;
  }
};

const decode = (file: string): { readonly seconds: number; readonly rateHz: number } => {
  const show = ['-v', 'quiet', '-select_streams', 'a:0', '-show_entries', 'stream=sample_rate', '-of', 'csv=p=0', file];
  const rateHz = Number.parseInt(execFileSync('ffprobe', show, { encoding: 'utf8' }), 10);
  const raw = ['-v', 'quiet', '-i', file, '-f', 'u8', '-ac', '1', '-ar', String(rateHz), '-'];
  return { seconds: execFileSync('ffmpeg', raw, { maxBuffer: 2 ** 30 }).length / rateHz, rateHz };
};

const compare = async (file: string): Promise<{ readonly problem?: string; readonly differenceMs: number }> => {
  const { seconds, rateHz } = decode(file);
  const isFit = seconds >= limits.minDurationS && rateHz >= limits.minSampleRateHz;
  try {
    const { durationS } = await measureSample(readFileSync(file), limits);
    return { differenceMs: Math.abs(durationS - seconds) * 1_000, ...(!isFit && { problem: 'falsely accepted' }) };
  } catch (error) {
    return { differenceMs: 0, ...(isFit && { problem: `falsely refused: ${String(error)}` }) };
  }
};

const main = async (folder: string, recording: string): Promise<boolean> => {
  const problems: string[] = [];
  let files = 0;
  let worst = { differenceMs: 0, name: '' };
  for (const rateHz of rates)
    for (const length of lengths) {
      const input = join(folder, 'in.wav');
      run(ffmpeg('-t', String(length), '-ar', String(rateHz), '-ac', '1'), recording, input);
      for (const [encoder, command] of Object.entries(encoders)) {
        const name = `${length} s, ${rateHz} Hz, ${encoder}`;
        const output = join(folder, encoder);
        rmSync(output, { force: true });
        if (!run(command, input, output)) continue;
        files += 1;
        const { problem, differenceMs } = await compare(output);
        if (problem !== undefined) problems.push(`${name}: ${problem}`);
        if (differenceMs > worst.differenceMs) worst = { differenceMs, name };
      }
    }
  console.log(`${files} files, ${problems.length} problems, worst ${worst.differenceMs.toFixed(1)} ms (${worst.name})`);
  console.log(problems.join('\n'));
  return problems.length === 0 && worst.differenceMs <= maxDifferenceMs;
};

const folder = mkdtempSync(join(tmpdir(), 'audio-matrix-'));
void main(folder, process.argv[2] ?? join(__dirname, '..', 'events', 'samples', 'caller.wav'))
  .then((isGood) => (process.exitCode = isGood ? 0 : 1))
  .finally(() => rmSync(folder, { recursive: true }));
