import { amplitudeSteps, type ChannelLevels } from './channel-meter';
import { type SampleWarning, warning } from './quality-warning';
import type { SoundLevels } from './sound-levels';

const limits = {
  share: 0.005,
  /** The loudest 0.5 % of speech are 1.6 to 2.5 times as loud as the loudest 5 %, 1.3 if compressed, 1.1 if clipped. */
  contrast: 1.25,
  contrastLevel: 0.1,
};

/** Returns a warning if much of a channel is at its highest level. */
export const clipping = ({ channels }: SoundLevels): SampleWarning | undefined => {
  const share = Math.max(...channels.map(({ clipped, samples }) => (samples === 0 ? 0 : clipped / samples)));
  return share < limits.share
    ? undefined
    : warning(
        'clipped',
        `The voice sample is clipped: ${(share * 100).toFixed(1)} % of it is at its highest level. Record at a lower ` +
          'level.',
      );
};

/** Returns a warning if audio was clipped before its encoding, which turned flat peaks into round ones. */
export const earlyClipping = ({ channels, isDecoded }: SoundLevels, activeShare: number): SampleWarning | undefined =>
  isDecoded && channels.some((channel) => isCutOff(channel, activeShare))
    ? warning('clipped', 'The voice sample was clipped before it was encoded. Record at a lower level.')
    : undefined;

/** Returns whether the loudest samples hardly stand out from the loud ones. */
const isCutOff = ({ samples, amplitudes }: ChannelLevels, activeShare: number): boolean => {
  const loudest = (share: number): number => {
    let remaining = samples * activeShare * share;
    let bin = amplitudes.length - 1;
    while (bin > 0 && remaining > (amplitudes[bin] ?? 0)) {
      remaining -= amplitudes[bin] ?? 0;
      bin -= 1;
    }
    return (bin + 1) / amplitudeSteps;
  };
  const loud = loudest(0.05);
  return loud >= limits.contrastLevel && loudest(0.005) < loud * limits.contrast;
};
