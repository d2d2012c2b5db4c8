import * as z from 'zod';

/** Fewer digits are codes, counts and years. */
const minDigits = 7;
/** A whole text: perhaps a URI of a telephone, a number of 7 digits or more, and what a URI may have after it. */
const wholeNumber = /^\s*(?:(?:sips?|tel|whatsapp):)?\+?[\d\s().\-/]{7,40}(?:[@;].{0,256})?$/i;
/** A number somewhere in a text. */
const numberWithin = /\+?\d(?:[\s().\-/]{0,2}\d){6,}/g;

/** Whether a value of a document is a telephone number or a URI of one, in whatever notation. Errs on the side of yes. */
export const looksLikePhoneNumber = (value: unknown): boolean => {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const text = String(value);
  return wholeNumber.test(text) && text.replace(/[@;].*$/s, '').replace(/\D/g, '').length >= minDigits;
};

/** The text with `[number]` in place of all that could be a telephone number. */
export const withoutPhoneNumbers = (text: string): string => text.replace(numberWithin, '[number]');

/**
 * A number as a telephone provider wrote it, of at most 256 characters; ElevenLabs gives it as text or as a JSON number,
 * which has lost its plus. Undefined for anything else. It is not normalised: whoever hashes it does that.
 */
export const writtenNumber = z
  .union([z.string().trim().min(1).max(256), z.int().positive().transform(String)])
  .optional()
  .catch(undefined);
