import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import * as z from 'zod';

/** `DEFAULT_COUNTRY`: the two capital letters of a country with phone numbers, or empty for no default. */
export const defaultCountry = z.string().transform((text, context): CountryCode | undefined => {
  if (text === '') return undefined;
  if (isSupportedCountry(text)) return text;
  context.addIssue({ code: 'custom', message: 'expected a country by its two capital letters, such as NL' });
  return z.NEVER;
});

/** Longer texts are not phone numbers. A SIP address with its parameters fits. */
const maxChars = 128;

/**
 * What telephone systems send in place of a withheld number: words on a keypad (ANONYMOUS, RESTRICTED, UNAVAILABLE,
 * UNKNOWN, BLOCKED, PRIVATE, WITHHELD), with or without the US country code. With it, RESTRICTED looks like a
 * subscriber's number. The words themselves are not numbers.
 */
const placeholder = /^1?(?:266696687|7378742833|86282452253|8656696|2562533|7748283|94844353)$/;

/**
 * Converts a phone number to E.164 form, `+31612345678`. Accepts separators, `tel:`, `sip:` and `whatsapp:` addresses,
 * and the national form of the default country. Returns undefined for an invalid number, a placeholder, or a number
 * among other text. A valid number matches its country's numbering plan, not only its length. Otherwise many strangers
 * could share the key of a made-up number. The library's small metadata have this plan, without the line type. Drops an
 * extension. Returns the first of several readings; see `phoneNumberReadings`.
 */
export const normalisePhoneNumber = (text: string, country: CountryCode | undefined): string | undefined =>
  phoneNumberReadings(text, country)[0];

/**
 * Returns every valid number that a text may mean, in E.164 form, the likeliest first. A number with a country code has
 * one meaning. A number without one belongs to the default country. With 8 to 15 digits and no leading 0, it may also
 * be an international number without its plus: SIP trunks and WhatsApp send such numbers. A mobile number of Argentina
 * or Brazil has two spellings.
 */
export const phoneNumberReadings = (text: string, country: CountryCode | undefined): readonly string[] => {
  if (text.length > maxChars) return [];
  const number = bareNumber(text);
  if (placeholder.test(number.replace(/\D/g, ''))) return [];
  const local = validNumber(`${contextOf(text)}${number}`, undefined);
  const written = number.startsWith('+') ? undefined : validNumber(number, country);
  const withoutPlus = lostPlus.test(number) ? validNumber(`+${number}`, undefined) : undefined;
  const meant = local === undefined ? [written, withoutPlus] : [local];
  return [...new Set(meant.filter((each) => each !== undefined).flatMap(spellingsOf))];
};

/** Matches 8 to 15 digits, with separators between them and no leading 0. */
const lostPlus = /^[1-9](?:[\s().\-/]{0,2}\d){7,14}$/;

/** Returns the number's prefix from the address, such as `+31` in `tel:0612345678;phone-context=+31` (RFC 3966). */
const contextOf = (text: string): string => {
  const { prefix } = /;\s*phone-context=(?<prefix>\+[\d().-]{1,20})(?:[;@>\s]|$)/i.exec(text)?.groups ?? {};
  return prefix === undefined || bareNumber(text).startsWith('+') ? '' : prefix;
};

const validNumber = (text: string, country: CountryCode | undefined): string | undefined => {
  const parsed = parsePhoneNumberFromString(text, {
    extract: false,
    ...(country !== undefined && { defaultCountry: country }),
  });
  if (parsed?.isValid() === true) return parsed.number;
  // Mexico's mobile numbers began with a 1 until 2019. WhatsApp and some networks still send it.
  const { subscriber } = /^\+521(?<subscriber>\d{10})$/.exec(parsed?.number ?? '')?.groups ?? {};
  return subscriber === undefined ? undefined : validNumber(`+52${subscriber}`, undefined);
};

/**
 * The two spellings of a mobile number: WhatsApp and some networks leave out its digit 9. Without the 9, no other line
 * has the number.
 */
const otherSpellings: readonly { readonly pattern: RegExp; readonly replacement: string }[] = [
  { pattern: /^\+549(\d{10})$/, replacement: '+54$1' },
  { pattern: /^\+54(\d{10})$/, replacement: '+549$1' },
  { pattern: /^\+55(\d\d)9([6-9]\d{7})$/, replacement: '+55$1$2' },
  { pattern: /^\+55(\d\d)([6-9]\d{7})$/, replacement: '+55$19$2' },
];

const spellingsOf = (number: string): readonly string[] => {
  const match = otherSpellings.find(({ pattern }) => pattern.test(number));
  if (match === undefined) return [number];
  const other = validNumber(number.replace(match.pattern, match.replacement), undefined);
  return other === undefined ? [number] : [number, other];
};

/** Returns why a text is not a valid number. Call it when `normalisePhoneNumber` returns undefined. */
export const phoneNumberProblem = (text: string, country: CountryCode | undefined): string => {
  if (text.length > maxChars) return `it has ${text.length} characters; a phone number has at most ${maxChars}`;
  const number = bareNumber(text);
  if (placeholder.test(number.replace(/\D/g, ''))) return 'it stands for a withheld number, which many callers share';
  return country === undefined && !number.startsWith('+')
    ? 'it has no country code; send it as +31612345678, or deploy with DEFAULT_COUNTRY'
    : 'it is no valid number of any numbering plan; send it as +31612345678';
};

/**
 * Returns the user part of an address, or the text itself. Drops the name before a SIP address, a password or device
 * after the user, and invisible characters. Converts wide digits, an escaped plus, the international prefix `00`, and
 * parentheses around the country code.
 */
const bareNumber = (text: string): string => {
  const address = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .trim()
    .replace(/^.*<((?:sips?|tel):[^<>]*)>[^<>]*$/i, '$1')
    .replace(/^<(.*)>$/, '$1')
    .replace(/^(sips?|tel|whatsapp|sms|rcs):/i, '')
    .replace(/^([^@:;]*):[^@]*@/, '$1@')
    .replace(/^%2b/i, '+');
  const [user = ''] = address.split(/[@;]/);
  return user.replace(/^\(((?:\+|00)\d{1,3})\)/, '$1').replace(/^\+?00[\s.\-/]{0,2}(?=[1-9])/, '+');
};

/** Numbers with fewer digits are treated as extensions of a telephone system. */
const leastDigits = 7;

/**
 * Converts a number from a telephone system, like `normalisePhoneNumber`. Rejects the system's extensions, even if some
 * countries have phone numbers that short.
 */
export const callableNumber = (text: string, country: CountryCode | undefined): string | undefined =>
  bareNumber(text).replace(/\D/g, '').length < leastDigits ? undefined : normalisePhoneNumber(text, country);
