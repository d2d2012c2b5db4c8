import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from '../../lambdas/platform/errors';
import { measureLevels } from '../../lambdas/samples/assess-quality';
import { readAudioStructure } from '../../lambdas/samples/audio/read-audio-structure';
import type { SoundLevels } from '../../lambdas/samples/audio/sound-levels';
import { measureSample } from '../../lambdas/samples/measure-sample';
import { mutated, seededRandom, withOggChecksums } from '../support/audio-mutations';
import { audioFixture } from '../support/samples';

const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const mutations = Number(process.env['FUZZ_MUTATIONS'] ?? 1_500);
const limits = { minDurationS: 0.5, minSampleRateHz: 4_000, maxBytes: 10_485_760 };
const fixtures = readdirSync(join(__dirname, '..', 'fixtures', 'audio'))
  .filter((name) => /\.(wav|mp3|ogg)$/.test(name))
  .map(audioFixture)
  .filter((bytes) => bytes.length > 4);

const isHeard = ({ frames, channels }: SoundLevels): boolean =>
  frames.length > 0 &&
  frames.every(({ power, roughness }) => Number.isFinite(power) && Number.isFinite(roughness)) &&
  channels.every(({ peak }) => Number.isFinite(peak));

/** The name of what happened; anything that is neither a measure nor a refusal of ours comes out as a sentence. */
const outcomeOf = async (bytes: Buffer): Promise<string> => {
  try {
    const { durationS, sampleRateHz, format } = await measureSample(bytes, limits);
    // Where a decoder judges, all windows are decoded; what it cannot decode is not judged.
    const levels = measureLevels(readAudioStructure(bytes, format));
    if (levels !== undefined && !isHeard(levels)) return `implausible levels: ${JSON.stringify(levels.channels)}`;
    const isPlausible = Number.isFinite(durationS) && durationS >= 0.5 && durationS * 400 <= bytes.length * 8;
    return isPlausible && sampleRateHz >= 4_000 && sampleRateHz <= 192_000
      ? format
      : `implausible: ${durationS} s at ${sampleRateHz} Hz in ${bytes.length} bytes`;
  } catch (error) {
    if (!(error instanceof ServiceError)) return `escaped: ${String(error)}`;
    return `${error.status} ${error.code}`;
  }
};

describe('measureSample', () => {
  it(`given ${mutations} damaged recordings, when measured, then each gives plausible measures or a refusal`, async () => {
    const random = seededRandom(seed);
    const outcomes = new Map<string, number>();

    for (let n = 0; n < mutations; n += 1) {
      const file = fixtures[n % fixtures.length]!;
      const other = fixtures[Math.floor(random() * fixtures.length)]!;
      const damaged = mutated(file, other, random);
      // Half of the OGG files are damaged by whoever wrote them, so their checksums are right.
      const outcome = await outcomeOf(random() < 0.5 ? withOggChecksums(damaged) : damaged);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }

    expect([...outcomes.keys()].sort()).toEqual(['400 INVALID_VOICE_SAMPLE', 'mp3', 'ogg', 'wav']);
    if (process.env['FUZZ_MUTATIONS'] !== undefined) process.stdout.write(`${JSON.stringify([...outcomes])}\n`);
  });
});
