import type { Log } from '../platform/log';
import type { Meter } from '../platform/metrics';
import type { SampleWarning } from './audio/quality-warning';
import type { MeasuredSample } from './voice-sample';

/** The part of a response with the samples' quality warnings. Empty if there are none. */
export interface SampleWarnings {
  readonly sample_warnings?: SampleWarning[];
}

/** Returns the quality warnings of these samples, for the response. */
export const sampleWarnings = (samples: readonly MeasuredSample[]): SampleWarnings => {
  const warnings = samples.flatMap((sample) => sample.warnings);
  return warnings.length === 0 ? {} : { sample_warnings: warnings };
};

/** Logs and counts a request whose samples are accepted but poor. */
export const noteSampleWarnings = (
  samples: readonly MeasuredSample[],
  { log, meter }: { readonly log: Log; readonly meter: Pick<Meter, 'count'> },
): void => {
  const { sample_warnings: warnings } = sampleWarnings(samples);
  if (warnings === undefined) return;
  log.warn('sample_warnings', { codes: warnings.map(({ code }) => code).join(' ') });
  meter.count('SampleWarnings');
};
