import { answerOf } from '../../../local/gateway/proxy-response';

const audio = Buffer.from([0xff, 0xfb, 0x00]);
const answerTo = (result: unknown, accept = '*/*'): ReturnType<typeof answerOf> =>
  answerOf(Buffer.from(JSON.stringify(result)), accept, ['audio/*']);

describe('answerOf', () => {
  it.each([
    ['an unknown field', { statusCode: 200, cookies: [] }],
    ['a body that is no string', { statusCode: 200, body: { ok: true } }],
    ['a numeric header', { statusCode: 200, headers: { 'X-Count': 5 } }],
    ['a header with a line break', { statusCode: 200, headers: { 'X-A': 'a\r\nb' } }],
    ['a status out of range', { statusCode: 42 }],
    ['a status that is no number', { statusCode: 'fine' }],
    ['nothing', null],
    ['a bare string', 'ok'],
  ])('given a result with %s, when answered, then it is malformed', (_given, result) => {
    expect(answerTo(result)).toBeUndefined();
  });

  it('given no field at all, when answered, then it is an empty 200 of type JSON', () => {
    const answer = answerTo({});

    expect(answer).toEqual({
      statusCode: 200,
      headers: [['Content-Type', ['application/json']]],
      body: Buffer.alloc(0),
    });
  });

  it('given single and multiple header values, when answered, then they are merged without repetition', () => {
    const answer = answerTo({
      statusCode: '201',
      headers: { 'set-cookie': 'a=1', 'content-type': 'text/plain', 'X-Ready': true, Date: 'yesterday' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
    });

    expect(answer?.statusCode).toBe(201);
    expect(answer?.headers).toEqual([
      ['Set-Cookie', ['a=1', 'b=2']],
      ['content-type', ['text/plain']],
      ['X-Ready', ['true']],
      ['x-amzn-Remapped-Date', ['yesterday']],
    ]);
  });

  it.each([
    ['audio/mpeg', audio],
    ['audio/mpeg;q=1, */*', audio],
    ['*/*', Buffer.from(audio.toString('base64'))],
    ['', Buffer.from(audio.toString('base64'))],
  ])('given a base64 body and Accept "%s", when answered, then only a binary type decodes it', (accept, body) => {
    const answer = answerTo({ body: audio.toString('base64'), isBase64Encoded: true }, accept);

    expect(answer?.body).toEqual(body);
  });
});
