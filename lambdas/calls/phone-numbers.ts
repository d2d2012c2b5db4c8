/** Shorter runs of digits are codes, counts and years. */
const minDigits = 7;
/** A text that is one number of 7 digits or more, also as a telephone URI with what may follow it. */
const wholeNumber = /^\s*(?:(?:sips?|tel|whatsapp):)?\+?[\d\s().\-/]{7,40}(?:[@;].{0,256})?$/i;
/** A number within a text. */
const numberWithin = /\+?\d(?:[\s().\-/]{0,2}\d){6,}/g;

/** Whether a value looks like a telephone number or its URI, in any notation. In doubt the answer is yes. */
export const looksLikePhoneNumber = (value: unknown): boolean => {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const text = String(value);
  return wholeNumber.test(text) && text.replace(/[@;].*$/s, '').replace(/\D/g, '').length >= minDigits;
};

/** The text with `[number]` in place of everything that could be a telephone number. */
export const withoutPhoneNumbers = (text: string): string => text.replace(numberWithin, '[number]');
