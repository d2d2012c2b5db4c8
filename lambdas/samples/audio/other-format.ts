import { byteText } from './byte-text';
import { mpegFrameAt } from './mpeg-frame';

/** A file format that senders use by mistake instead of WAV, MP3 or OGG. */
interface OtherFormat {
  readonly name: string;
  readonly way: 'convert' | 'extract' | 'check' | 'decode';
}

const convert = 'ffmpeg -i recording -vn -ac 1 -ar 44100 -b:a 128k sample.mp3';

const ways: Readonly<Record<OtherFormat['way'], string>> = {
  convert: `Convert it and send the result: ${convert}`,
  extract: `Send its sound alone: ${convert}`,
  check: 'It is not a recording: check which file is sent, and that its download or recording succeeded.',
  decode: 'Send the bytes of the recording. Only where JSON needs text, encode them as base64, exactly once.',
};

/** Formats by the characters at an offset. */
const starts: readonly (readonly [start: string, offset: number, name: string, way: OtherFormat['way']])[] = [
  ['fLaC', 0, 'FLAC', 'convert'],
  ['#!AMR-WB', 0, 'AMR-WB', 'convert'],
  ['#!AMR', 0, 'AMR', 'convert'],
  ['#!SILK', 0, 'SILK', 'convert'],
  ['\x02#!SILK', 0, 'SILK', 'convert'],
  ['caff', 0, 'CAF', 'convert'],
  ['AIFF', 8, 'AIFF', 'convert'],
  ['AIFC', 8, 'AIFF-C', 'convert'],
  ['8SVX', 8, '8SVX', 'convert'],
  ['ADIF', 0, 'AAC (ADIF)', 'convert'],
  ['.snd', 0, 'AU', 'convert'],
  ['MAC ', 0, "Monkey's Audio (APE)", 'convert'],
  ['wvpk', 0, 'WavPack', 'convert'],
  ['TTA1', 0, 'True Audio (TTA)', 'convert'],
  ['MPCK', 0, 'Musepack', 'convert'],
  ['MP+', 0, 'Musepack', 'convert'],
  ['DSD ', 0, 'DSF', 'convert'],
  ['FRM8', 0, 'DSDIFF', 'convert'],
  ['riff\x2e\x91\xcf\x11', 0, 'Wave64 (W64)', 'convert'],
  ['NIST_1A', 0, 'NIST SPHERE', 'convert'],
  ['Creative Voice File', 0, 'VOC', 'convert'],
  ['.RMF', 0, 'RealMedia', 'convert'],
  ['\x0b\x77', 0, 'AC-3', 'convert'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 0, 'WMA or WMV (ASF)', 'convert'],
  ['.ra\xfd', 0, 'RealAudio', 'convert'],
  ['\x7f\xfe\x80\x01', 0, 'DTS', 'convert'],
  ['MMMD', 0, 'SMAF (MMF)', 'convert'],
  ['.SoX', 0, 'SoX', 'convert'],
  ['\x64\xa3\x01\0', 0, 'IRCAM', 'convert'],
  ['\x64\xa3\x02\0', 0, 'IRCAM', 'convert'],
  ['\x64\xa3\x03\0', 0, 'IRCAM', 'convert'],
  ['(c)CRI', 30, 'ADX', 'convert'],
  ['OFR ', 0, 'OptimFROG', 'convert'],
  ['nut/multimedia', 0, 'NUT', 'convert'],
  ['QLCM', 8, 'QCP', 'convert'],
  ['XWMA', 8, 'xWMA', 'convert'],
  ['AVI ', 8, 'AVI video', 'extract'],
  ['FWS', 0, 'Flash (SWF)', 'extract'],
  ['CWS', 0, 'Flash (SWF)', 'extract'],
  ['FLV', 0, 'Flash video (FLV)', 'extract'],
  ['\0\0\x01\xba', 0, 'MPEG video', 'extract'],
  ['\0\0\x01\xb3', 0, 'MPEG video', 'extract'],
  ['MThd', 0, 'MIDI', 'check'],
  ['RMID', 8, 'MIDI', 'check'],
  ['CDDA', 8, 'a reference to a track of a CD (CDA)', 'check'],
  ['#EXTM3U', 0, 'a playlist (M3U)', 'check'],
  ['[playlist]', 0, 'a playlist (PLS)', 'check'],
  ['II*\0', 0, 'a TIFF picture', 'check'],
  ['MM\0*', 0, 'a TIFF picture', 'check'],
  ['MZ', 0, 'a program', 'check'],
  ['\x28\xb5\x2f\xfd', 0, 'a Zstandard archive', 'check'],
  ['BZh', 0, 'a bzip2 archive', 'check'],
  ['\xfd7zXZ\0', 0, 'an XZ archive', 'check'],
  ['ustar', 257, 'a tar archive', 'check'],
  ['%PDF', 0, 'a PDF document', 'check'],
  ['\x89PNG', 0, 'a PNG picture', 'check'],
  ['\xff\xd8\xff', 0, 'a JPEG picture', 'check'],
  ['GIF8', 0, 'a GIF picture', 'check'],
  ['WEBP', 8, 'a WebP picture', 'check'],
  ['PK\x03\x04', 0, 'a ZIP archive', 'check'],
  ['\x1f\x8b', 0, 'a gzip archive', 'check'],
  ['Rar!', 0, 'a RAR archive', 'check'],
  ['7z\xbc\xaf', 0, 'a 7-Zip archive', 'check'],
  ['UklGR', 0, 'base64 text of a WAV', 'decode'],
  ['T2dnUw', 0, 'base64 text of an OGG', 'decode'],
  ['SUQz', 0, 'base64 text of an MP3', 'decode'],
  ['//uQ', 0, 'base64 text of an MP3', 'decode'],
  ['//vQ', 0, 'base64 text of an MP3', 'decode'],
  ['//NQ', 0, 'base64 text of an MP3', 'decode'],
  ['"UklGR', 0, 'base64 text of a WAV', 'decode'],
  ['52494646', 0, 'hexadecimal text of a WAV', 'decode'],
  ['4f676753', 0, 'hexadecimal text of an OGG', 'decode'],
  ['494433', 0, 'hexadecimal text of an MP3', 'decode'],
  ['data:audio', 0, 'the text of a data: URL', 'decode'],
];

