import { InvalidAudioError } from './audio-structure';

/** The codecs whose duration follows from their bytes, and MP3, whose duration follows from its frames. */
export type WavCodec = 'pcm' | 'float' | 'a-law' | 'mu-law' | 'ms-adpcm' | 'ima-adpcm' | 'gsm' | 'g722' | 'mp3';

const codecs: Readonly<Record<number, WavCodec>> = {
  1: 'pcm',
  2: 'ms-adpcm',
  3: 'float',
  6: 'a-law',
  7: 'mu-law',
  17: 'ima-adpcm',
  49: 'gsm',
  80: 'mp3',
  85: 'mp3',
  101: 'g722',
  655: 'g722',
};

/** Names of other codecs that recorders use. */
const otherCodecs: Readonly<Record<number, string>> = {
  20: 'G.723 ADPCM',
  32: 'Yamaha ADPCM',
  34: 'TrueSpeech',
  64: 'G.721 ADPCM',
  65: 'G.728',
  66: 'G.723.1',
  69: 'G.726 ADPCM',
  87: 'AMR',
  88: 'AMR-WB',
  100: 'G.726 ADPCM',
  131: 'G.729',
  255: 'AAC',
  304: 'ACELP (Sipro)',
  352: 'WMA 1',
  353: 'WMA',
  354: 'WMA Professional',
  355: 'WMA Lossless',
  1_025: 'Indeo Audio',
  5_632: 'AAC (ADTS)',
  5_634: 'AAC (LOAS)',
  8_192: 'AC-3',
  8_193: 'DTS',
  21_318: 'ADPCM of Flash',
  22_127: 'Vorbis',
  26_447: 'Vorbis',
  28_781: 'Opus',
  41_222: 'AAC',
  41_225: 'Speex',
  61_868: 'FLAC',
};

const extensibleTag = 0xfffe;

/**
 * The ends of GUIDs that begin with a codec: those of Microsoft, and of Ambisonics, whose samples are PCM or float. A
 * big-endian file has neither: its GUID means nothing to players.
 */
const guidEnds = ['000000001000800000aa00389b71', '00002107d3118644c8c1ca000000'];

/**
 * Reads the codec from the body of a `fmt ` chunk of at least 14 bytes. An extensible format names it in the first two
 * bytes of a GUID. Throws `InvalidAudioError` for other codecs.
 */
export const readWavCodec = (body: Buffer): WavCodec => {
  const sampleRateHz = body.readUInt32LE(4);
  if (isExtensible(body) && !guidEnds.includes(body.toString('hex', 26, 40)))
    throw new InvalidAudioError(`The WAV's codec is unknown: its GUID names none. ${convertToPcm}`, { sampleRateHz });
  const tag = body.readUInt16LE(isExtensible(body) ? 24 : 0);
  const codec = codecs[tag];
  if (codec === undefined)
    throw new InvalidAudioError(
      `The WAV's codec is ${otherCodecs[tag] ?? 'unknown'} (${tag}); PCM, IEEE float, A-law, µ-law, ADPCM of ` +
        `Microsoft and IMA, GSM, G.722 and MP3 are accepted. ${convertToPcm}`,
      { sampleRateHz },
    );
  return codec;
};

/** Returns whether the body of a `fmt ` chunk has the fields of an extensible format. */
export const isExtensible = (body: Buffer): boolean => body.readUInt16LE(0) === extensibleTag && body.length >= 40;

/** How to convert a WAV whose format is not accepted. */
export const convertToPcm = 'Convert it and send the result: ffmpeg -i recording.wav -c:a pcm_s16le sample.wav';
