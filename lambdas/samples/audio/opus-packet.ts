const samplesPerMs = 48;
/** 120 ms: the longest that a packet may last. */
const maxSamples = 5_760;

/**
 * The samples at 48 kHz that an Opus packet lasts, by its first two bytes; 0 for one that is no valid packet.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6716#section-3.1
 */
export const opusPacketSamples = (file: Uint8Array, packetStart: number): number => {
  const toc = file[packetStart] ?? 0;
  const samples = frameSamples(toc >> 3) * frameCount(toc & 3, file[packetStart + 1] ?? 0);
  return samples > maxSamples ? 0 : samples;
};

/** 0 to 11 SILK, 12 to 15 hybrid, 16 to 31 CELT. */
const frameSamples = (config: number): number => {
  if (config >= 16) return (2.5 * samplesPerMs) << (config & 3);
  if (config >= 12) return (config & 1 ? 20 : 10) * samplesPerMs;
  return ([10, 20, 40, 60][config & 3] ?? 0) * samplesPerMs;
};

const frameCount = (code: number, second: number): number => {
  if (code === 3) return second & 0x3f;
  return code === 0 ? 1 : 2;
};
