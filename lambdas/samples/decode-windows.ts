import type { EncodedSound, EncodedWindow, Span } from './audio/encoded-sound';
import type { Sound } from './audio/sound-levels';

/** Decodes one window after the other: samples from -1 to 1 of each channel. */
interface Decoder {
  readonly decode: (window: EncodedWindow) => readonly Float32Array[];
  readonly free: () => void;
}

/**
 * Decodes parts of a recording and puts them behind each other. The decoders are WebAssembly in files of their own,
 * loaded on first use. Throws whatever a decoder throws, and where it finds less than half of the sound.
 */
export const decodeWindows = async (sound: EncodedSound, spans: readonly Span[]): Promise<Sound> => {
  const { codec, channels, sampleRateHz, gain } = sound;
  const decoder = await openDecoder[codec](channels);
  try {
    const parts = spans.map((span) => {
      const window = sound.windowOf(span);
      return strictly(() => decoder.decode(window)).map((samples) => samples.subarray(window.leadSamples));
    });
    const joined = Array.from({ length: channels }, (_, channel) => join(parts.map((part) => part[channel])));
    const samples = joined[0]?.length ?? 0;
    const expected = spans.reduce((sum, { startS, endS }) => sum + (endS - startS) * sampleRateHz, 0);
    if (samples < expected / 2) throw new Error(`Only ${samples} of ${Math.round(expected)} samples were decoded.`);
    return { channels, sampleRateHz, samples, sampleAt: (channel, index) => gain * (joined[channel]?.[index] ?? 0) };
  } finally {
    decoder.free();
  }
};

const openDecoder: Readonly<Record<EncodedSound['codec'], (channels: number) => Promise<Decoder>>> = {
  mp3: async () => {
    const { MPEGDecoder } = await import('mpg123-decoder');
    const decoder = new MPEGDecoder({ enableGapless: false });
    await decoder.ready;
    return {
      decode: ({ packets }) => packets.flatMap((frames) => decoder.decode(frames).channelData),
      free: () => decoder.free(),
    };
  },
  opus: async (channels) => {
    const { OpusDecoder } = await import('opus-decoder');
    const decoder = new OpusDecoder({ channels });
    await decoder.ready;
    return {
      decode: ({ packets }) => decoder.decodeFrames([...packets]).channelData,
      free: () => decoder.free(),
    };
  },
};

/** The decoders write errors to the console and read on. Here the first error ends the decoding, and no log has it. */
const strictly = <T>(decode: () => T): T => {
  const { console: output } = globalThis;
  const before: unknown = Reflect.get(output, 'error');
  output.error = (message: unknown) => {
    throw new Error(String(message));
  };
  try {
    return decode();
  } finally {
    Reflect.set(output, 'error', before);
  }
};

const join = (parts: readonly (Float32Array | undefined)[]): Float32Array => {
  const all = new Float32Array(parts.reduce((sum, part) => sum + (part?.length ?? 0), 0));
  let at = 0;
  for (const part of parts)
    if (part !== undefined) {
      all.set(part, at);
      at += part.length;
    }
  return all;
};
