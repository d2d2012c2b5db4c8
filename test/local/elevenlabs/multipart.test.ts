import { createHash } from 'node:crypto';
import { readMultipart } from '../../../local/elevenlabs/multipart';

const boundary = 'edge42';
const type = `multipart/form-data; boundary=${boundary}`;

/** The same bytes on every run, of every value. */
const noise = (seed: string, blocks: number): Buffer =>
  Buffer.concat(Array.from({ length: blocks }, (_, n) => createHash('sha256').update(`${seed} ${n}`).digest()));

const part = (headers: string, content: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from(`--${boundary}\r\n${headers}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')]);

const form = (...parts: Buffer[]): Buffer => Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);

const file = 'Content-Disposition: form-data; name="files"; filename="a.wav"\r\nContent-Type: audio/wav';
const text = 'Content-Disposition: form-data; name="name"';

describe('readMultipart', () => {
  it('given text and a file, when read, then each part has its names, its type and its bytes, in order', () => {
    const parts = readMultipart(type, form(part(text, 'Ivân'), part(file, 'RIFF')));

    expect(parts).toEqual([
      { name: 'name', fileName: null, mimeType: null, bytes: Buffer.from('Ivân') },
      { name: 'files', fileName: 'a.wav', mimeType: 'audio/wav', bytes: Buffer.from('RIFF') },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['the boundary without a line before it', `x--${boundary}\r\nx`],
    ['the boundary after a bare line feed', `\n--${boundary}\r\n`],
    ['a boundary that lacks its last letter', `\r\n--${boundary.slice(0, -1)}\r\n--`],
    ['empty lines and dashes', '\r\n\r\n--\r\n--\r\r\n-'],
    ['a carriage return at the very end', 'x\r'],
    ['a line break at the very end', 'x\r\n'],
  ])('given a file with %s after random bytes, when read, then no byte is lost or added', (_given, sequence) => {
    const bytes = Buffer.concat([noise('before', 9), Buffer.from(sequence)]);

    const parts = readMultipart(type, form(part(file, bytes), part(text, 'x')));

    expect(parts.map(({ name }) => name)).toEqual(['files', 'name']);
    expect(parts[0]!.bytes.equals(bytes)).toBe(true);
  });

  it.each([
    ['plain bytes', 300],
    ['a megabyte', 32_768],
  ])('given the form of another author with %s, when read, then the file is the same', async (_given, blocks) => {
    const bytes = noise('fetch', blocks);
    const sent = new FormData();
    sent.append('files', new Blob([new Uint8Array(bytes)], { type: 'audio/ogg' }), 'caller.ogg');
    const request = new Request('http://127.0.0.1/', { method: 'POST', body: sent });

    const parts = readMultipart(request.headers.get('content-type')!, Buffer.from(await request.arrayBuffer()));

    expect(parts).toHaveLength(1);
    expect(parts[0]).toMatchObject({ name: 'files', fileName: 'caller.ogg', mimeType: 'audio/ogg' });
    expect(parts[0]!.bytes.equals(bytes)).toBe(true);
  });

  it.each([
    ['another content type', 'application/json', form(part(text, 'x')), /not multipart/],
    ['no boundary parameter', 'multipart/form-data', form(part(text, 'x')), /not multipart/],
    ['a preamble', type, Buffer.concat([Buffer.from('hello\r\n'), form(part(text, 'x'))]), /does not begin/],
    ['an epilogue', type, Buffer.concat([form(part(text, 'x')), Buffer.from('bye')]), /neither begin a part nor end/],
    ['a body that is cut off', type, part(text, 'x'), /neither begin a part nor end|closing boundary/],
    ['a delimiter line that goes on', type, form(part(text, `a\r\n--${boundary}2\r\nb`)), /neither begin/],
    ['the boundary as the first bytes of a file', type, form(part(file, `--${boundary}--\r\n`)), /no empty line/],
    ['a part without headers', type, form(Buffer.from(`--${boundary}\r\nhello\r\n`)), /no empty line/],
    [
      'a transfer encoding',
      type,
      form(part(`${text}\r\nContent-Transfer-Encoding: base64`, 'eA==')),
      /transfer-encoding/,
    ],
    ['a repeated header', type, form(part(`${text}\r\n${text}`, 'x')), /repeated/],
    ['an extended file name', type, form(part(`${text}; filename*=utf-8''a.wav`, 'x')), /not that of a form field/],
    ['a part without a name', type, form(part('Content-Type: audio/wav', 'x')), /not that of a form field/],
  ])('given %s, when read, then it is refused', (_given, contentType, body, sentence) => {
    expect(() => readMultipart(contentType, body)).toThrow(sentence);
  });
});
