import { gzipSync } from 'node:zlib';
import { bytesOf, parseJson } from '../../lambdas/platform/json';

describe('parseJson', () => {
  it.each([
    ['plain', Buffer.from('{"a":1}')],
    ['with a byte order mark', Buffer.from('\ufeff{"a":1}')],
  ])('given JSON %s, when parsed, then it is the value', (_given, bytes) => {
    expect(parseJson(bytes, 'body')).toEqual({ a: 1 });
  });

  it('given bytes of a text, when parsed, then it is the same value as of equal bytes', () => {
    for (const text of ['{"a":"ä\ud83d\ude00"}', '\ufeff{"a":1}', '{"a":"\ud800"}'])
      expect(parseJson(bytesOf(text), 'body')).toEqual(parseJson(Buffer.from(text), 'body'));
  });

  it.each([
    ['two byte order marks', Buffer.from('\ufeff\ufeff{}'), /The body is not valid JSON \(8 bytes\)\./],
    ['gzip', gzipSync('{}'), /it is compressed with gzip/],
    ['gzip that was read as text', Buffer.from(gzipSync('{}').toString('utf8')), /it is compressed with gzip/],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), /it is not in UTF-8, but in UTF-16/],
    ['UTF-16 without a mark', Buffer.from('{}', 'utf16le'), /it is not in UTF-8, but in UTF-16/],
    ['nothing', Buffer.alloc(0), /\(0 bytes\)\. Send one JSON document in UTF-8, without compression\./],
  ])('given %s, when parsed, then the sentence says what it is', (_given, bytes, sentence) => {
    expect(() => parseJson(bytes, 'body')).toThrow(sentence);
  });
});
