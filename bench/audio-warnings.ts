/**
 * Checks the warnings about recordings. espeak-ng speaks 50 ordinary ones, in different voices, levels and noises, as
 * WAV, MP3 and Opus: none may get a warning. Poor recordings of each kind must get theirs. Otherwise exits with 1.
 *
 *   apt-get install espeak-ng ffmpeg
 *   node --import tsx bench/audio-warnings.ts
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureSample } from '../lambdas/samples/measure-sample';

const limits = { minDurationS: 3, minSampleRateHz: 16_000, maxBytes: 10_485_760 };
const formats: Readonly<Record<string, readonly string[]>> = {
  wav: ['-c:a', 'pcm_s16le'],
  mp3: ['-c:a', 'libmp3lame', '-b:a', '64k'],
  ogg: ['-c:a', 'libopus', '-ar', '48000', '-b:a', '24k'],
};
const voices = ['en', 'en+f3', 'en-us+m7', 'de', 'de+f2', 'nl', 'fr+f4', 'es', 'ru', 'ru+f1'];
const speeds = [110, 150, 190];
/** Of the peaks, in dB: espeak-ng's own are near full scale. */
const levels = [0, -3, -6, -12, -18];
/** What is around the voice: noise, hum, a room, a telephone, a compressor, pauses. */
const surroundings = [
  'anull',
  'aeval=val(0)+0.003*(random(0)-0.5):c=same',
  'aeval=val(0)+0.004*sin(2*PI*50*t):c=same',
  'aecho=0.8:0.6:40|90:0.3|0.2',
  'highpass=f=300,lowpass=f=3400',
  'acompressor=threshold=-24dB:ratio=8:makeup=4',
  'adelay=1500,apad=pad_dur=2',
];
const recordings = 50;
const text =
  'Good morning. This is a recording of my own voice. I read a few sentences, with pauses, as I would speak on the ' +
  'telephone. The weather is fine, and the train is late again. Could you call me back, please? Thank you.';

/** Poor recordings: the filter that makes each out of a good one, and the code of its warning. */
const poor: readonly (readonly [filter: string, code: string])[] = [
  ['volume=-60dB', 'too_quiet'],
  ['volume=36dB', 'clipped'],
  ['aeval=0.3*sin(2*PI*440*t):c=same', 'no_speech'],
  ["volume='between(t,2,2.7)':eval=frame", 'little_speech'],
  ['volume=0', 'silence'],
];

const speak = (file: string, voice: string, speed: number): void =>
  void execFileSync('espeak-ng', ['-v', voice, '-s', String(speed), '-w', file, text]);

const convert = (input: string, output: string, filter: string, options: readonly string[]): void => {
  const shape = ['-af', filter, '-ac', '1', '-ar', '44100', '-t', '20'];
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', input, ...shape, ...options, output]);
};

/** The codes of what is said of a file; silence is refused. */
const codesOf = async (file: string): Promise<readonly string[]> => {
  try {
    return (await measureSample(readFileSync(file), limits)).warnings.map(({ code }) => code);
  } catch (error) {
    return [String(error).includes('is silent') ? 'silence' : String(error)];
  }
};

const main = async (folder: string): Promise<boolean> => {
  const spoken = join(folder, 'spoken.wav');
  let wrong = 0;
  let missing = 0;
  const judge = async (filter: string, expected: readonly string[], name: string): Promise<void> => {
    for (const [format, options] of Object.entries(formats)) {
      const file = join(folder, `sample.${format}`);
      convert(spoken, file, filter, options);
      const codes = await codesOf(file);
      const isRight = expected.length === 0 ? codes.length === 0 : expected.every((code) => codes.includes(code));
      if (isRight) continue;
      if (expected.length === 0) wrong += 1;
      else missing += 1;
      console.log(`  ${format}, ${name}: ${codes.join(' ') || 'nothing'}`);
    }
  };
  for (let n = 0; n < recordings; n += 1) {
    const [voice = '', speed = 0] = [voices[n % voices.length], speeds[n % speeds.length]];
    const [level, around = ''] = [levels[n % levels.length], surroundings[n % surroundings.length]];
    speak(spoken, voice, speed);
    await judge(`volume=${level}dB,${around}`, [], `${voice}, ${speed}, ${level} dB, ${around}`);
  }
  for (const [filter, code] of poor) await judge(filter, [code], filter);
  console.log(`${recordings} ordinary recordings in ${Object.keys(formats).length} formats: ${wrong} with a warning`);
  console.log(`${poor.length} poor recordings in as many: ${missing} without their warning`);
  return wrong + missing === 0;
};

const folder = mkdtempSync(join(tmpdir(), 'audio-warnings-'));
void main(folder)
  .then((isGood) => (process.exitCode = isGood ? 0 : 1))
  .finally(() => rmSync(folder, { recursive: true }));
