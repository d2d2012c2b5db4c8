import * as z from 'zod';

/** One thing that was checked. */
export const finding = z.object({
  /** `problem`: a part of this installation does not work. `attention`: something may surprise you. */
  level: z.enum(['ok', 'attention', 'problem']),
  /** The subject as one word for scripts and metrics, such as `voice_override`. */
  about: z.string(),
  /** What was found, in a sentence. */
  what: z.string(),
  /** What to do about it; null if there is nothing to do. */
  do: z.string().nullable(),
});

/** One thing that was checked. */
export type Finding = Readonly<z.infer<typeof finding>>;

/** A finding that needs nothing. */
export const ok = (about: string, what: string): Finding => ({ level: 'ok', about, what, do: null });

/** A finding that may surprise. */
export const attention = (about: string, what: string, todo: string): Finding => ({
  level: 'attention',
  about,
  what,
  do: todo,
});

/** A finding that something does not work. */
export const problem = (about: string, what: string, todo: string): Finding => ({
  level: 'problem',
  about,
  what,
  do: todo,
});

const mostNames = 10;

/** Up to ten names in a sentence, and the number of the others. */
export const listed = (names: readonly string[]): string => {
  const more = names.length - mostNames;
  return `${names.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};
