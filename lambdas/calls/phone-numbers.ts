/** Shorter runs of digits are codes, counts and years. */
const minDigits = 7;
/** A text that is one number of 7 or more digits. It may be a telephone URI with parameters. */
const wholeNumber = /^\s*(?:(?:sips?|tel|whatsapp):)?\+?[\d\s().\-/]{7,40}(?:[@;].{0,256})?$/i;
/** Matches a phone number within a text. */
const numberWithin = /\+?\d(?:[\s().\-/]{0,2}\d){6,}/g;

/** Returns whether a value looks like a phone number or its URI, in any notation. Returns true in doubt. */
export const looksLikePhoneNumber = (value: unknown): boolean => {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const text = String(value);
  return wholeNumber.test(text) && text.replace(/[@;].*$/s, '').replace(/\D/g, '').length >= minDigits;
};

/** Replaces everything that may be a phone number with `[number]`. */
export const withoutPhoneNumbers = (text: string): string => text.replace(numberWithin, '[number]');
