import { looksLikePhoneNumber, withoutPhoneNumbers } from '../../lambdas/calls/phone-numbers';
import { growsLinearly } from '../support/growth';

describe('looksLikePhoneNumber', () => {
  it.each([['+31612345678'], ['(202) 555-0143'], [31_612_345_678], ['sip:0612345678@x'], ['whatsapp:+31612345678']])(
    'given %j, when judged, then it is one',
    (value) => {
      expect(looksLikePhoneNumber(value)).toBe(true);
    },
  );

  it.each([['123456'], [''], ['- - - - - -'], ['CA0000001'], [true], [null], [{}], ['room 1 of 20'], ['conv_1234567']])(
    'given %j, when judged, then it is none',
    (value) => {
      expect(looksLikePhoneNumber(value)).toBe(false);
    },
  );
});

describe('withoutPhoneNumbers', () => {
  it('given a text of digits and blanks without end, when cleaned, then the work grows with its length', async () => {
    expect(withoutPhoneNumbers('1 '.repeat(200_000))).toBe('[number] ');
    expect(looksLikePhoneNumber('1'.repeat(200_000))).toBe(false);
    expect(await growsLinearly(800_000, (length) => withoutPhoneNumbers('1 '.repeat(length)))).toBe(true);
    expect(await growsLinearly(800_000, (length) => looksLikePhoneNumber('1'.repeat(length)))).toBe(true);
  });
});
