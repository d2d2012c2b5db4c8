import type { SoundLevels } from './sound-levels';

/** Possible quality problems of a sample's audio. */
export const qualityCodes = [
  'silence',
  'too_quiet',
  'clipped',
  'little_speech',
  'no_speech',
  'silent_channel',
  'dc_offset',
  'longer_than_useful',
] as const;

type QualityCode = (typeof qualityCodes)[number];

/** A quality problem of an accepted sample, in a sentence with the measured value and the remedy. */
export interface SampleWarning {
  readonly code: QualityCode;
  readonly message: string;
}

const decibels = (amplitude: number): number => 20 * Math.log10(Math.max(amplitude, 1e-9));
const powerDb = (power: number): number => decibels(Math.sqrt(Math.max(0, power)));
const inDb = (value: number): string => `${Math.round(value)} dB`;

const limits = {
  /** No microphone is this quiet: three steps of 16 bits. */
  silencePeakDb: -80,
  quietDb: -45,
  clippedShare: 0.005,
  speechS: 1.5,
  speechShare: 0.15,
  /** Speech varies by 10 dB and more. */
  steadyDb: 1,
  steadyShare: 0.8,
  silentChannelDb: -65,
  audibleChannelDb: -45,
  offset: 0.05,
  usefulS: 180,
};

/** Returns whether the recording is entirely silent. */
export const isSilence = ({ channels }: SoundLevels): boolean =>
  channels.every(({ peak }) => decibels(peak) < limits.silencePeakDb);

/** Returns warnings for what a listener would criticise in a sample. A silent sample gets only that warning. */
export const soundWarnings = (levels: SoundLevels, durationS: number): SampleWarning[] => {
  if (isSilence(levels)) return [warning('silence', 'The voice sample is silent. Send a recording with speech.')];
  const active = activeFrames(levels);
  const activeS = levels.powers.length === 0 ? 0 : (active.length / levels.powers.length) * durationS;
  return [
    quiet(active) ?? speech(active, levels, activeS, durationS),
    // Clipping on one side only causes an offset by itself.
    clipping(levels) ?? offset(levels),
    silentChannel(levels),
  ].filter((found) => found !== undefined);
};

/** Returns a warning if a sample is longer than a better voice needs. */
export const lengthWarning = (durationS: number): SampleWarning | undefined =>
  durationS > limits.usefulS
    ? warning(
        'longer_than_useful',
        `The voice samples last ${Math.round(durationS)} s. ElevenLabs recommends 1 to 2 minutes; more than 3 do not ` +
          'improve the voice.',
      )
    : undefined;

const warning = (code: QualityCode, message: string): SampleWarning => ({ code, message });

/** Returns the frames that stand out from the background and are within 35 dB of the loudest ones. */
const activeFrames = ({ powers }: SoundLevels): readonly number[] => {
  const sorted = [...powers].sort((one, other) => one - other);
  const at = (share: number): number => powerDb(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  const loud = at(0.98);
  const floor = at(0.05);
  const threshold = Math.max(loud - 35, Math.min(floor + 6, loud - 12), -75);
  return powers.filter((power) => powerDb(power) >= threshold);
};

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const quiet = (active: readonly number[]): SampleWarning | undefined => {
  const level = powerDb(mean(active));
  return level >= limits.quietDb
    ? undefined
    : warning(
        'too_quiet',
        `The voice sample is very quiet: its speech has ${inDb(level)}. ElevenLabs recommends -23 to -18 dB. Record ` +
          'closer to the microphone.',
      );
};

const speech = (
  active: readonly number[],
  { powers }: SoundLevels,
  activeS: number,
  durationS: number,
): SampleWarning | undefined => {
  const inDbs = active.map(powerDb);
  const average = mean(inDbs);
  const spread = Math.sqrt(mean(inDbs.map((value) => (value - average) ** 2)));
  if (spread < limits.steadyDb && active.length > powers.length * limits.steadyShare)
    return warning(
      'no_speech',
      'The voice sample has one steady level, like a tone or noise. Send a recording of a person who speaks.',
    );
  return activeS < limits.speechS || activeS < durationS * limits.speechShare
    ? warning(
        'little_speech',
        `Speech fills about ${activeS.toFixed(1)} s of the ${durationS.toFixed(1)} s of the voice sample. Cut the ` +
          'pauses, or record more speech.',
      )
    : undefined;
};

const clipping = ({ channels }: SoundLevels): SampleWarning | undefined => {
  const share = Math.max(...channels.map(({ clipped, samples }) => (samples === 0 ? 0 : clipped / samples)));
  return share < limits.clippedShare
    ? undefined
    : warning(
        'clipped',
        `The voice sample is clipped: ${(share * 100).toFixed(1)} % of it is at full scale. Record at a lower level.`,
      );
};

const silentChannel = ({ channels }: SoundLevels): SampleWarning | undefined => {
  const peaks = channels.map(({ peak }) => decibels(peak));
  const silent = peaks.findIndex((peak) => peak < limits.silentChannelDb);
  return silent === -1 || Math.max(...peaks) < limits.audibleChannelDb
    ? undefined
    : warning(
        'silent_channel',
        `Channel ${silent + 1} of ${channels.length} of the voice sample is silent. Send the other one alone, as mono.`,
      );
};

const offset = ({ channels }: SoundLevels): SampleWarning | undefined => {
  const most = Math.max(...channels.map((channel) => Math.abs(channel.offset)));
  return most < limits.offset
    ? undefined
    : warning(
        'dc_offset',
        `The voice sample has a DC offset of ${(most * 100).toFixed(0)} %. Check the sound card, or remove it: ` +
          'ffmpeg -i recording -af highpass=f=20 sample.wav',
      );
};
