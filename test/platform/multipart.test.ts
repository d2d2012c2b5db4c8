import { readMultipart } from '../../lambdas/platform/multipart';

const contentType = 'multipart/form-data; boundary=cut';
const limits = { maxParts: 3, maxPartBytes: 1000 };
const part = (name: string, value: string, more = '') =>
  `--cut\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const body = (...parts: string[]) => Buffer.from(`${parts.join('')}--cut--\r\n`, 'latin1');

describe('readMultipart', () => {
  it('given fields and files, when read, then each is there byte for byte, in order', async () => {
    const audio = '\x00\xff\r\n--cu\r\n\x80';

    const parts = await readMultipart(
      contentType,
      body(part('metadata', '{"a":1}'), part('voice_sample', audio, '; filename="a.wav"')),
      limits,
    );

    expect(parts).toEqual([
      { name: 'metadata', bytes: Buffer.from('{"a":1}') },
      { name: 'voice_sample', bytes: Buffer.from(audio, 'latin1') },
    ]);
  });

  it('given an empty part, when read, then it is there', async () => {
    expect(await readMultipart(contentType, body(part('voice_sample', '')), limits)).toEqual([
      { name: 'voice_sample', bytes: Buffer.alloc(0) },
    ]);
  });

  it.each([
    ['text behind its end', Buffer.concat([body(part('a', '1')), Buffer.from('An epilogue, to be ignored.\r\n')])],
    ['text before its start', Buffer.concat([Buffer.from('A preamble.\r\n'), body(part('a', '1'))])],
    ['a semicolon and a name in a file name', body(part('a', '1', '; filename="Call; name=Ivan.ogg"'))],
    ['a quote in a file name', body(part('a', '1', '; filename="a\\"; name=\\"b.ogg"'))],
    ['a file name without quotes', body(part('a', '1', '; filename=my call.ogg'))],
    ['a file name in UTF-8', body(part('a', '1', '; filename="a.ogg"; filename*=UTF-8\'\'n%C3%A4me.ogg'))],
    ['an encoding that changes nothing', body(part('a', '1', '\r\nContent-Transfer-Encoding: Binary'))],
    ['its closing boundary within a line', body(part('a', '1'), part('b', 'x--cut--y'))],
  ])('given a form with %s, when read, then it is the form alone', async (_given, bytes) => {
    expect((await readMultipart(contentType, bytes, limits))[0]).toEqual({ name: 'a', bytes: Buffer.from('1') });
  });

  it.each(['base64', 'quoted-printable'])(
    'given a part in %s, when read, then its encoding is named',
    async (encoding) => {
      const encoded = body(part('a', '1', `\r\nContent-Transfer-Encoding: ${encoding}`));

      await expect(readMultipart(contentType, encoded, limits)).rejects.toMatchObject({
        code: 'INVALID_MULTIPART',
        message: expect.stringContaining(`Content-Transfer-Encoding ${encoding}; send plain bytes`),
      });
    },
  );

  it.each([
    ['no boundary', 'multipart/form-data', body(part('a', '1')), /has no boundary/],
    ['a body that is cut', contentType, body(part('a', '1')).subarray(0, 60), /truncated|middle/],
    ['a part that is cut', contentType, Buffer.from(part('a', '1'.repeat(500))), /truncated|middle/],
    ['too many parts', contentType, body(...['a', 'b', 'c', 'd'].map((name) => part(name, '1'))), /more than 3 parts/],
    ['a part that is too large', contentType, body(part('a', '1'.repeat(1001))), /larger than 1000 bytes/],
    ['an empty body', contentType, Buffer.alloc(0), /cut|malformed/],
    ['something else', contentType, Buffer.from('{"type":"pre_call"}'), /cut|malformed/],
  ])('given %s, when read, then it is refused', async (_given, type, bytes, sentence) => {
    await expect(readMultipart(type, bytes, limits)).rejects.toMatchObject({
      status: 400,
      code: 'INVALID_MULTIPART',
      message: expect.stringMatching(sentence),
    });
  });

  const large = 'x'.repeat(70_000);
  const raw = (disposition: string, value: string) => `--cut\r\n${disposition}\r\n\r\n${value}\r\n`;

  it.each([
    ['no Content-Disposition', raw('Content-Type: text/plain', 'x')],
    ['a large one without', raw('Content-Type: text/plain', large)],
    ['an attachment', raw('Content-Disposition: attachment; name="a"', large)],
    [
      'two dispositions',
      raw('Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"', 'x'),
    ],
    ['two names', raw('Content-Disposition: form-data; name="a"; name="b"', 'x')],
    ['an encoded name', raw("Content-Disposition: form-data; name*=utf-8''a", 'x')],
    ['both kinds of names', raw('Content-Disposition: form-data; name="a"; name*=utf-8\'\'b', large)],
    ['no name', raw('Content-Disposition: form-data', large)],
    ['a bare return in its name', raw('Content-Disposition: form-data; name="a\rb"', large)],
    ['an endless header', raw(`X: ${'y'.repeat(90_000)}\r\nContent-Disposition: form-data; name="a"`, 'x')],
  ])('given a part with %s, when read, then the whole is refused, and in time', async (_given, odd) => {
    const bounds = { maxParts: 3, maxPartBytes: 100_000 };

    await expect(readMultipart(contentType, body(part('metadata', '{}'), odd), bounds)).rejects.toMatchObject({
      code: 'INVALID_MULTIPART',
    });
  });

  it('given a second form behind the first, when read, then it is refused', async () => {
    const two = Buffer.concat([body(part('a', '1')), body(part('b', '2'))]);

    await expect(readMultipart(contentType, two, limits)).rejects.toMatchObject({ code: 'INVALID_MULTIPART' });
  });

  it('given large parts, when read, then they are whole', async () => {
    const parts = await readMultipart(contentType, body(part('a', large), part('b', large)), {
      maxParts: 2,
      maxPartBytes: 70_000,
    });

    expect(parts.map(({ bytes }) => bytes.length)).toEqual([70_000, 70_000]);
  });
});
