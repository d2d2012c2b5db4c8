import { isJsonObject } from './json-fields';

/**
 * Returns the bytes of a field of a JSON object exactly as sent. Parsing and writing it again would change numbers of
 * 17 or more digits. If the field occurs several times, uses the last one, as JSON.parse does. Returns undefined if the
 * field is missing. `json` must be a valid document with an object at the top; `field` is ASCII. Runs in linear time
 * without recursion.
 */
export const rawField = (json: Buffer, field: string): Buffer | undefined => {
  // Use one character per byte, so that positions in the text are positions in the document.
  const text = json.toString('latin1');
  let found: Buffer | undefined;
  let at = text.indexOf('{') + 1;
  for (;;) {
    const keyAt = text.indexOf('"', at);
    if (keyAt < 0) return found;
    const keyEnd = endOfString(text, keyAt);
    const valueAt = afterSpace(text, text.indexOf(':', keyEnd) + 1);
    const valueEnd = endOfValue(text, valueAt);
    if (JSON.parse(text.slice(keyAt, keyEnd)) === field) found = json.subarray(valueAt, valueEnd);
    const next = afterSpace(text, valueEnd);
    if (text.charAt(next) !== ',') return found;
    at = next + 1;
  }
};

const afterSpace = (text: string, from: number): number => {
  const other = /[^ \t\r\n]/g;
  other.lastIndex = from;
  return other.exec(text)?.index ?? text.length;
};

/** Returns the position after the string that begins here. */
const endOfString = (text: string, from: number): number => {
  const special = /["\\]/g;
  special.lastIndex = from + 1;
  for (let match = special.exec(text); match !== null; match = special.exec(text)) {
    if (match[0] === '"') return match.index + 1;
    special.lastIndex = match.index + 2;
  }
  return text.length;
};

/** Returns the position after the value that begins here. */
const endOfValue = (text: string, from: number): number => {
  const special = /["{}[\],]|[ \t\r\n]/g;
  special.lastIndex = from;
  let depth = 0;
  for (let match = special.exec(text); match !== null; match = special.exec(text)) {
    const [character] = match;
    if (character === '"') {
      const end = endOfString(text, match.index);
      if (depth === 0) return end;
      special.lastIndex = end;
    } else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      if (depth <= 1) return match.index + depth;
      depth -= 1;
    } else if (depth === 0) return match.index;
  }
  return text.length;
};

/**
 * Returns the parsed document with a `call_id` of 17 or more digits as text. As a number it would be another id. `json`
 * are the document's bytes.
 */
export const withExactCallId = (parsed: unknown, json: Buffer): unknown => {
  if (!isJsonObject(parsed)) return parsed;
  const { call_id: id } = parsed;
  if (!Number.isInteger(id) || Number.isSafeInteger(id)) return parsed;
  const digits = rawField(json, 'call_id')?.toString('latin1');
  return digits !== undefined && /^\d{1,256}$/.test(digits) ? { ...parsed, call_id: digits } : parsed;
};
