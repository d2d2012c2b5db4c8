import { InvalidAudioError } from './audio-structure';
import { isOggPageAt, type OggPage, readOggPage } from './ogg-page';

/** Room for 20 minutes if a recorder uses a page for every 20 ms packet. For other recorders, room for hours. */
const maxPages = 60_000;
/**
 * The most bytes in total that belong to no page: line ends, zeros and tags that programs leave after the last page.
 */
const maxStrayBytes = 65_536;
/** The first page, and at least one with the other headers. */
const headerPages = 2;

/**
 * Returns the pages of the file's only logical stream, in order and without gaps. A recording of a running stream may
 * begin with a later page after its headers. Accepts files that mark every page as the last, or whose pages all have
 * one number or start again with 0: players ignore that. Skips empty pages and up to 65,536 stray bytes. Throws
 * `InvalidAudioError` for other content, for a truncated or damaged file, and for more than 60,000 pages.
 */
export const readOggPages = (file: Buffer): OggPage[] => {
  const pages: OggPage[] = [];
  let strayBytes = 0;
  for (let offset = 0; offset < file.length;) {
    if (!isOggPageAt(file, offset)) {
      const next = nextPage(file, offset);
      strayBytes += next - offset;
      if (strayBytes > maxStrayBytes) throw new InvalidAudioError(strayProblem(offset));
      offset = next;
      continue;
    }
    if (pages.length === maxPages)
      throw new InvalidAudioError(
        `The OGG has more than ${maxPages} pages. Send a shorter recording, or export it again.`,
      );
    const page = readOggPage(file, offset, pages.length);
    const previous = pages.at(-1);
    const problem = previous === undefined ? startProblem(page) : orderProblem(previous, page);
    if (problem !== undefined) throw new InvalidAudioError(problem);
    pages.push(page);
    offset = page.end;
  }
  return pages;
};

const nextPage = (file: Buffer, offset: number): number => {
  const limit = Math.min(file.length, offset + maxStrayBytes + 1);
  for (let at = offset + 1; at < limit; at += 1) if (isOggPageAt(file, at)) return at;
  return limit;
};

const strayProblem = (offset: number): string =>
  `The OGG has more than ${maxStrayBytes} bytes that belong to no page, at byte ${offset}. ` +
  'Send a complete OGG recording.';

const startProblem = (page: OggPage): string | undefined =>
  page.isFirst && !page.isContinued ? undefined : 'The OGG lacks its first page. Send a complete recording.';

const orderProblem = (previous: OggPage, page: OggPage): string | undefined => {
  const number = page.index + 1;
  if (page.isFirst || page.serial !== previous.serial)
    return (
      `The OGG has more than one stream: another starts at page ${number}. Send a recording of one stream. ` +
      'To join the parts of a recording: ffmpeg -i recording -vn -ac 1 -ar 48000 sample.wav'
    );
  const mayHaveGap = page.index >= headerPages && previous.index < headerPages + 1 && !previous.isOpen;
  if (page.sequence > previous.sequence + 1 && !mayHaveGap)
    return `The OGG lacks pages: number ${page.sequence} follows ${previous.sequence}. Send a complete recording.`;
  const isRepeated = page.sequence === previous.sequence && page.granule === previous.granule;
  if (isRepeated && page.sequence > 0 && page.packetsEnding > 0)
    return `The OGG has page ${number} twice. Export the recording again and resend it.`;
  if (page.isContinued !== previous.isOpen && page.sequence <= previous.sequence + 1)
    return `The OGG has a packet that breaks off before page ${number}. Send a complete recording.`;
  return undefined;
};
