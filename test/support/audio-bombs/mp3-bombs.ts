import { type AudioBomb, filled, repeated } from './audio-bomb';

const id3Header = (bodyBytes: number): Buffer =>
  Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, ...[21, 14, 7, 0].map((shift) => (bodyBytes >> shift) & 0x7f)]);

/** An ID3v2.3 tag around this body. */
export const id3Tag = (body: Buffer): Buffer => Buffer.concat([id3Header(body.length), body]);

/** The indexes of the bit rates that a frame of 24 kHz can have, by kbit/s. */
const rates24kHz = { 8: 1, 16: 2, 32: 4, 64: 8, 128: 12 };

/** A frame of MPEG 2 layer III, 24 kHz, mono, 24 ms, filled with these bytes; 3 bytes a kbit/s. */
export const mp3Frame = (bitRateKbps: keyof typeof rates24kHz, filling: readonly number[] = [0]): Buffer => {
  const frame = Buffer.alloc(3 * bitRateKbps, Buffer.from(filling));
  frame.set([0xff, 0xf3, (rates24kHz[bitRateKbps] << 4) | 0x04, 0xc0]);
  return frame;
};

/** A first frame with an Info or Xing header that claims these frames and bytes. */
export const mp3SummaryFrame = (id: 'Info' | 'Xing', frames: number, bytes: number): Buffer => {
  const frame = mp3Frame(64);
  frame.write(id, 13, 'latin1');
  frame.set([0, 0, 0, 3], 17);
  frame.writeUInt32BE(frames, 21);
  frame.writeUInt32BE(bytes, 25);
  return frame;
};

const falseSyncs = [0xff, 0xe0];
const four = repeated(mp3Frame(64), 192 * 170);
const none = Buffer.alloc(0);

const withTag = (frame: Buffer) => (sizeBytes: number) =>
  Buffer.concat([id3Tag(repeated(frame, sizeBytes - four.length - 10)), four]);

const withTextFrame = (id: string, text: Buffer) => (sizeBytes: number) => {
  const header = Buffer.from(`${id}\0\0\0\0\0\0\x03`, 'latin1');
  const body = filled(sizeBytes - four.length - 10, header, text);
  body.writeUInt32BE(body.length - 10, 4);
  return Buffer.concat([id3Tag(body), four]);
};

/** An APEv2 footer that claims items for all bytes before it. */
const apeFooter = (itemBytes: number, items: number): Buffer => {
  const footer = Buffer.alloc(32);
  footer.write('APETAGEX', 'latin1');
  footer.writeUInt32LE(2000, 8);
  footer.writeUInt32LE(itemBytes + 32, 12);
  footer.writeUInt32LE(items, 16);
  return footer;
};

/** An excerpt whose last frame ends with an APEv2 tag of one list of many values. */
const apeInExcerpt = (sizeBytes: number): Buffer => {
  const values = Buffer.alloc(332, 'a\0');
  const item = Buffer.concat([Buffer.from([0x4c, 1, 0, 0, 0, 0, 0, 0]), Buffer.from('Genre\0', 'latin1'), values]);
  const last = mp3Frame(128);
  last.set(apeFooter(0, 1), last.length - 32);
  last.set(item.subarray(0, last.length - 36), 4);
  return filled(sizeBytes, none, Buffer.concat([repeated(mp3Frame(128), 16_384 - 384), last]));
};

/** MP3 files that cost a parser seconds, or look as if they could. */
export const mp3Bombs: readonly AudioBomb[] = [
  { name: 'MP3: an ID3 tag of tiny frames', make: withTag(Buffer.from('TALB\0\0\0\x01\0\0\0', 'latin1')) },
  { name: 'MP3: an ID3 tag of empty frames', make: withTag(Buffer.from('TALB\0\0\0\0\0\0', 'latin1')) },
  {
    name: 'MP3: an ID3 tag of chapters',
    make: withTag(Buffer.from('CHAP\0\0\0\x12\0\0a\0'.padEnd(28, '\0'), 'latin1')),
  },
  { name: 'MP3: an ID3 text of many values', make: withTextFrame('TCON', Buffer.from('(1)\0')) },
  { name: 'MP3: an ID3 text of one value', make: withTextFrame('TIT2', Buffer.from('ä')) },
  { name: 'MP3: an ID3 picture', make: withTextFrame('APIC', Buffer.from([0xff, 0xd8])) },
  {
    name: 'MP3: empty ID3 tags',
    make: (size) => filled(size, none, id3Tag(none), four),
    refusal: /more than 16 tags/,
  },
  {
    name: 'MP3: false syncs',
    make: (size) => filled(size, id3Tag(none), Buffer.from(falseSyncs)),
    refusal: /more than 65536 bytes that are neither/,
  },
  {
    name: 'MP3: headers without frames',
    make: (size) => filled(size, none, mp3Frame(64).subarray(0, 4)),
  },
  {
    name: 'MP3: stray bytes after every third frame',
    make: (size) => filled(size, none, Buffer.concat([repeated(mp3Frame(8), 72), Buffer.from(falseSyncs)])),
    refusal: /more than 65536 bytes that are neither/,
  },
  { name: 'MP3: the smallest frames, constant', make: (size) => filled(size, none, mp3Frame(8, falseSyncs)) },
  {
    name: 'MP3: the smallest frames, variable, no header',
    make: (size) => filled(size, none, Buffer.concat([mp3Frame(8, falseSyncs), mp3Frame(16, falseSyncs)])),
  },
  {
    name: 'MP3: variable bit rate, no header',
    make: (size) => filled(size, none, Buffer.concat([mp3Frame(32), mp3Frame(128), mp3Frame(64)])),
  },
  {
    name: 'MP3: variable after four equal frames, no header',
    make: (size) => filled(size, repeated(mp3Frame(32), 4 * 96), Buffer.concat([mp3Frame(64), mp3Frame(128)])),
  },
  {
    name: 'MP3: frames of false syncs after a gap',
    make: (size) =>
      filled(size, Buffer.concat([repeated(mp3Frame(64), 768), Buffer.alloc(65_000, 0xff)]), mp3Frame(64, falseSyncs)),
  },
  {
    name: 'MP3: false syncs in the Info frame',
    make: (size) => {
      const frames = Math.floor(size / 192) - 1;
      const info = mp3SummaryFrame('Info', frames, size);
      info.fill(Buffer.from(falseSyncs), 40);
      return filled(size, info, mp3Frame(64, falseSyncs));
    },
  },
  {
    name: 'MP3: a Xing header that claims years',
    make: (size) => filled(size, mp3SummaryFrame('Xing', 0xffff_ffff, size), mp3Frame(64)),
    refusal: /header claims 103079215\.08 s and its frames last/,
  },
  {
    name: 'MP3: an APEv2 footer with tiny items before it',
    make: (size) => {
      const item = Buffer.from('\x01\0\0\0\0\0\0\0k\0v', 'latin1');
      const items = Math.floor((size - four.length - 32) / item.length);
      return Buffer.concat([four, repeated(item, items * item.length), apeFooter(items * item.length, items)]);
    },
    refusal: /more than 65536 bytes that are neither/,
  },
  { name: 'MP3: an APEv2 tag in the frames of the excerpt', make: apeInExcerpt },
];
