const maxCharacters = 64;

/**
 * A caller's name, fit for a greeting and a voice name: without braces (a template or a dynamic variable could hide
 * there) and control characters, white space collapsed, at most 64 characters. Undefined when nothing is left.
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
