import { type AudioStructure, inSeconds, InvalidAudioError } from './audio-structure';
import type { OggCodec } from './ogg-codec';
import { readOggHeaders } from './ogg-headers';
import type { OggPage } from './ogg-page';
import { readOggPages } from './ogg-pages';

/**
 * Walks the pages of an OGG with one stream of Vorbis or Opus. Its duration is the position at its end, as far as its
 * packets can hold it. The cross-check has the headers and the last page, which is all that others go by. Throws
 * `InvalidAudioError`.
 */
export const readOggStructure = (file: Buffer): AudioStructure => {
  const { codec, end, soundPages } = readOggHeaders(file, readOggPages(file));
  const { sampleRateHz, statedRateHz } = codec;
  const lastPage = endOf(soundPages);
  const durationS = (lastPage.granule - codec.preSkip) / sampleRateHz;
  if (durationS <= 0) throw new InvalidAudioError('The OGG contains no audio. Send a complete recording.');
  const holdableS = maxSamplesIn(file, soundPages, codec) / sampleRateHz;
  if (durationS > holdableS)
    throw new InvalidAudioError(
      `The OGG claims ${inSeconds(durationS)} and its packets last at most ${inSeconds(holdableS)}. ` +
        'Send a complete recording.',
    );
  return {
    durationS,
    sampleRateHz,
    crossCheck: {
      bytes: Buffer.concat([file.subarray(0, end), file.subarray(lastPage.start, lastPage.end)]),
      durationS: statedRateHz > 0 ? durationS : undefined,
      sampleRateHz: statedRateHz,
    },
  };
};

/** The last page, after positions that never go back. */
const endOf = (pages: readonly OggPage[]): OggPage & { readonly granule: number } => {
  let position = 0;
  for (const { granule = position, index } of pages) {
    if (granule < position)
      throw new InvalidAudioError(
        `The OGG's sample position goes backwards on page ${index + 1}, from ${position} to ${granule}. ` +
          'Export the recording again and resend it.',
      );
    position = granule;
  }
  const last = pages.at(-1);
  if (last?.granule === undefined || last.segments.at(-1) === 255)
    throw new InvalidAudioError(
      'The OGG is truncated: it ends in a packet, or before its audio. Send a complete recording.',
    );
  return { ...last, granule: last.granule };
};

const maxSamplesIn = (file: Buffer, pages: readonly OggPage[], { maxSamplesOf }: OggCodec): number => {
  let samples = 0;
  for (const page of pages) {
    let position = page.bodyStart;
    let startsPacket = !page.isContinued;
    for (const segment of page.segments) {
      if (startsPacket && segment > 0) samples += maxSamplesOf(file, position);
      position += segment;
      startsPacket = segment < 255;
    }
  }
  return samples;
};
