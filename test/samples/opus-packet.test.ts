import { opusPacketSamples } from '../../lambdas/samples/audio/opus-packet';

const samplesOf = (...bytes: number[]): number => opusPacketSamples(Uint8Array.from(bytes), 0, bytes.length);
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

describe('an Opus packet', () => {
  it.each([
    ['SILK of 10 ms', [0x00, 1], 480],
    ['SILK of 60 ms', [0x18, 1], 2_880],
    ['hybrid of 10 ms', [0x60, 1], 480],
    ['hybrid of 20 ms', [0x68, 1], 960],
    ['CELT of 2.5 ms', [0x80, 1], 120],
    ['CELT of 20 ms', [0x98, 1], 960],
    ['two frames of one size', [0x01, 1, 2], 960],
    ['two frames of two sizes', [0x02, 1, 9, 8, 8], 960],
    ['two frames, the first of 256 bytes', [0x02, 252, 1, ...zeros(256), 7], 960],
    ['three frames of one size', [0x03, 3, 1, 2, 3], 1_440],
    ['two frames of two sizes with their count', [0x03, 0x82, 1, 9, 8], 960],
    ['a frame with a byte of padding', [0x03, 0x41, 1, 9, 0], 480],
    ['a frame with 254 bytes of padding', [0x03, 0x41, 254, 9, ...zeros(254)], 480],
    ['a frame with 255 bytes of padding', [0x03, 0x41, 255, 1, 9, ...zeros(255)], 480],
  ])('given %s, then its samples are those of RFC 6716', (_kind, bytes, samples) => {
    expect(samplesOf(...bytes)).toBe(samples);
  });

  it.each([
    ['no byte', []],
    ['a frame of more than 1,275 bytes', [0x00, ...zeros(1_276)]],
    ['two frames of one size in an odd number of bytes', [0x01, 1, 2, 3]],
    ['two frames, the first of more bytes than there are', [0x02, 9, 1]],
    ['two frames, the first of 256 bytes, of which 255 are there', [0x02, 252, 1, ...zeros(255)]],
    ['two frames, the second of more than 1,275 bytes', [0x02, 1, 9, ...zeros(1_276)]],
    ['two frames without their sizes', [0x02]],
    ['no count of frames', [0x03]],
    ['no frame', [0x03, 0]],
    ['more than 120 ms', [0x1b, 3, 1, 2, 3]],
    ['more padding than there is', [0x03, 0x41, 9, 1]],
    ['padding without an end', [0x03, 0x41, 255, 255]],
    ['three frames of one size in four bytes', [0x03, 3, 1, 2, 3, 4]],
  ])('given %s, then it has no samples, because no decoder accepts it', (_kind, bytes) => {
    expect(samplesOf(...bytes)).toBe(0);
  });
});
