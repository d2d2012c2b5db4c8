/** A file format that senders use by mistake instead of WAV, MP3 or OGG. */
export interface OtherFormat {
  readonly name: string;
  readonly remedy: 'convert' | 'extract' | 'check' | 'decode';
}

const convert = 'ffmpeg -i recording -vn -ac 1 -ar 44100 -b:a 128k sample.mp3';

const remedies: Readonly<Record<OtherFormat['remedy'], string>> = {
  convert: `Convert it and send the result: ${convert}`,
  extract: `Send its sound alone: ${convert}`,
  check: 'It is not a recording: check which file is sent, and that its download or recording succeeded.',
  decode: 'Send the bytes of the recording. Only where JSON needs text, encode them as base64, exactly once.',
};

/** Formats by the characters at an offset. */
const signatures: readonly (readonly [start: string, offset: number, name: string, remedy: OtherFormat['remedy']])[] = [
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
export const otherFormat = (file: Buffer): string | undefined => {
  const format = mp4(file) ?? matroska(file) ?? formatBySignature(file);
  return format === undefined ? undefined : adviceOn(format);
};

/** Names a format and what to do. The text ends a sentence that begins with "The voice sample is". */
export const adviceOn = ({ name, remedy }: OtherFormat): string =>
  `${name}; WAV, MP3 and OGG are accepted. ${remedies[remedy]}`;

const latin1 = (file: Buffer, from: number, to: number): string => file.toString('latin1', from, to);

const formatBySignature = (file: Buffer): OtherFormat | undefined => {
  for (const [start, offset, name, remedy] of signatures)
    if (latin1(file, offset, offset + start.length) === start) return { name, remedy };
  return undefined;
};

const brands: readonly (readonly [pattern: RegExp, name: string, remedy: OtherFormat['remedy']])[] = [
  [/^M4[ABP] /, 'M4A (AAC in MP4)', 'convert'],
  [/^F4A/, 'M4A (AAC in MP4)', 'convert'],
  [/^3g/, '3GP', 'convert'],
  [/^qt /, 'QuickTime (MOV)', 'extract'],
  [/^(avif|heic|mif1)/, 'a picture', 'check'],
];
const boxes = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'styp', 'moof'];

const mp4 = (file: Buffer): OtherFormat | undefined => {
  if (!boxes.includes(latin1(file, 4, 8))) return undefined;
  const fileBrand = latin1(file, 8, 12);
  for (const [pattern, name, remedy] of brands) if (pattern.test(fileBrand)) return { name, remedy };
  return { name: 'MP4', remedy: 'extract' };
};

const ebml = '\x1a\x45\xdf\xa3';
const headBytes = 64;

const matroska = (file: Buffer): OtherFormat | undefined => {
  if (latin1(file, 0, 4) !== ebml) return undefined;
  return { name: latin1(file, 0, headBytes).includes('webm') ? 'WebM' : 'Matroska (WebM or MKV)', remedy: 'convert' };
};
