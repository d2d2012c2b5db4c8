import * as z from 'zod';

/** What ElevenLabs accepts as dynamic variables; it reserves names that begin with `system__`. */
export const dynamicVariables = z.string().refine((text) => {
  const isValue = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
  try {
    const parsed: unknown = JSON.parse(text);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject && Object.entries(parsed).every(([name, value]) => !name.startsWith('system__') && isValue(value));
  } catch {
    return false;
  }
}, 'expected a JSON object whose values are texts, numbers or booleans and whose names do not begin with system__');

/** Whether a greeting is one for a caller whose name is unknown, too. */
export const hasMoreThanName = (text: string): boolean => text.replaceAll('{name}', '').trim() !== '';

/** Templates by agent id and language. Lambda allows 4 KB for all variables of a function. */
export const greetingsByAgent = z
  .string()
  .max(2000)
  .refine((text) => {
    const isObject = (value: unknown): value is object =>
      typeof value === 'object' && value !== null && !Array.isArray(value);
    const isTemplate = (value: unknown): boolean =>
      typeof value === 'string' && value.length <= 1000 && hasMoreThanName(value);
    try {
      const parsed: unknown = JSON.parse(text);
      if (!isObject(parsed)) return false;
      return Object.entries(parsed).every(
        ([agentId, byLanguage]) =>
          /^(\*|[\w-]{1,128})$/.test(agentId) &&
          isObject(byLanguage) &&
          Object.entries(byLanguage).every(
            ([language, value]) => /^(\*|[\w-]{2,16})$/.test(language) && isTemplate(value),
          ),
      );
    } catch {
      return false;
    }
  }, 'expected a JSON object of agent ids (or *), each with an object of languages (or *) and their greetings');
