import { type AudioStructure, InvalidAudioError } from './audio-structure';
import type { OggCodec } from './ogg-codec';
import { readOggHeaders } from './ogg-headers';
import { oggLength } from './ogg-length';
import { countOggPackets, type PageSound } from './ogg-packets';
import { asLastPage, type OggPage } from './ogg-page';
import { readOggPages } from './ogg-pages';
import { opusSound } from './opus-sound';

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
  const durationS = (oggLength(sounds, codec.maxEarlySamples) - preSkip) / sampleRateHz;
  if (durationS <= 0) throw new InvalidAudioError('The OGG contains no audio. Send a complete recording.');
  if (!sounds.some(({ largestBytes }) => largestBytes > silentPacketBytes))
    throw new InvalidAudioError('The OGG contains nothing but silence. Send a recording with speech.');
  const lastPage = sounds.findLast(({ packets }) => packets > 0)?.page;
  if (codec.name === 'Opus') checkPlayable(sounds, lastPage);
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

/**
 * Most players decode nothing of an Opus stream after a page whose packets have no position, except the last page, and
 * nothing after a packet that is empty or not Opus.
 */
const checkPlayable = (sounds: readonly PageSound[], lastPage: OggPage | undefined): void => {
  const unplaced = sounds.find(({ page, packets }) => packets > 0 && page.granule === undefined && page !== lastPage);
  if (unplaced !== undefined)
    throw new InvalidAudioError(
      `The OGG has no position on page ${unplaced.page.index + 1}, so players cannot play it. ` +
        'Export the recording again.',
    );
  const broken = sounds.find(({ followsBroken }) => followsBroken);
  if (broken !== undefined)
    throw new InvalidAudioError(
      `The OGG has an empty or broken packet on page ${broken.page.index + 1} or before it, where many players stop. ` +
        'Convert it and send the result: opusdec recording.ogg sample.wav',
    );
};

/** Opus and Vorbis have at most two bytes in a silent packet. */
const silentPacketBytes = 2;

/** Returns the duration by this page's position alone. Returns undefined if the page has no position. */
const statedDurationS = (page: OggPage | undefined, { preSkip, sampleRateHz }: OggCodec): number | undefined => {
  const samples = (page?.granule ?? 0) - preSkip;
  return samples > 0 ? samples / sampleRateHz : undefined;
};
