import { sizeWarning } from '../../cli/size-warning';

describe('sizeWarning', () => {
  it.each<[string, string, boolean, RegExp | undefined]>([
    ['text just within', 'a'.repeat(6_287_358), false, undefined],
    ['text just beyond', 'a'.repeat(6_287_359), false, /event of about 6,291,457 bytes; Lambda takes/],
    ['text whose quotes double', '"'.repeat(3_200_000), false, /event of about 6,404,098 bytes/],
    ['a form just within, as base64', 'a'.repeat(4_715_520), true, undefined],
    ['a form just beyond, as base64', 'a'.repeat(4_715_521), true, /event of about 6,291,460 bytes; Lambda takes/],
    ['a body of API Gateway at its limit', 'a'.repeat(10_485_760), true, /Lambda takes/],
    ['a body beyond API Gateway', 'a'.repeat(10_485_761), true, /has 10,485,761 bytes; API Gateway takes/],
  ])('given %s, when judged, then the limit that it crosses is named', (_given, body, isForm, expected) => {
    const warning = sizeWarning(Buffer.from(body), isForm);

    if (expected === undefined) expect(warning).toBeUndefined();
    else expect(warning).toMatch(expected);
  });
});
