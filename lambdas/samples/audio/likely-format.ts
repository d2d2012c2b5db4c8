import { mpegFrameAt } from './mpeg-frame';
import { adviceOn, type OtherFormat } from './other-format';

/**
 * Returns the same as `otherFormat` for MPEG audio, text and GSM. They begin with nothing certain, and stray bytes look
 * alike. Returns undefined for unknown formats.
 */
export const likelyFormat = (file: Buffer): string | undefined => {
  const format = mpeg(file) ?? wideText(file) ?? text(file) ?? gsm(file);
  return format === undefined ? undefined : adviceOn(format);
};

const transportPacketBytes = 188;

/** Detects other MPEG formats. AAC and layers I and II share 11 bits with MP3. Video packets each begin with a "G". */
const mpeg = (file: Buffer): OtherFormat | undefined => {
  const [first, second = 0, third = 0] = file;
  if (first === 0x47 && file[transportPacketBytes] === 0x47) return { name: 'MPEG-TS video', remedy: 'extract' };
  if (first === 0x56 && (second & 0xe0) === 0xe0) return { name: 'AAC (LOAS)', remedy: 'convert' };
  const isLayer = first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x18) !== 0x08 && third >> 4 !== 0xf;
  if (!isLayer || wideText(file) !== undefined || mpegFrameAt(file, 0) !== undefined) return undefined;
  switch (second & 6) {
    case 0:
      return (second & 0xf0) === 0xf0 ? { name: 'AAC (ADTS)', remedy: 'convert' } : undefined;
    case 4:
      return { name: 'MP2 (MPEG layer II)', remedy: 'convert' };
    case 6:
      return { name: 'MP1 (MPEG layer I)', remedy: 'convert' };
    default:
      return undefined;
  }
};

/** Detects UTF-16 by its byte order mark. */
const wideText = (file: Buffer): OtherFormat | undefined => {
  const isLittleEndian = file[0] === 0xff && file[1] === 0xfe && file[3] === 0;
  const isBigEndian = file[0] === 0xfe && file[1] === 0xff && file[2] === 0;
  return isLittleEndian || isBigEndian ? { name: 'text', remedy: 'check' } : undefined;
};

const gsmFrameBytes = 33;
const gsmFrames = 20;

/** Detects GSM 6.10 without a header, as Asterisk records it. Each frame begins with the same four bits. */
const gsm = (file: Buffer): OtherFormat | undefined => {
  if (file.length < gsmFrames * gsmFrameBytes) return undefined;
  for (let frame = 0; frame < gsmFrames; frame += 1)
    if ((file[frame * gsmFrameBytes] ?? 0) >> 4 !== 0xd) return undefined;
  return { name: 'GSM 6.10 without a header', remedy: 'convert' };
};

/** How programs write bytes as text: a pattern for the start of the text, and its name. */
const byteTexts: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^"?([0-9a-f]{2}[\s:]?){32}/i, 'hexadecimal text'],
  [/^"?[A-Za-z0-9+/_-]{64}/, 'base64 text'],
  [/^\{\s*"type"\s*:\s*"Buffer"/, 'a Buffer of Node.js as JSON text'],
  [/^\{\s*"0"\s*:\s*\d{1,3}\s*,\s*"1"\s*:\s*\d{1,3}\s*,/, 'an array of bytes as JSON text'],
  [/^\[?\s*-?\d{1,3}(\s*,\s*-?\d{1,3}){15}/, 'a list of numbers as text'],
  [/^b(["'])(RIFF|OggS|ID3|\\xff)/, 'bytes of Python as text'],
];

const textBytes = 512;
const controlCharacter = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;

const text = (file: Buffer): OtherFormat | undefined => {
  const start = file
    .subarray(0, textBytes)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (start === '' || controlCharacter.test(start) || /\ufffd./.test(start)) return undefined;
  if (/^<(!doctype html|html|head|body)/i.test(start)) return { name: 'an HTML page', remedy: 'check' };
  if (start.startsWith('<')) return { name: 'XML text', remedy: 'check' };
  for (const [pattern, name] of byteTexts) if (pattern.test(start)) return { name, remedy: 'decode' };
  if (start.startsWith('[object ')) return { name: "the name of a program's object as text", remedy: 'check' };
  if (/^[{[]/.test(start)) return { name: 'JSON text', remedy: 'check' };
  return { name: 'text', remedy: 'check' };
};
