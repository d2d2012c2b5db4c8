import { InvalidAudioError } from './audio-structure';
import type { PacketCounter } from './ogg-packets';
import { opusPacketSamples, opusRateHz } from './opus-packet';
import { readVorbisModes, vorbisPacketCounter } from './vorbis-blocks';

/** What the first packet of an OGG says about its audio. */
export interface OggCodec {
  readonly name: 'Vorbis' | 'Opus';
  /** The rate in Hz for positions and for playback. */
  readonly sampleRateHz: number;
  /** The sample rate in the header. For Opus it only describes the original recording, or is 0. */
  readonly statedRateHz: number;
  /** Samples at the start that are not played. */
  readonly preSkip: number;
  /** How each header packet before the audio begins. */
  readonly headers: readonly string[];
  /** The most samples of the first page that may precede the start of the audio. */
  readonly maxEarlySamples: number;
  /** Creates the counter for a stream's audio packets, in order, from its header packets. */
  readonly packetCounter: (headers: readonly Buffer[]) => PacketCounter;
}

const maxChannels = 8;
const maxSampleRateHz = 192_000;

const convert = 'Convert it and send the result: ffmpeg -i recording -vn -ac 1 -ar 44100 -b:a 128k sample.mp3';

/**
 * Reads the identification header of Vorbis or Opus. Throws `InvalidAudioError` for any other codec or a broken header.
 */
export const readOggCodec = (packet: Buffer): OggCodec => {
  const codec = codecIn(packet);
  if (codec === undefined)
    throw new InvalidAudioError(`The OGG holds ${otherCodec(packet)}; only Vorbis and Opus are accepted. ${convert}`);
  const channels = packet[codec.name === 'Vorbis' ? 11 : 9] ?? 0;
  if (channels < 1 || channels > maxChannels)
    throw new InvalidAudioError(`The OGG has ${channels} channels; 1 to ${maxChannels} are accepted. ${convert}`);
  if (codec.name === 'Opus' && !hasOpusLayout(packet, channels))
    throw new InvalidAudioError(
      `The OGG's Opus header has a version or channels that no player knows. Export the recording again and resend it.`,
    );
  if (codec.sampleRateHz < 1 || codec.sampleRateHz > maxSampleRateHz)
    throw new InvalidAudioError(
      `The OGG has a sample rate of ${codec.sampleRateHz} Hz; the maximum is ${maxSampleRateHz} Hz.`,
    );
  return codec;
};

const codecIn = (packet: Buffer): OggCodec | undefined => {
  if (isVorbis(packet)) return vorbis(packet);
  return isOpus(packet) ? opus(packet) : undefined;
};

const isVorbis = (packet: Buffer): boolean => startsWith(packet, '\x01vorbis') && packet.length === 30;
const isOpus = (packet: Buffer): boolean => startsWith(packet, 'OpusHead') && packet.length >= 19;

const vorbis = (packet: Buffer): OggCodec => {
  const sampleRateHz = packet.readUInt32LE(12);
  const exponents = packet[28] ?? 0;
  const sizes = [2 ** (exponents & 0xf), 2 ** (exponents >> 4)] as const;
  return {
    name: 'Vorbis',
    sampleRateHz,
    statedRateHz: sampleRateHz,
    preSkip: 0,
    headers: ['\x03vorbis', '\x05vorbis'],
    maxEarlySamples: 2 * sizes[1],
    packetCounter: (headers) => {
      const setup = headers[1] ?? Buffer.alloc(0);
      return vorbisPacketCounter({ sizes, isLong: readVorbisModes(setup) });
    },
  };
};

/** @see https://www.rfc-editor.org/rfc/rfc7845#section-5.1 */
const opus = (packet: Buffer): OggCodec => ({
  name: 'Opus',
  sampleRateHz: opusRateHz,
  statedRateHz: packet.readUInt32LE(12),
  preSkip: packet.readUInt16LE(10),
  headers: ['OpusTags'],
  maxEarlySamples: 0,
  packetCounter: () => opusPacketSamples,
});

/** Mapping family 0 has up to two channels. The others state their streams and a stream for each channel. */
const hasOpusLayout = (packet: Buffer, channels: number): boolean => {
  const [version = 0, family = 0, streams = 0, coupled = 0] = [8, 18, 19, 20].map((at) => packet[at] ?? 0);
  if (version > maxOpusVersion) return false;
  return family === 0
    ? channels <= 2
    : packet.length >= 21 + channels && streams > 0 && coupled <= streams && streams + coupled <= 255;
};

/** Later versions are not compatible with version 1. */
const maxOpusVersion = 15;

const otherCodecs: Readonly<Record<string, string>> = {
  'Speex   ': 'Speex',
  '\x7fFLAC': 'FLAC',
  '\x80theora': 'Theora video',
  fishead: 'a Skeleton of several streams',
};

const otherCodec = (packet: Buffer): string =>
  Object.entries(otherCodecs).find(([start]) => startsWith(packet, start))?.[1] ?? 'no codec that is known here';

const startsWith = (packet: Buffer, text: string): boolean => packet.toString('latin1', 0, text.length) === text;