/**
 * Returns a file's format, by the first bytes of that format, and what to do. The text ends a sentence that begins with
 * "The voice sample is". Returns undefined for unknown formats.
 */
export const otherFormat = (file: Buffer): string | undefined => inWords(mp4(file) ?? matroska(file) ?? byStart(file));

/** Returns the same for MPEG audio, text and GSM, which begin with nothing certain. Stray bytes look alike. */
export const likelyFormat = (file: Buffer): string | undefined =>
  inWords(mpeg(file) ?? wideText(file) ?? text(file) ?? gsm(file));

const inWords = (found: OtherFormat | undefined): string | undefined =>
  found === undefined ? undefined : `${found.name}; WAV, MP3 and OGG are accepted. ${ways[found.way]}`;

const latin1 = (file: Buffer, from: number, to: number): string => file.toString('latin1', from, to);

const byStart = (file: Buffer): OtherFormat | undefined => {
  const found = starts.find(([start, offset]) => latin1(file, offset, offset + start.length) === start);
  return found === undefined ? undefined : { name: found[2], way: found[3] };
};

const brands: readonly (readonly [RegExp, string, OtherFormat['way']])[] = [
  [/^M4[ABP] /, 'M4A (AAC in MP4)', 'convert'],
  [/^F4A/, 'M4A (AAC in MP4)', 'convert'],
  [/^3g/, '3GP', 'convert'],
  [/^qt /, 'QuickTime (MOV)', 'extract'],
  [/^(avif|heic|mif1)/, 'a picture', 'check'],
];
const boxes = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'styp', 'moof'];

const mp4 = (file: Buffer): OtherFormat | undefined => {
  if (!boxes.includes(latin1(file, 4, 8))) return undefined;
  const [, name = 'MP4', way = 'extract'] = brands.find(([pattern]) => pattern.test(latin1(file, 8, 12))) ?? [];
  return { name, way };
};

const ebml = '\x1a\x45\xdf\xa3';
const headBytes = 64;

const matroska = (file: Buffer): OtherFormat | undefined => {
  if (latin1(file, 0, 4) !== ebml) return undefined;
  return { name: latin1(file, 0, headBytes).includes('webm') ? 'WebM' : 'Matroska (WebM or MKV)', way: 'convert' };
};

const transportPacketBytes = 188;

/** Detects other MPEG formats. AAC and layers I and II share 11 bits with MP3. Video packets each begin with a "G". */
const mpeg = (file: Buffer): OtherFormat | undefined => {
  const [first, second = 0, third = 0] = file;
  if (first === 0x47 && file[transportPacketBytes] === 0x47) return { name: 'MPEG-TS video', way: 'extract' };
  if (first === 0x56 && (second & 0xe0) === 0xe0) return { name: 'AAC (LOAS)', way: 'convert' };
  const isLayer = first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x18) !== 0x08 && third >> 4 !== 0xf;
  if (!isLayer || wideText(file) !== undefined || mpegFrameAt(file, 0) !== undefined) return undefined;
  const name = { 0: 'AAC (ADTS)', 2: undefined, 4: 'MP2 (MPEG layer II)', 6: 'MP1 (MPEG layer I)' }[second & 6];
  return name === undefined || (name === 'AAC (ADTS)' && (second & 0xf0) !== 0xf0)
    ? undefined
    : { name, way: 'convert' };
};

/** Detects UTF-16 by its byte order mark. */
const wideText = (file: Buffer): OtherFormat | undefined => {
  const isLittleEndian = file[0] === 0xff && file[1] === 0xfe && file[3] === 0;
  const isBigEndian = file[0] === 0xfe && file[1] === 0xff && file[2] === 0;
  return isLittleEndian || isBigEndian ? { name: 'text', way: 'check' } : undefined;
};

const gsmFrameBytes = 33;
const gsmFrames = 20;

/** Detects GSM 6.10 without a header, as Asterisk records it. Each frame begins with the same four bits. */
const gsm = (file: Buffer): OtherFormat | undefined => {
  const isFrame = (_: unknown, n: number): boolean => (file[n * gsmFrameBytes] ?? 0) >> 4 === 0xd;
  const isGsm = file.length >= gsmFrames * gsmFrameBytes && Array.from({ length: gsmFrames }, isFrame).every(Boolean);
  return isGsm ? { name: 'GSM 6.10 without a header', way: 'convert' } : undefined;
};

const textBytes = 512;
const foreign = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;

const text = (file: Buffer): OtherFormat | undefined => {
  const start = file
    .subarray(0, textBytes)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (start === '' || foreign.test(start) || /\ufffd./.test(start)) return undefined;
  if (/^<(!doctype html|html|head|body)/i.test(start)) return { name: 'an HTML page', way: 'check' };
  if (start.startsWith('<')) return { name: 'XML text', way: 'check' };
  const coded = byteText(start);
  if (coded !== undefined) return { name: coded, way: 'decode' };
  if (start.startsWith('[object ')) return { name: "the name of a program's object as text", way: 'check' };
  if (/^[{[]/.test(start)) return { name: 'JSON text', way: 'check' };
  return { name: 'text', way: 'check' };
};
