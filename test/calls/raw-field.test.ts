import { rawField, withExactCallId } from '../../lambdas/calls/raw-field';
import { growsLinearly } from '../support/growth';

const fieldOf = (json: string): string | undefined => rawField(Buffer.from(json), 'data')?.toString();

describe('rawField', () => {
  it.each([
    ['an object', '{"type":"x","data":{"a":1},"b":2}', '{"a":1}'],
    ['long numbers', '{"data":{"n":9400111899223197428490,"m":36110012345678901}}', undefined],
    ['white space', ' {\n "data" :\t{ "a" : [ 1 , 2 ] }\r\n , "b":{}} ', '{ "a" : [ 1 , 2 ] }'],
    ['brackets in texts', '{"data":{"a":"}]\\"}","b":["{"]},"c":1}', '{"a":"}]\\"}","b":["{"]}'],
    ['the key in a text', '{"a":"\\"data\\":1","b":{"data":2},"data":[3]}', '[3]'],
    ['an escaped key', '{"d\\u0061ta":{"a":1}}', '{"a":1}'],
    ['the key twice', '{"data":1,"data":{"b":2}}', '{"b":2}'],
    ['a text', '{"data":"x","b":1}', '"x"'],
    ['a number at the end', '{"data":12}', '12'],
    ['letters of other scripts', '{"ü":"東","data":{"é":"東京"}}', '{"é":"東京"}'],
    ['a byte order mark', '\uFEFF{"data":{"a":1}}', '{"a":1}'],
  ])('given %s, when asked for a field, then its bytes are returned', (_given, json, expected) => {
    expect(fieldOf(json)).toBe(expected ?? json.slice('{"data":'.length, -1));
  });

  it.each(['{}', '{"dat":1}', '{"a":{"data":1}}'])('given %s, when asked for a field, then there is none', (json) => {
    expect(fieldOf(json)).toBeUndefined();
  });

  it('given bytes that are not UTF-8, when asked for a field, then they are returned as they are', () => {
    const json = Buffer.from('7b2264617461223a22ff22' + '7d', 'hex');

    expect(rawField(json, 'data')?.toString('hex')).toBe('22ff22');
  });

  it('given any document, when its field is read, then it parses to the same value', () => {
    const values = [null, true, -1.5e3, '', 'a"\\{', [], {}, [[{ data: [] }]], { data: { data: '}' } }];

    for (const data of values)
      for (const before of values)
        for (const space of [undefined, 2])
          expect(JSON.parse(fieldOf(JSON.stringify({ before, data, after: before }, null, space))!)).toEqual(data);
  });

  it('given megabytes, when asked for a field, then the work grows with the bytes', async () => {
    const json = (count: number) => Buffer.from(JSON.stringify({ a: '"'.repeat(count), data: Array(count).fill('x') }));

    expect(await growsLinearly(100_000, (count) => rawField(json(count), 'data'))).toBe(true);
  });
});

describe('withExactCallId', () => {
  it.each([
    ['{"call_id":36110012345678901}', '36110012345678901'],
    ['{"a":{"call_id":1}, "call_id" : 9400111899223197428490 }', '9400111899223197428490'],
    ['{"call_id":7781}', 7781],
    ['{"call_id":1e30}', 1e30],
    ['{"call_id":"x"}', 'x'],
  ])('given %s, when read, then its id has every digit', (json, call_id) => {
    expect(withExactCallId(JSON.parse(json), Buffer.from(json))).toMatchObject({ call_id });
  });

  it.each(['[1]', 'null', '7'])('given %s, when read, then it is as it was', (json) => {
    expect(withExactCallId(JSON.parse(json), Buffer.from(json))).toEqual(JSON.parse(json));
  });
});
