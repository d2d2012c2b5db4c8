import { defaultCountry, normalisePhoneNumber } from '../../lambdas/domain/phone-number';

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
    'whatsapp:+31612345678',
    '+31.6.12.34.56.78',
  ])('given %j, then it is one and the same number', (text) => {
    expect(normalisePhoneNumber(text, undefined)).toBe('+31612345678');
  });

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
    'sip:anonymous@anonymous.invalid',
    '+266696687',
    '266696687',
    '+7378742833',
    '+86282452253',
    '+8656696',
    '+2562533',
    '+31',
    '+3161234567890123',
    '+999123456789',
    '12',
    'call me at +31612345678 please',
    `+${'3'.repeat(200)}`,
    '__proto__',
  ])('given %j, then it is no caller', (text) => {
    expect(normalisePhoneNumber(text, 'NL')).toBeUndefined();
  });
});

describe('defaultCountry', () => {
  it('given two letters of a country, or nothing, then they are taken; anything else is named', () => {
    expect([defaultCountry.parse('NL'), defaultCountry.parse('')]).toEqual(['NL', undefined]);
    expect(defaultCountry.safeParse('ZZ').error?.issues[0]?.message).toMatch(/such as NL/);
  });
});
