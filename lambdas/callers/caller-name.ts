const maxCharacters = 64;

/**
 * Cleans a caller's name for a greeting and a voice name. Removes control characters and braces (they could hide a
 * template or a dynamic variable) and collapses white space. Returns at most 64 characters, or undefined if nothing is
 * left.
 */
export const callerName = (claimed: string | null | undefined): string | undefined => {
  const cleaned = (claimed ?? '')
    .replace(/\p{White_Space}/gu, ' ')
    .replace(/[{}\p{C}]/gu, '')
    .replace(/ {2,}/g, ' ')
    .trim();
  const cut = Array.from(cleaned).slice(0, maxCharacters).join('').trim();
  return cut === '' ? undefined : cut;
};
