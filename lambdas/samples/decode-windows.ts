import type { EncodedSound, Span } from './audio/encoded-sound';
import type { Sound } from './audio/sound-levels';
import { joinSamples, openDecoder } from './decoders';

/**
 * Decodes parts of a recording and joins them. Throws if a decoder throws, or if it returns less than half of the
 * audio.
 */
export const decodeWindows = (sound: EncodedSound, spans: readonly Span[]): Sound => {
  const { codec, channels, sampleRateHz, gain } = sound;
  const decoder = openDecoder[codec](channels);
  const parts = spans.map((span) => {
    const window = sound.windowOf(span);
    return decoder.decode(window).map((samples) => samples.subarray(window.leadSamples));
  });
  const joined = Array.from({ length: channels }, (_, channel) =>
    joinSamples(parts.map((part) => part[channel] ?? noSamples)),
  );
  const samples = joined[0]?.length ?? 0;
  const expectedSamples = spans.reduce((sum, { startS, endS }) => sum + (endS - startS) * sampleRateHz, 0);
  if (samples < expectedSamples / 2)
    throw new Error(`Only ${samples} of ${Math.round(expectedSamples)} samples were decoded.`);
  const read: Sound['read'] = (channel, start, into) => {
    into.set((joined[channel] ?? noSamples).subarray(start, start + into.length));
    // Players cut off what exceeds full scale.
    for (const [n, value] of into.entries()) into[n] = Math.max(-1, Math.min(1, gain * value));
  };
  return { channels, sampleRateHz, samples, isDecoded: true, read };
};

const noSamples = new Float32Array();
