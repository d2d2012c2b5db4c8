import { ElevenLabsError } from '../elevenlabs/errors';
import type { Connection } from '../elevenlabs/request';
import { createVoice, findVoice, type NewVoice } from '../elevenlabs/voices';
import type { Deadline } from '../platform/deadline';
import { AwsUnavailable, ServiceError } from '../platform/errors';
import type { Log, LogFields } from '../platform/log';
import type { Meter } from '../platform/metrics';
import type { MeasuredSample } from '../samples/voice-sample';
import { type VoiceIdentity, voiceDescription } from './voice-identity';

/** Dependencies for cloning. */
export interface CloningDeps {
  readonly elevenLabs: Connection;
  readonly installationId: () => Promise<string>;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
  /** Whether ElevenLabs removes background noise from samples. @default false */
  readonly removesNoise?: boolean;
}

/** A clone to make; `madeFor` is the id in its description. */
export interface WantedClone {
  readonly name: string;
  readonly madeFor: string;
  readonly samples: readonly Pick<MeasuredSample, 'bytes' | 'format'>[];
  /** Log fields that describe the samples. */
  readonly about: LogFields;
}

/**
 * Returns the clone with exactly this name and id; undefined if there is none. Throws ElevenLabsError when the search
 * fails.
 */
export const findClone = async (
  { name, madeFor }: Pick<WantedClone, 'name' | 'madeFor'>,
  deadline: Deadline,
  deps: Pick<CloningDeps, 'elevenLabs' | 'installationId'>,
): Promise<string | undefined> => findVoice(deps.elevenLabs, await identityOf({ name, madeFor }, deps), deadline);

/**
 * Clones a voice, and logs and counts the result. Every clone is made here. Throws ElevenLabsError or ServiceError when
 * cloning fails; `isOutcomeUnknown` then tells whether a clone may exist.
 */
export const makeClone = async (wanted: WantedClone, deadline: Deadline, deps: CloningDeps): Promise<NewVoice> => {
  const { elevenLabs, log, meter, nowMs } = deps;
  const identity = await identityOf(wanted, deps);
  const startedMs = nowMs();
  log.info('voice_clone_start', wanted.about);
  meter.count('VoiceClonesRequested');
  try {
    const voice = await createVoice(
      elevenLabs,
      { ...identity, samples: wanted.samples, removesNoise: deps.removesNoise ?? false },
      deadline,
    );
    if (voice.needsVerification) {
      log.warn('voice_needs_verification', { voice_id: voice.voiceId });
      meter.countBy('VoiceClonesFailed', 'Code', 'requires_verification');
    }
    log.info('voice_clone_success', { voice_id: voice.voiceId, duration_ms: nowMs() - startedMs });
    meter.durationMs('VoiceCloneDuration', nowMs() - startedMs);
    return voice;
  } catch (error) {
    const fields = { duration_ms: nowMs() - startedMs, outcome_unknown: isOutcomeUnknown(error) };
    log.error('voice_clone_failed', error, fields);
    meter.count('VoiceCloneFailures');
    meter.countBy('VoiceClonesFailed', 'Code', error instanceof ElevenLabsError ? error.code : 'unknown');
    throw error;
  }
};

/**
 * Returns whether a clone may exist although cloning failed. ServiceError and AwsUnavailable are thrown before the
 * request to ElevenLabs.
 */
export const isOutcomeUnknown = (error: unknown): boolean =>
  error instanceof ElevenLabsError
    ? error.outcomeUnknown
    : !(error instanceof ServiceError || error instanceof AwsUnavailable);

const identityOf = async (
  { name, madeFor }: Pick<WantedClone, 'name' | 'madeFor'>,
  { installationId }: Pick<CloningDeps, 'installationId'>,
): Promise<VoiceIdentity> => ({ name, description: voiceDescription(madeFor, await installationId()) });
