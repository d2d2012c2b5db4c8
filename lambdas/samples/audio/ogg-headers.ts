import { InvalidAudioError } from './audio-structure';
import { type OggCodec, readOggCodec } from './ogg-codec';
import type { PacketCounter } from './ogg-packets';
import type { OggPage } from './ogg-page';
import { checkVorbisComments } from './vorbis-comments';

/** Room for a picture in the comments; a header without one has a few thousand bytes. */
const maxHeaderBytes = 524_288;

/** The codec of an OGG, where its headers end, and the pages after them. */
export interface OggHeaders {
  readonly codec: OggCodec;
  /** The packet that the codec was read from. */
  readonly identification: Buffer;
  /** Counts the packets of sound, in order. */
  readonly samplesOf: PacketCounter;
  /** The offset of the first page of sound. */
  readonly end: number;
  readonly soundPages: readonly OggPage[];
}

/**
 * Reads the header packets: one on the first page, then the comments (and for Vorbis the setup), which end with a page.
 * Throws `InvalidAudioError` where they do not, for more than 512 KiB of them, and for another codec than Vorbis and
 * Opus.
 */
export const readOggHeaders = (file: Buffer, pages: readonly OggPage[]): OggHeaders => {
  const [firstPage] = pages;
  if (firstPage === undefined || packetsEnding(firstPage) !== 1 || !endsPacket(firstPage))
    throw new InvalidAudioError(
      'The first header of the OGG file is not on a page of its own. Export the recording again and resend it.',
    );
  const identification = file.subarray(firstPage.bodyStart, firstPage.end);
  const codec = readOggCodec(identification);
  const headerPages = pages.slice(1, 1 + pagesOfPackets(pages.slice(1), codec.headers.length));
  const headerBytes = headerPages.reduce((sum, page) => sum + page.end - page.bodyStart, 0);
  if (headerBytes > maxHeaderBytes)
    throw new InvalidAudioError(
      `The OGG's headers have ${headerBytes} bytes; at most ${maxHeaderBytes} are accepted. ` +
        'Export the recording without tags and pictures and resend it.',
    );
  const packets = splitPackets(file, headerPages);
  const isComplete = codec.headers.every((start, n) => packets[n]?.toString('latin1', 0, start.length) === start);
  const [comments] = packets;
  const [commentStart] = codec.headers;
  if (!isComplete || packets.length !== codec.headers.length || comments === undefined || commentStart === undefined)
    throw new InvalidAudioError(`The OGG's ${codec.name} headers are incomplete. Send a complete recording.`);
  checkVorbisComments(comments, commentStart.length);
  const end = headerPages.at(-1)?.end ?? firstPage.end;
  const soundPages = pages.slice(1 + headerPages.length);
  return { codec, identification, samplesOf: codec.packetCounter(packets), end, soundPages };
};

/** How many pages it takes until so many packets have ended. */
const pagesOfPackets = (pages: readonly OggPage[], packets: number): number => {
  let ended = 0;
  return 1 + pages.findIndex((page) => (ended += packetsEnding(page)) >= packets);
};

const packetsEnding = (page: OggPage): number =>
  page.segments.reduce((count, segment) => count + (segment < 255 ? 1 : 0), 0);

const endsPacket = (page: OggPage): boolean => (page.segments.at(-1) ?? 255) < 255;

const splitPackets = (file: Buffer, pages: readonly OggPage[]): Buffer[] => {
  const body = Buffer.concat(pages.map((page) => file.subarray(page.bodyStart, page.end)));
  const packets: Buffer[] = [];
  let start = 0;
  let end = 0;
  for (const page of pages)
    for (const segment of page.segments) {
      end += segment;
      if (segment === 255) continue;
      packets.push(body.subarray(start, end));
      start = end;
    }
  return start === end ? packets : [];
};
