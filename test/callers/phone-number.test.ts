import { getCountries } from 'libphonenumber-js/min';
import {
  callableNumber,
  defaultCountry,
  normalisePhoneNumber,
  phoneNumberReadings,
  phoneNumberProblem,
} from '../../lambdas/callers/phone-number';

const onKeypad = (word: string): string =>
  word.replace(/[A-Z]/g, (letter) => '22233344455566677778889999'.charAt(letter.charCodeAt(0) - 65));

describe('normalisePhoneNumber', () => {
  it.each([
    '+31612345678',
    ' +31 6 1234 5678 ',
    '+31 (0)6-12345678',
    '0031612345678',
    'tel:+31612345678',
    'tel:+31-6-12345678;phone-context=example',
    'sip:+31612345678@pbx.example.com:5060;user=phone',
    '<sip:+31612345678@pbx.example.com>',
    '"Ada Byron" <sip:+31612345678@pbx.example.com>;tag=1a',
    'Ada <tel:+31612345678>',
    'sip:%2B31612345678@pbx.example.com',
    '\u202a+31 6 12345678\u202c',
    '＋３１６１２３４５６７８',
    'whatsapp:+31612345678',
    '+31.6.12.34.56.78',
    '00 31 6 12345678',
    '00-31-612345678',
    '(+31) 612345678',
    '(0031) 612345678',
    'tel:0612345678;phone-context=+31',
    'tel:612345678;phone-context=+31',
    'tel:5678;ext=1;phone-context=+31-6-1234',
    'tel:31612345678;phone-context=+31',
    'sip:0612345678;phone-context=+31@pbx.example.com;user=phone',
    'sip:+31612345678:secret@pbx.example.com',
    '31612345678:12@s.whatsapp.net',
    '"Ada <Byron>" <sip:+31612345678@pbx.example.com>;tag=1a',
    'sms:+31612345678',
    'rcs:+31612345678',
  ])('given %j, then it is one and the same number', (text) => {
    expect(normalisePhoneNumber(text, undefined)).toBe('+31612345678');
  });

  it.each([
    ['31612345678', undefined, ['+31612345678']],
    ['31 6 1234-5678', undefined, ['+31612345678']],
    ['sip:31612345678@pbx.example.com', undefined, ['+31612345678']],
    ['4921612963110', 'NL', ['+4921612963110']],
    ['31612345678', 'NL', ['+31612345678']],
    ['0612345678', 'NL', ['+31612345678']],
    ['0612345678', undefined, []],
    ['201234567', 'NL', ['+31201234567']],
    ['4930999888', undefined, ['+4930999888']],
    ['1234567', undefined, []],
    ['1234567890123456', undefined, []],
    ['266696687', undefined, []],
  ] as const)('given %j and the default country %s, then it may mean %j', (text, country, readings) => {
    expect(phoneNumberReadings(text, country)).toEqual(readings);
  });

  it('given a number that is valid both in the country and in the world, then both are meant, the national first', () => {
    expect(phoneNumberReadings('6597423989', 'US')).toEqual(['+16597423989', '+6597423989']);
    expect(phoneNumberReadings('49237737', 'DE')).toEqual(['+4949237737', '+49237737']);
  });

  it('given a number in the context of another country, then it does not belong to the default country', () => {
    expect(phoneNumberReadings('tel:7400123456;phone-context=+44', 'NL')).toEqual(['+447400123456']);
    expect(phoneNumberReadings('tel:0612345678;phone-context=pbx.example.com', 'NL')).toEqual(['+31612345678']);
  });

  it.each([
    ['5215512345678', ['+525512345678']],
    ['+52 1 55 1234 5678', ['+525512345678']],
    ['whatsapp:+5215512345678', ['+525512345678']],
    ['+525512345678', ['+525512345678']],
    ['551187654321', ['+551187654321', '+5511987654321']],
    ['+5511987654321', ['+5511987654321', '+551187654321']],
    ['+551133334444', ['+551133334444']],
    ['5491143211234', ['+5491143211234', '+541143211234']],
    ['+541143211234', ['+541143211234', '+5491143211234']],
  ])(
    'given %s, which WhatsApp and networks write with or without a mobile digit, then it means %j',
    (text, readings) => {
      expect(phoneNumberReadings(text, undefined)).toEqual(readings);
    },
  );

  it('given a national form, then it needs a default country', () => {
    expect(normalisePhoneNumber('06 12345678', 'NL')).toBe('+31612345678');
    expect(normalisePhoneNumber('06 12345678', undefined)).toBeUndefined();
    expect(normalisePhoneNumber('+31612345678', 'US')).toBe('+31612345678');
  });

  it.each([
    '',
    'anonymous',
    'Restricted',
    'unknown',
    'private',
    'unavailable',
    'withheld',
    'sip:anonymous@anonymous.invalid',
    '+464',
    '+31',
    '+3161234567890123',
    '+999123456789',
    '+15555550100',
    '12',
    'call me at +31612345678 please',
    'Ada +31612345678',
    'Ada <+31612345678>',
    '+31612345678, Ada',
    '+31612345678 +31612345679',
    '\u0000+31612345678',
    '+1 800 FLOWERS',
    `+31612345678${' '.repeat(200)}`,
    '__proto__',
  ])('given %j, then it is no caller, with a default country or without', (text) => {
    expect([undefined, 'NL' as const, 'US' as const].map((country) => normalisePhoneNumber(text, country))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each(['ANONYMOUS', 'RESTRICTED', 'UNAVAILABLE', 'UNKNOWN', 'BLOCKED', 'PRIVATE', 'WITHHELD'])(
    'given %s on a keypad, then it is no caller in any country, however it is written',
    (word) => {
      const digits = onKeypad(word);
      const spellings = [
        digits,
        `+${digits}`,
        `+1${digits}`,
        `1${digits}`,
        `sip:+${digits}@example.com`,
        `tel:${digits}`,
      ];
      const taken = [undefined, ...getCountries()].flatMap((country) =>
        spellings.filter((text) => normalisePhoneNumber(text, country) !== undefined),
      );

      expect(taken).toEqual([]);
    },
  );
});

describe('phoneNumberProblem', () => {
  it.each<[string, 'NL' | undefined, RegExp]>([
    ['0612345678', undefined, /no country code.*DEFAULT_COUNTRY/],
    ['+266696687', undefined, /withheld/],
    ['anonymous', 'NL', /no valid number/],
    ['+3161', undefined, /no valid number/],
    ['1'.repeat(129), 'NL', /129 characters.*at most 128/],
  ])('given %j, then its reason is named', (text, country, reason) => {
    expect(normalisePhoneNumber(text, country)).toBeUndefined();
    expect(phoneNumberProblem(text, country)).toMatch(reason);
  });
});

describe('defaultCountry', () => {
  it('given two letters of a country, or nothing, then they are taken; anything else is named', () => {
    expect([defaultCountry.parse('NL'), defaultCountry.parse('')]).toEqual(['NL', undefined]);
    expect(defaultCountry.safeParse('ZZ').error?.issues[0]?.message).toMatch(/such as NL/);
  });
});

describe('callableNumber', () => {
  it.each([
    ['an extension', '1999', undefined],
    ['a national number', '030 1234567', '+49301234567'],
    ['a number in E.164 form', '+31612345678', '+31612345678'],
    ['an extension at an address of digits', 'sip:30123@192.168.10.20', undefined],
  ])('given %s, then it is taken for what it is', (_given, text, expected) => {
    expect(callableNumber(text, 'DE')).toBe(expected);
  });
});
