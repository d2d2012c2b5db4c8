import type { EncodedSound } from './encoded-sound';
import { packetsOn, type PageSound } from './ogg-packets';
import type { OggPage } from './ogg-page';
import { opusPacketSamples, opusRateHz } from './opus-packet';

/** A decoder that starts within a stream needs 80 ms before its output is correct. */
const decoderLeadSamples = 3_840;

/**
 * Returns the audio of an Opus stream in a decoder's format, from its header and pages. Returns undefined for more than
 * two channels.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7845#section-5.1
 */
export const opusSound = (file: Buffer, header: Buffer, sounds: readonly PageSound[]): EncodedSound | undefined => {
  const channels = header[9] ?? 0;
  const mappingFamily = header[18];
  if (channels > 2 || mappingFamily !== 0) return undefined;
  const preSkip = header.readUInt16LE(10);
  return {
    codec: 'opus',
    channels,
    sampleRateHz: opusRateHz,
    gain: 10 ** (header.readInt16LE(16) / 256 / 20),
    windowOf: ({ startS, endS }) => {
      const start = preSkip + startS * opusRateHz;
      return packetsBetween(file, sounds, {
        lead: start - decoderLeadSamples,
        start,
        end: preSkip + endS * opusRateHz,
      });
    },
  };
};

/** A part of a stream, in samples. Decoding begins at `lead`. */
interface SampleSpan {
  readonly lead: number;
  readonly start: number;
  readonly end: number;
}

const packetsBetween = (file: Buffer, sounds: readonly PageSound[], { lead, start, end }: SampleSpan) => {
  let at = 0;
  let firstAt: number | undefined;
  const pages: OggPage[] = [];
  for (const { page, samples } of sounds) {
    if (at >= end) break;
    if (at + samples > lead) {
      firstAt ??= at;
      pages.push(page);
    }
    at += samples;
  }
  const packets: Buffer[] = [];
  let position = firstAt ?? 0;
  let leadSamplesOfFirst = 0;
  for (const packet of wholePacketsOn(file, pages)) {
    const samples = opusPacketSamples(packet, 0, packet.length);
    if (samples > 0 && position + samples > lead && position < end) {
      if (packets.length === 0) leadSamplesOfFirst = Math.max(0, Math.round(start - position));
      packets.push(packet);
    }
    position += samples;
  }
  return { packets, leadSamples: leadSamplesOfFirst };
};

/** Returns the packets that begin and end on these consecutive pages. */
const wholePacketsOn = (file: Buffer, pages: readonly OggPage[]): readonly Buffer[] => {
  const { packets } = packetsOn(file, pages);
  const whole = pages[0]?.isContinued === true ? packets.slice(1) : packets;
  return whole.filter(({ length }) => length > 0);
};
