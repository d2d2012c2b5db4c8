/** `{name}`, but not ElevenLabs' own `{{name}}`, with the white space before it. */
const placeholder = /(\s*)(?<!\{)\{name\}(?!\})/g;

/**
 * The agent's first message for a caller. Only `{name}` is replaced, every other brace stays as it is. Without a name
 * the placeholder goes together with the space before it, so `Hallo {name}, fijn dat je belt!` becomes
 * `Hallo, fijn dat je belt!`.
 */
export const greeting = (template: string, name: string | undefined): string => {
  if (name !== undefined) return template.replace(placeholder, (_match, space: string) => `${space}${name}`);
  const nameless = template.replace(placeholder, '');
  return nameless === template ? template : capitalised(nameless.replace(/^[\s,;:.!?-]+/, ''));
};

const capitalised = (text: string): string => text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
