/** How programs write bytes as text: a pattern for the start of the text, and its name. */
const byteTexts: readonly (readonly [RegExp, string])[] = [
  [/^"?([0-9a-f]{2}[\s:]?){32}/i, 'hexadecimal text'],
  [/^"?[A-Za-z0-9+/_-]{64}/, 'base64 text'],
  [/^\{\s*"type"\s*:\s*"Buffer"/, 'a Buffer of Node.js as JSON text'],
  [/^\{\s*"0"\s*:\s*\d{1,3}\s*,\s*"1"\s*:\s*\d{1,3}\s*,/, 'an array of bytes as JSON text'],
  [/^\[?\s*-?\d{1,3}(\s*,\s*-?\d{1,3}){15}/, 'a list of numbers as text'],
  [/^b(["'])(RIFF|OggS|ID3|\\xff)/, 'bytes of Python as text'],
];

/** Names the form in which a text holds bytes, by the start of the text. Returns undefined for other text. */
export const byteText = (start: string): string | undefined => byteTexts.find(([pattern]) => pattern.test(start))?.[1];
