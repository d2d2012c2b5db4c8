import { likelyFormat } from './likely-format';
import { hasMp3Frames } from './mp3-frames';
import { id3v2End } from './mp3-tags';
import { freeFormatRunAt, mpegFrameAt } from './mpeg-frame';
import { otherFormat } from './other-format';
import { textDamage } from './text-damage';

/** The accepted audio formats, recognised by content. */
export type SampleFormat = 'wav' | 'mp3' | 'ogg';

/** An accepted format, or why the content is rejected, in a sentence. */
export type FormatReading =
  | { readonly format: SampleFormat; readonly problem?: undefined }
  | { readonly format: undefined; readonly problem: string };

/**
 * Detects the format by content, whatever the sender calls it. Reads only the first 64 KiB and tags, unless the file
 * may be text.
 */
export const readFormat = (bytes: Uint8Array): FormatReading => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damage = textDamage(file);
  if (damage !== undefined) return { format: undefined, problem: damage };
  const container = containerAt(file, 0);
  if (container !== undefined) return { format: container };
  const soundAt = tagsEnd(file);
  const tagged = soundAt === 0 ? undefined : containerAt(file, soundAt);
  if (tagged !== undefined) return { format: undefined, problem: taggedProblem(tagged) };
  const other = otherFormat(file.subarray(soundAt));
  if (other !== undefined) return { format: undefined, problem: `The voice sample is ${other}` };
  if (mpegFrameAt(file, 0) !== undefined || freeFormatRunAt(file, 0) || hasMp3Frames(file)) return { format: 'mp3' };
  const problem = strayProblem(file) ?? likelyProblem(file.subarray(soundAt));
  if (problem !== undefined) return { format: undefined, problem };
  return soundAt > 0 ? { format: 'mp3' } : { format: undefined, problem: unknownProblem };
};

/** Detects the format by content. Returns undefined for other formats. */
export const sampleFormat = (bytes: Uint8Array): SampleFormat | undefined => readFormat(bytes).format;

type Container = 'wav' | 'ogg';

const containerNames: Readonly<Record<Container, string>> = { wav: 'a WAV', ogg: 'an OGG' };
const riffIds = ['RIFF', 'RF64', 'BW64', 'RIFX'];

const containerAt = (file: Buffer, offset: number): Container | undefined => {
  const id = file.toString('latin1', offset, offset + 4);
  if (id === 'OggS') return 'ogg';
  return riffIds.includes(id) && file.toString('latin1', offset + 8, offset + 12) === 'WAVE' ? 'wav' : undefined;
};

const maxStrayBytes = 65_536;

/** Returns that a WAV or OGG begins after other bytes. An OGG's first page has version 0 and the first-page flag. */
const strayProblem = (file: Buffer): string | undefined => {
  const start = file.subarray(0, maxStrayBytes);
  const [at] = ['OggS\0\x02', ...riffIds]
    .map((id) => start.indexOf(id, 1, 'latin1'))
    .filter((offset) => offset > 0 && containerAt(file, offset) !== undefined)
    .toSorted((one, other) => one - other);
  const format = at === undefined ? undefined : containerAt(file, at);
  return format === undefined
    ? undefined
    : `The voice sample is ${containerNames[format]} with ${at} other bytes before it, which many programs cannot ` +
        `read. Remove them, or let a program write it anew: ffmpeg -i recording -c copy sample.${format}`;
};

const likelyProblem = (file: Buffer): string | undefined => {
  const likely = likelyFormat(file);
  return likely === undefined ? undefined : `The voice sample is ${likely}`;
};

const maxTags = 16;

/** Returns the end of the ID3 tags at the start. A tag longer than the file counts as the start of an MP3. */
const tagsEnd = (file: Buffer): number => {
  let offset = 0;
  for (let tags = 0; tags < maxTags; tags += 1) {
    const end = id3v2End(file, offset);
    if (end === undefined) return offset === 0 && file.toString('latin1', 0, 3) === 'ID3' ? 1 : offset;
    if (end >= file.length) return Math.max(offset, 1);
    offset = end;
  }
  return offset;
};

const taggedProblem = (format: Container): string =>
  `The voice sample is ${containerNames[format]} with an ID3 tag before it, which many programs cannot read. ` +
  `Remove the tag and send the result: ffmpeg -i recording -map_metadata -1 -c copy sample.${format}`;

const unknownProblem =
  'The voice sample is neither WAV nor MP3 nor OGG by its content. Send one of these. Sound without a header needs ' +
  'one: ffmpeg -f s16le -ar 16000 -ac 1 -i recording sample.wav, with the format and sample rate that it was ' +
  'recorded in. Telephone sound is often -f mulaw -ar 8000.';
