import type { FrameLevel } from './channel-meter';
import { powerDb, type SampleWarning, warning } from './quality-warning';
import type { SoundLevels } from './sound-levels';

const limits = {
  quietDb: -45,
  speechS: 1.5,
  speechShare: 0.15,
  /** Three quarters of speech at most are that close to its median level, and 95 % of tones and noise. */
  steadyDb: 2,
  steadyShare: 0.92,
  steadyFrames: 10,
  /** Noise, and sound whose bytes are out of step, change from sample to sample. A tenth of speech does. */
  roughness: 1.5,
  roughShare: 0.5,
};

/** Returns the frames that stand out from the background and are within 35 dB of the loudest ones. */
export const activeFrames = ({ frames }: SoundLevels): readonly FrameLevel[] => {
  const sorted = frames.map(({ power }) => power).sort((one, other) => one - other);
  const at = (share: number): number => powerDb(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  const loud = at(0.98);
  const floor = at(0.05);
  const threshold = Math.max(loud - 35, Math.min(floor + 6, loud - 12), -75);
  return frames.filter(({ power }) => powerDb(power) >= threshold);
};

/** Returns a warning if the active frames are too quiet. */
export const quiet = (active: readonly FrameLevel[]): SampleWarning | undefined => {
  const level = powerDb(active.reduce((sum, { power }) => sum + power, 0) / Math.max(1, active.length));
  return level >= limits.quietDb
    ? undefined
    : warning(
        'too_quiet',
        `The voice sample is very quiet: its speech has ${Math.round(level)} dB. ElevenLabs recommends -23 to -18 ` +
          'dB. Record closer to the microphone.',
      );
};

/** Returns a warning if the active frames are tones or noise, continuous or with pauses. */
export const noSpeech = (active: readonly FrameLevel[]): SampleWarning | undefined => {
  if (active.length < limits.steadyFrames) return undefined;
  const levels = active.map(({ power }) => powerDb(power)).sort((one, other) => one - other);
  const median = levels[Math.floor(levels.length / 2)] ?? 0;
  const steady = levels.filter((level) => Math.abs(level - median) <= limits.steadyDb);
  if (steady.length >= levels.length * limits.steadyShare)
    return warning(
      'no_speech',
      'The voice sample has one steady level, like a tone or noise. Send a recording of a person who speaks.',
    );
  const rough = active.filter(({ roughness }) => roughness >= limits.roughness);
  return rough.length < active.length * limits.roughShare
    ? undefined
    : warning(
        'no_speech',
        'The voice sample is mostly noise. If it should be speech, its bytes were shifted or swapped, or the header ' +
          'states the wrong format. Listen to the file that is sent, and record again.',
      );
};

/** Returns a warning if speech fills too little of the recording. */
export const littleSpeech = (share: number, durationS: number): SampleWarning | undefined => {
  const activeS = share * durationS;
  return activeS < limits.speechS || share < limits.speechShare
    ? warning(
        'little_speech',
        `Speech fills about ${activeS.toFixed(1)} s of the ${durationS.toFixed(1)} s of the voice sample. Cut the ` +
          'pauses, or record more speech.',
      )
    : undefined;
};
