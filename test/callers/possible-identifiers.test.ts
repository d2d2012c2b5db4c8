import { possibleIdentifiers } from '../../lambdas/callers/possible-identifiers';

const number = '+31612345678';
const digits = '31612345678';
const key = 'a1'.repeat(32);

describe('whom an event of an unknown type may name', () => {
  it.each([
    ['a number of telephony without its plus', { phone_number: digits }],
    ['the same in camel case', { phoneNumber: digits }],
    ['a number below a field of telephony', { caller: { number: digits } }],
    ['a number in a list of objects', { to: [{ number: digits }] }],
    ['a number in a list of texts', { phone_numbers: ['1', digits] }],
    ['the number of the other party', { external_number: digits, external_order_number: '31612345679' }],
    ['a WhatsApp user', { whatsapp: { user_id: digits } }],
  ])('given %s, when read, then it is found', (_given, data) => {
    expect(possibleIdentifiers(data)).toEqual([digits]);
  });

  it.each([
    ['order_number', digits],
    ['invoice_number', '0612345678'],
    ['account_number', 31_612_345_678],
    ['user_id', digits],
    ['number', digits],
  ])('given digits in %s, when read, then they are no phone number', (field, value) => {
    expect(possibleIdentifiers({ order: { [field]: value } })).toEqual([]);
  });

  it.each([number, '0031612345678', `tel:${number}`, `whatsapp:${number}`, '(+31) 612345678', key])(
    'given %s in a field that is not of telephony, when read, then it is found',
    (value) => {
      expect(possibleIdentifiers({ customer: { user_id: value, account_number: value } })).toEqual([value]);
    },
  );

  it('given many counts and names beside the number, when read, then they do not crowd it out', () => {
    const turns = Array.from({ length: 60 }, (_, turn) => ({ turn_number: turn, from: `speaker ${turn}`, to: turn }));

    expect(possibleIdentifiers({ customer: { phone: number }, turns })).toEqual([number]);
  });
});
