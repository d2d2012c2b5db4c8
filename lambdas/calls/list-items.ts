const code = (character: string): number => character.charCodeAt(0);
const [quote, backslash, comma] = [code('"'), code('\\'), code(',')];
const opening: readonly number[] = [code('['), code('{')];
const closing: readonly number[] = [code(']'), code('}')];

/** What JSON allows between values. */
const blanks: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];

/**
 * The items of a JSON list, each byte for byte as it stands in it, without the blanks around it. `bytes` have been parsed as a list
 * before: of anything else the result means nothing. Takes time in proportion to the size.
 */
export const listItems = (bytes: Buffer): readonly Buffer[] => {
  const items: Buffer[] = [];
  let levels = 0;
  let from = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (isText) {
      if (byte === backslash) at += 1;
      isText = byte !== quote;
      continue;
    }
    isText = byte === quote;
    const isEnd = levels === 1 && (byte === comma || closing.includes(byte));
    if (isEnd) items.push(trimmed(bytes, from, at));
    if (opening.includes(byte)) levels += 1;
    if (closing.includes(byte)) levels -= 1;
    if (isEnd || (levels === 1 && from === 0)) from = at + 1;
  }
  return items.filter(({ length }) => length > 0);
};

const trimmed = (bytes: Buffer, from: number, to: number): Buffer => {
  let [start, end] = [from, to];
  while (start < end && blanks.includes(bytes[start] ?? 0)) start += 1;
  while (start < end && blanks.includes(bytes[end - 1] ?? 0)) end -= 1;
  return bytes.subarray(start, end);
};
