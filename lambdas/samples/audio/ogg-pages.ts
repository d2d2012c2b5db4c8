import { InvalidAudioError } from './audio-structure';
import { type OggPage, readOggPage } from './ogg-page';

/** Recorders that spend a page on every 20 ms packet fill 20 minutes with these; all others, hours. */
const maxPages = 60_000;

/**
 * The pages of the file's only logical stream, in order and without gaps. Throws `InvalidAudioError` for anything else,
 * for a truncated file, and for more than 60,000 pages.
 */
export const readOggPages = (file: Buffer): OggPage[] => {
  const pages: OggPage[] = [];
  for (let offset = 0; offset < file.length;) {
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

const startProblem = (page: OggPage): string | undefined =>
  page.isFirst && !page.isContinued ? undefined : 'The OGG lacks its first page. Send a complete recording.';

const orderProblem = (previous: OggPage, page: OggPage): string | undefined => {
  const number = page.index + 1;
  if (page.isFirst || previous.isLast || page.serial !== previous.serial)
    return `The OGG has more than one stream: another starts at page ${number}. Send a recording of one stream.`;
  if (page.sequence !== previous.sequence + 1)
    return `The OGG lacks pages: number ${page.sequence} follows ${previous.sequence}. Send a complete recording.`;
  if (page.isContinued !== (previous.segments.at(-1) === 255))
    return `The OGG has a packet that breaks off before page ${number}. Send a complete recording.`;
  if (page.segments.length === 0 && !page.isLast)
    return `The OGG has an empty page, number ${number}. Export the recording again and resend it.`;
  return undefined;
};
