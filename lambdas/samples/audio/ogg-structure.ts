import { type AudioStructure, InvalidAudioError } from './audio-structure';
import type { OggCodec } from './ogg-codec';
import { readOggHeaders } from './ogg-headers';
import { oggLength } from './ogg-length';
import { countOggPackets, type PageSound } from './ogg-packets';
import type { OggPage } from './ogg-page';
import { readOggPages } from './ogg-pages';
import { opusSound } from './opus-sound';

/** Offset of a page's flags, and the flag of the last page. */
const flagsAt = 5;
const lastPageFlag = 4;

/**
 * Reads the pages of an OGG with one Vorbis or Opus stream. The duration is that of its packets, trimmed by its
 * positions. The cross-check has the headers and the last page, which is all that other readers use. They must find the
 * position that this page states. Throws `InvalidAudioError` if the OGG is not valid.
 */
export const readOggStructure = (file: Buffer): AudioStructure => {
  const pages = readOggPages(file);
  const { codec, identification, samplesOf, headerPages, soundPages } = readOggHeaders(file, pages);
  const { sampleRateHz, statedRateHz, preSkip } = codec;
  if (soundPages.at(-1)?.isOpen === true)
    throw new InvalidAudioError('The OGG is truncated: it ends within a packet. Send a complete recording.');
  const sounds = countOggPackets(file, soundPages, samplesOf);
  const durationS = (oggLength(sounds, codec.maxEarly) - preSkip) / sampleRateHz;
  if (durationS <= 0) throw new InvalidAudioError('The OGG contains no audio. Send a complete recording.');
  if (codec.name === 'Opus' && !sounds.some(({ largestBytes }) => largestBytes > silentPacketBytes))
    throw new InvalidAudioError('The OGG contains nothing but silence (DTX). Send a recording with speech.');
  const lastPage = sounds.findLast(({ packets }) => packets > 0)?.page;
  if (codec.name === 'Opus') checkPositions(sounds, lastPage);
  const encoded = codec.name === 'Opus' ? opusSound(file, identification, sounds) : undefined;
  return {
    durationS,
    sampleRateHz,
    crossCheck: {
      bytes: Buffer.concat([headerPages, ...(lastPage === undefined ? [] : [asLastPage(file, lastPage)])]),
      durationS: statedRateHz > 0 ? statedDurationS(lastPage, codec) : undefined,
      sampleRateHz: statedRateHz,
    },
    ...(encoded !== undefined && { encoded }),
  };
};

/** Players decode nothing of an Opus stream after a page whose packets have no position, except the last page. */
const checkPositions = (sounds: readonly PageSound[], lastPage: OggPage | undefined): void => {
  const lost = sounds.find(({ page, packets }) => packets > 0 && page.granule === undefined && page !== lastPage);
  if (lost !== undefined)
    throw new InvalidAudioError(
      `The OGG has no position on page ${lost.page.index + 1}, so players cannot play it. Export the recording again.`,
    );
};

/** Opus sends at most two bytes for a silent packet. */
const silentPacketBytes = 2;

/** Copies a page and marks it as the last one. Without the mark, readers look for more pages. */
const asLastPage = (file: Buffer, { start, end }: OggPage): Buffer => {
  const page = Buffer.from(file.subarray(start, end));
  page[flagsAt] = (page[flagsAt] ?? 0) | lastPageFlag;
  return page;
};

/** Returns the duration by this page's position alone. Returns undefined if the page has no position. */
const statedDurationS = (page: OggPage | undefined, { preSkip, sampleRateHz }: OggCodec): number | undefined => {
  const samples = (page?.granule ?? 0) - preSkip;
  return samples > 0 ? samples / sampleRateHz : undefined;
};
