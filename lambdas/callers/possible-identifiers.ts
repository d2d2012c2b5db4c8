import { entriesOf, isJsonObject, type JsonObject } from '../calls/json-fields';
import { identifiersOf, partyOf, unreachedParty } from './identities';

/**
 * Returns texts and numbers that may identify a caller, for events of unknown type. Reads up to 100,000 values of any
 * depth and returns at most 50. Never throws.
 *
 * - A field of telephony, by its own name or its parent's (`caller.number`, `phone_number`, `to`), may have a phone
 *   number in any form.
 * - Another number or user id (`order_number`, `user_id`) needs a plus, `00`, or an address such as `tel:`. Its digits
 *   may look like the phone number of a stranger.
 * - A caller's key, which Precall sends as `user_id`, counts in all of these fields.
 *
 * Omits texts that are too short for a phone number.
 */
export const possibleIdentifiers = (data: JsonObject): readonly string[] => {
  const candidates: unknown[] = [...partyOf(data).identifiers, ...unreachedParty(data).identifiers];
  const unread: FieldValue[] = [{ parent: '', field: '', value: data }];
  for (let reads = 0; reads < maxValues; reads += 1) {
    const next = unread.pop();
    if (next === undefined) break;
    const { parent, field, value } = next;
    if (Array.isArray(value)) {
      for (const item of value.slice(0, maxValues)) unread.push({ parent, field, value: item });
    } else if (isJsonObject(value)) {
      for (const [name, inner] of entriesOf(value)) unread.push({ parent: field, field: name, value: inner });
    } else if (mayIdentify(next)) {
      candidates.push(value);
    }
  }
  const longEnough = candidates.filter((candidate) => String(candidate).replace(/\D/g, '').length >= minDigits);
  return identifiersOf(longEnough, [], maxPossibleIdentifiers);
};

/** A value of a document. An item of a list has the field of the list. */
interface FieldValue {
  readonly parent: string;
  readonly field: string;
  readonly value: unknown;
}

const maxValues = 100_000;
const maxPossibleIdentifiers = 50;

/** The fewest digits of a phone number with its country code. */
const minDigits = 7;

const telephonyWords: ReadonlySet<string> = new Set([
  'phone',
  'phonenumber',
  'telephone',
  'tel',
  'mobile',
  'cell',
  'msisdn',
  'sms',
  'whatsapp',
  'caller',
  'called',
  'calling',
  'callee',
  'from',
  'to',
  'contact',
  'recipient',
]);
const identifyingWords: ReadonlySet<string> = new Set(['number', 'user', 'identifier']);

const mayIdentify = ({ parent, field, value }: FieldValue): boolean => {
  const words = wordsOf(field);
  if (words.some((word) => telephonyWords.has(word)) || isCallersNumber(words)) return true;
  if (!words.some((word) => identifyingWords.has(word))) return false;
  return wordsOf(parent).some((word) => telephonyWords.has(word)) || isUnmistakable(String(value).trim());
};

/** Returns whether the words are those of `external_number` or `user_number`, as ElevenLabs names a caller's number. */
const isCallersNumber = (words: readonly string[]): boolean => /(?:^|_)(?:external|user)_number$/.test(words.join('_'));

/** Returns the words of a field's name in the singular: `phone` and `number` for `phone_number` and `PhoneNumbers`. */
const wordsOf = (field: string): readonly string[] =>
  field
    .slice(0, 256)
    .replace(/([a-z])(?=[A-Z])/g, '$1_')
    .toLowerCase()
    .split(/[^a-z]+/)
    .map((word) => (word === 'sms' ? word : word.replace(/s$/, '')));

/** Returns whether a text is a number with its country code, a telephone address, or a caller's key. */
const isUnmistakable = (text: string): boolean =>
  /^\(?(?:\+|00)|^<?(?:sips?|tel|whatsapp|sms|rcs):/i.test(text) || /^[0-9a-f]{64}$/.test(text);
