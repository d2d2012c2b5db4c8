import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MeasuredSample } from '../../lambdas/samples/voice-sample';

/** The bytes of a test recording of `test/fixtures/audio/`. */
export const audioFixture = (name: string): Buffer => readFileSync(join(__dirname, '..', 'fixtures', 'audio', name));

/** The bytes of a spoken recording of `events/samples/`. */
export const spokenSample = (name: string): Buffer =>
  readFileSync(join(__dirname, '..', '..', 'events', 'samples', name));

/** The spoken WAV as it is after measuring. */
export const measuredSample = (): MeasuredSample => {
  const bytes = spokenSample('caller.wav');
  return {
    bytes,
    format: 'wav',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    durationS: 5.55,
    sampleRateHz: 24_000,
    warnings: [],
  };
};
