import { clipping, earlyClipping } from './clipping';
import { decibels, powerDb, type SampleWarning, warning } from './quality-warning';
import type { SoundLevels } from './sound-levels';
import { activeFrames, littleSpeech, noSpeech, quiet } from './speech-quality';

const limits = {
  /** No microphone is this quiet: three steps of 16 bits. */
  silencePeakDb: -80,
  /** Noise of one step around 0 is silence in 8 bits, A-law and µ-law. */
  silenceSteps: 1.5,
  silentChannelDb: -65,
  audibleChannelDb: -45,
  /** The difference between two channels. */
  silentChannelBelowDb: 30,
  offset: 0.05,
  usefulS: 180,
};

/** Returns whether the recording is entirely silent. */
const isSilence = ({ channels, step }: SoundLevels): boolean =>
  channels.every(({ peak }) => decibels(peak) < limits.silencePeakDb || peak < limits.silenceSteps * step);

/** Returns warnings for what a listener would criticise in a sample. A silent sample gets only that warning. */
export const soundWarnings = (levels: SoundLevels, durationS: number): SampleWarning[] => {
  if (isSilence(levels)) return [warning('silence', 'The voice sample is silent. Send a recording with speech.')];
  const active = activeFrames(levels);
  const share = active.length / Math.max(1, levels.frames.length);
  const inaudible = quiet(active) ?? noSpeech(active);
  return [
    inaudible ?? littleSpeech(share, durationS),
    // Clipping on one side only causes an offset by itself. Tones have flat peaks, too.
    clipping(levels) ?? offset(levels) ?? (inaudible === undefined ? earlyClipping(levels, share) : undefined),
    silentChannel(levels),
  ].filter((problem) => problem !== undefined);
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

const silentChannel = ({ channels }: SoundLevels): SampleWarning | undefined => {
  const peaks = channels.map(({ peak }) => decibels(peak));
  const powers = channels.map(({ power }) => powerDb(power));
  const leastPowerDb = channels.length === 2 ? Math.max(...powers) - limits.silentChannelBelowDb : -Infinity;
  const silentIndex = peaks.findIndex((peak, n) => peak < limits.silentChannelDb || (powers[n] ?? 0) < leastPowerDb);
  const channelToSend = channels.length === 2 ? 'the other one' : 'one with speech';
  return silentIndex === -1 || Math.max(...peaks) < limits.audibleChannelDb
    ? undefined
    : warning(
        'silent_channel',
        `Channel ${silentIndex + 1} of ${channels.length} of the voice sample is silent. ` +
          `Send ${channelToSend} alone, as mono.`,
      );
};

const offset = ({ channels }: SoundLevels): SampleWarning | undefined => {
  const largest = Math.max(...channels.map((channel) => Math.abs(channel.offset)));
  return largest < limits.offset
    ? undefined
    : warning(
        'dc_offset',
        `The voice sample has a DC offset of ${(largest * 100).toFixed(0)} %. Check the sound card, or remove it: ` +
          'ffmpeg -i recording -af highpass=f=20 sample.wav',
      );
};
