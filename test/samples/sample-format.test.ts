import { readFormat } from '../../lambdas/samples/audio/sample-format';
import { audioFixture } from '../support/samples';

const wav = audioFixture('wav-16khz-16bit.wav');
const ogg = audioFixture('ogg-16khz-opus.ogg');
const mp3 = audioFixture('mp3-16khz-cbr-bare.mp3');
const text = (content: string): Buffer => Buffer.from(content, 'latin1');
const after = (start: string | Buffer, file: Buffer): Buffer =>
  Buffer.concat([typeof start === 'string' ? text(start) : start, file]);
/** A chunk of text with a hundred lines. */
const riffLines = text(`LIST\xc8\0\0\0${'\r\n'.repeat(100)}`);
const riff = (form: string): Buffer => text(`RIFF\x24\0\0\0${form}\0\0\0\0`);

describe('readFormat', () => {
  it.each([
    ['zeros', Buffer.alloc(60_000)],
    ['bytes that are all 255', Buffer.alloc(300, 0xff)],
    ['the headers of an answer', 'HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n'],
    ['a line end', '\n'],
    ['an ID3v1 tag', 'TAG'.padEnd(128, 'x')],
    ['lyrics', `LYRICSBEGIN${'l'.repeat(500)}000511LYRICS200`],
    ['the start of a text in UTF-16', '\xff\xfeh\0i\0'],
  ])('given %s before the frames of an MP3, then it is an MP3', (_given, start) => {
    expect(readFormat(after(start, mp3))).toEqual({ format: 'mp3' });
  });

  it.each([
    ['a line end before a WAV', after('\n', wav), 'is a WAV with 1 other bytes before it'],
    [
      'a part of a form before a WAV',
      after('--b\r\nContent-Type: audio/wav\r\n\r\n', wav),
      'is a WAV with 32 other bytes before it',
    ],
    ['zeros before an OGG', after(Buffer.alloc(60_000), ogg), 'is an OGG with 60000 other bytes before it'],
    ['bytes of 255 before an OGG', after(Buffer.alloc(300, 0xff), ogg), 'is an OGG with 300 other bytes before it'],
    ['a WAV far inside', after(Buffer.alloc(70_000), wav), 'is neither WAV nor MP3 nor OGG'],
    ['a ZIP archive of an OGG', after('PK\x03\x04', ogg), 'is a ZIP archive;'],
    ['a FLAC after an ID3 tag', text('ID3\x04\0\0\0\0\0\x01xfLaC'), 'is FLAC;'],
    ['an AAC after an ID3 tag', text('ID3\x04\0\0\0\0\0\x01x\xff\xf1\x50\x80'), 'is AAC (ADTS);'],
    ['an M4A', text('\0\0\0\x20ftypM4A \0'), 'is M4A (AAC in MP4);'],
    ['a fragment of an MP4', text('\0\0\0\x20stypmsdh\0'), 'is MP4;'],
    ['a WebM', text('\x1a\x45\xdf\xa3\x9fB\x82\x84webm'), 'is WebM;'],
    ['an AMR', text('#!AMR\n'), 'is AMR;'],
    ['an AIFF', text('FORM\0\0\0\0AIFF'), 'is AIFF;'],
    ['a CAF', text('caff\0\x01'), 'is CAF;'],
    ['a WMA', text('\x30\x26\xb2\x75\x8e\x66\xcf\x11'), 'is WMA or WMV (ASF);'],
    ['an MP2', text('\xff\xfd\x44\xc4'), 'is MP2 (MPEG layer II);'],
    ['an MP1', text('\xff\xff\x44\xc4'), 'is MP1 (MPEG layer I);'],
    ['a DTS', text('\x7f\xfe\x80\x01'), 'is DTS;'],
    ['RealAudio', text('.ra\xfd'), 'is RealAudio;'],
    ['an AVI', riff('AVI '), 'is AVI video;'],
    [
      'GSM as a PBX records it',
      Buffer.alloc(33 * 40, Buffer.from([0xd6, ...Array<number>(32).fill(0x13)])),
      'is GSM 6.10',
    ],
    ['IRCAM', text('\x64\xa3\x01\0'), 'is IRCAM;'],
    ['ADX', text('\x80\0\0\x20'.padEnd(30, '\0') + '(c)CRI'), 'is ADX;'],
    ['a MIDI in RIFF', riff('RMID'), 'is MIDI;'],
    ['a QCP', riff('QLCM'), 'is QCP;'],
    ['an xWMA', riff('XWMA'), 'is xWMA;'],
    ['a track of a CD', riff('CDDA'), 'is a reference to a track of a CD (CDA);'],
    ['a playlist', text('#EXTM3U\n#EXTINF:1\n'), 'is a playlist (M3U);'],
    ['text in UTF-16', text('\xff\xfeh\0i\0'), 'is text;'],
    ['text in UTF-16, the other way round', text('\xfe\xff\0h\0i'), 'is text;'],
    ['base64 text of an MP3', text('//uQxAAAAAAAAAAAAAAA'), 'is base64 text of an MP3;'],
    ['hexadecimal text', text('52494646'), 'is hexadecimal text of a WAV;'],
    ['HTML after a byte order mark', text('\xef\xbb\xbf\n<HTML>'), 'is an HTML page;'],
    [
      'base64 text of a WebM',
      text(Buffer.from('\x1a\x45\xdf\xa3'.repeat(20), 'latin1').toString('base64')),
      'is base64 text;',
    ],
    ['base64 text within quotes', text(`"${mp3.toString('base64')}"`), 'is base64 text;'],
    ['hexadecimal text of an MP3', text(mp3.toString('hex')), 'is hexadecimal text;'],
    ['a Buffer as JSON', text(JSON.stringify(mp3)), 'is a Buffer of Node.js as JSON text;'],
    ['an array of bytes as JSON', text(JSON.stringify(new Uint8Array(mp3))), 'is an array of bytes as JSON text;'],
    ['a list of bytes', text([...mp3].join(',')), 'is a list of numbers as text;'],
    ['a list of bytes as JSON', text(JSON.stringify([...mp3])), 'is a list of numbers as text;'],
    ['bytes of Python', text("b'RIFF\\x24\\x00'"), 'is bytes of Python as text;'],
    ['the name of an object', text('[object Blob]'), "is the name of a program's object as text;"],
    ['a Zstandard archive', text('\x28\xb5\x2f\xfd'), 'is a Zstandard archive;'],
    ['an 8SVX', text('FORM\0\0\0\x008SVX'), 'is 8SVX;'],
    ['an archive', text('a.wav'.padEnd(257, '\0') + 'ustar'), 'is a tar archive;'],
    ['bytes that are all 255', Buffer.alloc(5_000, 0xff), 'is neither WAV nor MP3 nor OGG'],
    ['zeros', Buffer.alloc(5_000), 'is neither WAV nor MP3 nor OGG'],
    ['spaces', Buffer.alloc(5_000, ' '), 'is neither WAV nor MP3 nor OGG'],
  ])('given %s, then it is named with what to do', (_given, file, name) => {
    const { format, problem } = readFormat(file);

    expect(format).toBeUndefined();
    expect(problem).toContain(`The voice sample ${name}`);
    expect(problem).toMatch(/ffmpeg|check which file|exactly once/);
  });

  const damages: readonly (readonly [string, (file: Buffer) => Buffer])[] = [
    ['UTF-8', (file) => Buffer.from(file.toString('utf8'))],
    ['Latin-1', (file) => Buffer.from(file.toString('latin1'))],
    ['ASCII', (file) => Buffer.from(file.toString('ascii'))],
    ['ASCII with question marks', (file) => Buffer.from(file.toString('latin1').replace(/[^\0-\x7f]/g, '?'))],
    ['text of Windows', (file) => Buffer.from(file.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')],
  ];
  const recordings = { wav, mp3, ogg: audioFixture('ogg-48khz-opus-stereo.ogg'), flac: audioFixture('flac.wav') };

  it.each(
    damages.flatMap(([as, damage]) =>
      Object.entries(recordings).map(([kind, file]) => [kind, as, damage(file)] as const),
    ),
  )('given a recording (%s) that was handled as %s, then that is said', (_kind, _as, file) => {
    expect(readFormat(file).problem).toMatch(/^The voice sample was damaged on its way: .* as (bytes, not as )?text/);
  });

  it.each([
    ['silence', Buffer.concat([wav.subarray(0, 44), Buffer.alloc(60_000)])],
    ['a tag with lines of Windows', Buffer.concat([wav.subarray(0, 36), riffLines, wav.subarray(36)])],
  ])('given a WAV of %s, then it is a WAV', (_given, file) => {
    expect(readFormat(file)).toEqual({ format: 'wav' });
  });
});
