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
 * be an international number without its plus: SIP trunks and WhatsApp send such numbers.
 */
export const phoneNumberReadings = (text: string, country: CountryCode | undefined): readonly string[] => {
  if (text.length > maxChars) return [];
  const number = bareNumber(text);
  if (placeholder.test(number.replace(/\D/g, ''))) return [];
  const written = validNumber(number, country);
  const withoutPlus = lostPlus.test(number) ? validNumber(`+${number}`, undefined) : undefined;
  return [...new Set([written, withoutPlus].filter((each) => each !== undefined))];
};

/** Matches 8 to 15 digits, with separators between them and no leading 0. */
const lostPlus = /^[1-9](?:[\s().\-/]{0,2}\d){7,14}$/;

const validNumber = (text: string, country: CountryCode | undefined): string | undefined => {
  const parsed = parsePhoneNumberFromString(text, {
    extract: false,
    ...(country !== undefined && { defaultCountry: country }),
  });
  return parsed?.isValid() === true ? parsed.number : undefined;
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
 * Returns the user part of an address, or the text itself. Drops the name before a SIP address and invisible
 * characters. Converts wide digits, an escaped plus, and the international prefix `00`.
 */
const bareNumber = (text: string): string => {
  const address = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .trim()
    .replace(/^[^<>]*<((?:sips?|tel):[^<>]*)>.*$/i, '$1')
    .replace(/^<(.*)>$/, '$1')
    .replace(/^(sips?|tel|whatsapp):/i, '')
    .replace(/^%2b/i, '+');
  const [user = ''] = address.split(/[@;]/);
  return user.replace(/^\+?00(?=[1-9])/, '+');
};

/** Numbers with fewer digits are treated as extensions of a telephone system. */
const leastDigits = 7;

/**
 * Converts a number from a telephone system, like `normalisePhoneNumber`. Rejects the system's extensions, even if some
 * countries have phone numbers that short.
 */
export const callableNumber = (text: string, country: CountryCode | undefined): string | undefined =>
  text.replace(/\D/g, '').length < leastDigits ? undefined : normalisePhoneNumber(text, country);
