import { InvalidAudioError } from './audio-structure';
import { type OggCodec, readOggCodec } from './ogg-codec';
import { type PacketCounter, packetsOn } from './ogg-packets';
import { asEarlierPage, type OggPage } from './ogg-page';
import { checkVorbisComments } from './vorbis-comments';

/** Room for a picture in the comments. A header without one has a few thousand bytes. */
const maxHeaderBytes = 524_288;

/** The codec of an OGG, the end of its headers, and the pages after them. */
export interface OggHeaders {
  readonly codec: OggCodec;
  /** The packet from which the codec was read. */
  readonly identification: Buffer;
  /** Counts the audio packets, in order. */
  readonly samplesOf: PacketCounter;
  /** The pages of the headers, for a second reader. Long comments are left out: it would read them slowly. */
  readonly headerPages: Buffer;
  readonly soundPages: readonly OggPage[];
}

/**
 * Reads the header packets. The first page has one. The comments (and for Vorbis the setup) follow and end with a page.
 * Throws `InvalidAudioError` if they do not, exceed 512 KiB, or belong to a codec other than Vorbis and Opus.
 */
export const readOggHeaders = (file: Buffer, pages: readonly OggPage[]): OggHeaders => {
  const [firstPage] = pages;
  if (firstPage === undefined || firstPage.packetsEnding !== 1 || firstPage.isOpen)
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
  const { packets, isOpen } = packetsOn(file, headerPages);
  const areHeaders = codec.headers.every((start, n) => packets[n]?.toString('latin1', 0, start.length) === start);
  const [comments] = packets;
  const [commentStart] = codec.headers;
  const isComplete = areHeaders && !isOpen && packets.length === codec.headers.length;
  if (!isComplete || comments === undefined || commentStart === undefined)
    throw new InvalidAudioError(`The OGG's ${codec.name} headers are incomplete. Send a complete recording.`);
  checkVorbisComments(comments, commentStart.length);
  const shortenedPage =
    comments.length > longCommentBytes
      ? pageOf([Buffer.concat([Buffer.from(commentStart, 'latin1'), noComments]), ...packets.slice(1)], firstPage)
      : undefined;
  // A page that is marked as the last one would end a second reader's search.
  const pagesAfterFirst =
    shortenedPage === undefined ? headerPages.map((page) => asEarlierPage(file, page)) : [shortenedPage];
  return {
    codec,
    identification,
    samplesOf: codec.packetCounter(packets),
    headerPages: Buffer.concat([asEarlierPage(file, firstPage), ...pagesAfterFirst]),
    soundPages: pages.slice(1 + headerPages.length),
  };
};

/** From this size on, the second reader gets no comments. */
const longCommentBytes = 16_384;
/** An empty vendor and no comments. */
const noComments = Buffer.alloc(8);
const maxSegments = 255;

/**
 * Returns a page with these packets, without a checksum, in the stream of the other page. Returns undefined if one page
 * is too small.
 */
const pageOf = (packets: readonly Buffer[], { serial }: OggPage): Buffer | undefined => {
  const segments = packets.flatMap(({ length }) => [
    ...Array<number>(Math.floor(length / 255)).fill(255),
    length % 255,
  ]);
  if (segments.length > maxSegments) return undefined;
  const header = Buffer.alloc(27);
  header.write('OggS', 'latin1');
  header.writeUInt32LE(serial, 14);
  header.writeUInt32LE(1, 18);
  header[26] = segments.length;
  return Buffer.concat([header, Buffer.from(segments), ...packets]);
};

/** Counts the pages until this many packets have ended. Returns 0 if fewer end. */
const pagesOfPackets = (pages: readonly OggPage[], packets: number): number => {
  let ended = 0;
  for (const [index, page] of pages.entries()) {
    ended += page.packetsEnding;
    if (ended >= packets) return index + 1;
  }
  return 0;
};
