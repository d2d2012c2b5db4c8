import * as z from 'zod';

/** The result of one check. */
export const finding = z.object({
  /** `problem`: a part of this installation does not work. `attention`: something may surprise you. */
  level: z.enum(['ok', 'attention', 'problem']),
  /** The subject in one word for scripts and metrics, such as `voice_override`. */
  about: z.string(),
  /** The result, in a sentence. */
  what: z.string(),
  /** The action to take. Null if none is needed. */
  do: z.string().nullable(),
});

/** The result of one check. */
export type Finding = Readonly<z.infer<typeof finding>>;

/** Creates a finding that needs no action. */
export const ok = (about: string, what: string): Finding => ({ level: 'ok', about, what, do: null });

/** Creates a finding about something that may surprise you. */
export const attention = (about: string, what: string, todo: string): Finding => ({
  level: 'attention',
  about,
  what,
  do: todo,
});

/** Creates a finding about something that does not work. */
export const problem = (about: string, what: string, todo: string): Finding => ({
  level: 'problem',
  about,
  what,
  do: todo,
});

const maxNames = 10;

/** Lists up to ten names in a sentence, and the number of the others. */
export const listed = (names: readonly string[]): string => {
  const others = names.length - maxNames;
  return `${names.slice(0, maxNames).join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
};
