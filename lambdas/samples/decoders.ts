import type { EncodedSound, EncodedWindow } from './audio/encoded-sound';
import { maxOpusPacketSamples, opusRateHz } from './audio/opus-packet';
import { type RunningDecoder, startDecoder } from './decoder-module';

/** Decodes one window after the other to samples from -1 to 1 of each channel. */
export interface Decoder {
  readonly decode: (window: EncodedWindow) => readonly Float32Array[];
}

/** Starts a decoder for one recording. Throws if WebAssembly throws. */
export const openDecoder: Readonly<Record<EncodedSound['codec'], (channels: number) => Decoder>> = {
  mp3: (channels) => mp3Decoder(startDecoder(require.resolve('mpg123-decoder')), channels),
  opus: (channels) => opusDecoder(startDecoder(require.resolve('opus-decoder')), channels),
};

const bytesPerNumber = 4;

/** Returns functions that allocate space in a decoder's memory, which never grows. */
const allocator = ({ memory, call }: RunningDecoder) => {
  const allocate = (bytes: number): number => {
    const pointer = call('_malloc', bytes);
    if (pointer === 0) throw new Error(`The decoder has no ${bytes} bytes left.`);
    return pointer;
  };
  return {
    bytes: (length: number) => new Uint8Array(memory.buffer, allocate(length), length),
    floats: (length: number) => new Float32Array(memory.buffer, allocate(bytesPerNumber * length), length),
    number: () => new Int32Array(memory.buffer, allocate(bytesPerNumber), 1),
  };
};

/** The most samples per channel that one read returns. A frame has fewer. */
const mp3ReadSamples = 1_152 * 16;
const mp3InputBytes = 65_536;
/** Status codes of mpg123 that are not errors. */
const newFormat = -11;
const needMore = -10;

/** @see https://github.com/eshaz/wasm-audio-decoders/tree/main/src/mpg123-decoder */
const mp3Decoder = (running: RunningDecoder, channels: number): Decoder => {
  const { call } = running;
  const memory = allocator(running);
  const input = memory.bytes(mp3InputBytes);
  const output = memory.floats(2 * mp3ReadSamples);
  const handle = memory.number();
  const samples = memory.number();
  const rate = memory.number();
  const error = memory.number();
  const gapless = 0;
  throwOnFailure(call('_mpeg_frame_decoder_create', handle.byteOffset, gapless));
  const [decoder = 0] = handle;
  const read = (): number => {
    samples.fill(0);
    const pointers = [samples, rate, error].map(({ byteOffset }) => byteOffset);
    return call('_mpeg_decoder_read', decoder, output.byteOffset, output.length, ...pointers);
  };
  const decodeChunk = (chunk: Uint8Array, parts: Float32Array[][]): void => {
    input.set(chunk);
    let status = call('_mpeg_decoder_feed', decoder, input.byteOffset, chunk.length);
    // A frame has at least 24 bytes, so this loop ends.
    for (let reads = 0; status !== needMore; reads += 1) {
      if (reads > chunk.length) throw new Error('The decoder makes no progress.');
      status = read();
      if (status !== newFormat && status !== needMore) throwOnFailure(status);
      const [length = 0] = samples;
      if (length > 0) for (const [n, part] of parts.entries()) part.push(output.slice(n * length, (n + 1) * length));
    }
  };
  return {
    decode: ({ packets }) => {
      const parts = Array.from({ length: channels }, (): Float32Array[] => []);
      for (const packet of packets)
        for (let at = 0; at < packet.length; at += mp3InputBytes)
          decodeChunk(packet.subarray(at, at + mp3InputBytes), parts);
      return parts.map(joinSamples);
    },
  };
};

const opusPacketBytes = 61_440;

/** @see https://github.com/eshaz/wasm-audio-decoders/tree/main/src/opus-decoder */
const opusDecoder = (running: RunningDecoder, channels: number): Decoder => {
  const { call } = running;
  const memory = allocator(running);
  const input = memory.bytes(opusPacketBytes);
  const output = memory.floats(channels * maxOpusPacketSamples);
  const mapping = memory.bytes(channels);
  mapping.set([0, 1].slice(0, channels));
  const streams = { count: 1, coupled: channels - 1 };
  const preSkip = 0;
  const forceStereo = 0;
  const decoder = call(
    '_opus_frame_decoder_create',
    opusRateHz,
    channels,
    streams.count,
    streams.coupled,
    mapping.byteOffset,
    preSkip,
    forceStereo,
  );
  return {
    decode: ({ packets }) => {
      const parts = Array.from({ length: channels }, (): Float32Array[] => []);
      for (const packet of packets) {
        input.set(packet);
        const name = '_opus_frame_decode_float_deinterleaved';
        const length = call(name, decoder, input.byteOffset, packet.length, output.byteOffset);
        if (length < 0) throwOnFailure(length);
        for (const [n, part] of parts.entries()) part.push(output.slice(n * length, (n + 1) * length));
      }
      return parts.map(joinSamples);
    },
  };
};

const throwOnFailure = (status: number): void => {
  if (status !== 0) throw new Error(`The decoder returned ${status}.`);
};

/** Joins the decoded parts of a channel. */
export const joinSamples = (parts: readonly Float32Array[]): Float32Array => {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};
