import { InvalidAudioError } from './audio-structure';

/** How the samples of a WAV lie in its data. */
export interface WavFormat {
  readonly sampleRateHz: number;
  /** Bytes of one sample of all channels. */
  readonly blockBytes: number;
}

const pcm = 1;
const ieeeFloat = 3;
const extensible = 0xfffe;
const bitsOf: Readonly<Record<number, readonly number[]>> = { [pcm]: [8, 16, 24, 32], [ieeeFloat]: [32, 64] };
const maxChannels = 8;
const maxSampleRateHz = 192_000;

/** The names of what recorders of telephone calls use besides PCM. */
const otherCodecs: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'µ-law',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  85: 'MP3',
};

/**
 * Reads the body of a `fmt ` chunk: PCM of 8 to 32 bits or IEEE float of 32 or 64 bits, plain or extensible, 1 to 8
 * channels, up to 192 kHz. Only of these do the bytes alone tell the duration. Throws `InvalidAudioError` otherwise.
 */
export const readWavFormat = (body: Buffer): WavFormat => {
  if (body.length < 16)
    throw new InvalidAudioError(`The WAV's fmt chunk has ${body.length} bytes; at least 16 are needed. ${save}`);
  const codec = codecOf(body);
  const channels = body.readUInt16LE(2);
  const sampleRateHz = body.readUInt32LE(4);
  const blockBytes = body.readUInt16LE(12);
  const bits = body.readUInt16LE(14);
  const knownBits = bitsOf[codec];
  if (knownBits === undefined)
    throw new InvalidAudioError(
      `The WAV's codec is ${otherCodecs[codec] ?? 'unknown'} (${codec}); only PCM (1) and IEEE float ` +
        `(3) are accepted. ${save}`,
    );
  if (channels < 1 || channels > maxChannels)
    throw new InvalidAudioError(`The WAV has ${channels} channels; 1 to ${maxChannels} are accepted. ${save}`);
  if (sampleRateHz < 1 || sampleRateHz > maxSampleRateHz)
    throw new InvalidAudioError(
      `The WAV has a sample rate of ${sampleRateHz} Hz; at most ${maxSampleRateHz} Hz are accepted. ${save}`,
    );
  if (!knownBits.includes(bits) || blockBytes !== (channels * bits) / 8)
    throw new InvalidAudioError(
      `The WAV's samples of ${bits} bits in ${channels} channels and blocks of ${blockBytes} bytes do ` +
        `not fit each other. ${save}`,
    );
  return { sampleRateHz, blockBytes };
};

const save = 'Export the recording as 16-bit PCM and resend it.';

/** An extensible format names its codec in the first two bytes of a GUID. */
const codecOf = (body: Buffer): number => {
  const tag = body.readUInt16LE(0);
  return tag === extensible && body.length >= 40 ? body.readUInt16LE(24) : tag;
};
