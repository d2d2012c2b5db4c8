import type { EncodedSound, EncodedWindow } from './audio/encoded-sound';
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

const bytesOfNumber = 4;

/** Allocates space in a decoder's memory, which never grows. */
const allocate = ({ memory, call }: RunningDecoder) => {
  const at = (bytes: number): number => {
    const pointer = call('_malloc', bytes);
    if (pointer === 0) throw new Error(`The decoder has no ${bytes} bytes left.`);
    return pointer;
  };
  return {
    bytes: (length: number) => new Uint8Array(memory.buffer, at(length), length),
    floats: (length: number) => new Float32Array(memory.buffer, at(bytesOfNumber * length), length),
    number: () => new Int32Array(memory.buffer, at(bytesOfNumber), 1),
  };
};

/** The most samples per channel that one read returns. A frame has fewer. */
const mp3ReadSamples = 1_152 * 16;
const mp3InputBytes = 65_536;
const newFormat = -11;
const needMore = -10;

/** @see https://github.com/eshaz/wasm-audio-decoders/tree/main/src/mpg123-decoder */
const mp3Decoder = (running: RunningDecoder, channels: number): Decoder => {
  const { call } = running;
  const room = allocate(running);
  const input = room.bytes(mp3InputBytes);
  const output = room.floats(2 * mp3ReadSamples);
  const [handle, samples, rate, error] = [room.number(), room.number(), room.number(), room.number()];
  const gapless = 0;
  succeed(call('_mpeg_frame_decoder_create', handle.byteOffset, gapless));
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
      if (status !== newFormat && status !== needMore) succeed(status);
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
      return parts.map(join);
    },
  };
};

const opusRateHz = 48_000;
/** 120 ms, the longest duration of a packet. */
const opusPacketSamples = 5_760;
const opusPacketBytes = 61_440;

/** @see https://github.com/eshaz/wasm-audio-decoders/tree/main/src/opus-decoder */
const opusDecoder = (running: RunningDecoder, channels: number): Decoder => {
  const { call } = running;
  const room = allocate(running);
  const input = room.bytes(opusPacketBytes);
  const output = room.floats(channels * opusPacketSamples);
  const mapping = room.bytes(channels);
  mapping.set([0, 1].slice(0, channels));
  const streams = { count: 1, coupled: channels - 1 };
  const [preSkip, forceStereo] = [0, 0];
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
        if (length < 0) succeed(length);
        for (const [n, part] of parts.entries()) part.push(output.slice(n * length, (n + 1) * length));
      }
      return parts.map(join);
    },
  };
};

const succeed = (status: number): void => {
  if (status !== 0) throw new Error(`The decoder returned ${status}.`);
};

/** Joins parts of a channel. */
export const join = (parts: readonly Float32Array[]): Float32Array => {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};
