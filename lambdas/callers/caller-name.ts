const maxCharacters = 64;

/** What telephone systems and forms send in place of a name, as words of small letters. */
const placeholders: ReadonlySet<string> = new Set([
  'unknown',
  'unknown caller',
  'unknown name',
  'anonymous',
  'anonymous caller',
  'restricted',
  'unavailable',
  'name unavailable',
  'not available',
  'private',
  'private caller',
  'private number',
  'withheld',
  'blocked',
  'no caller id',
  'caller id',
  'wireless caller',
  'no name',
  'n a',
  'none',
  'null',
  'undefined',
  'object object',
  'onbekend',
  'anoniem',
  'privé',
  'unbekannt',
  'anonym',
  'privat',
  'inconnu',
  'anonyme',
]);

/** A variable of a template that nobody filled. */
const unfilled = /^\s*(?:\$?\{.*\}|%\w+%|\[.*\])\s*$/s;

/** A number, or punctuation. */
const nameless = /^[\p{N}\p{P}\p{Z}+~^|<>=]*$/u;

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  '#39': "'",
  '#x27': "'",
  quot: '"',
  nbsp: ' ',
};

/**
 * Cleans a caller's name for a greeting and a voice name. Removes HTML tags, an address after the name, control
 * characters and braces (they could hide a template or a dynamic variable), and collapses white space. Returns at most
 * 64 characters, or undefined if nothing is left, or if a placeholder or a number stands in place of a name.
 */
export const callerName = (claimed: string | null | undefined): string | undefined => {
  if (claimed == null || unfilled.test(claimed)) return undefined;
  const cleaned = claimed
    .normalize('NFC')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(amp|apos|#39|#x27|quot|nbsp);/gi, (_match, name: string) => entities[name.toLowerCase()] ?? ' ')
    .replace(/\p{White_Space}/gu, ' ')
    .replace(/[{}\p{C}]/gu, '')
    .replace(/ {2,}/g, ' ')
    .trim()
    .replace(/^"([^"]*)"$/, '$1');
  const cut = Array.from(cleaned).slice(0, maxCharacters).join('').trim();
  return nameless.test(cut) || placeholders.has(wordsOf(cut)) ? undefined : cut;
};

const wordsOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{M}]+/gu, ' ')
    .trim();
