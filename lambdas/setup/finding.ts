import * as z from 'zod';

/** One thing that was looked at. */
export const finding = z.object({
  /** `problem`: something of this installation does not work. `attention`: something may surprise. */
  level: z.enum(['ok', 'attention', 'problem']),
  /** What it is about, in one word for scripts and metrics: `voice_override`. */
  about: z.string(),
  /** What was found, in a sentence. */
  what: z.string(),
  /** What to do about it; null where there is nothing to do. */
  do: z.string().nullable(),
});

/** One thing that was looked at. */
export type Finding = Readonly<z.infer<typeof finding>>;

/** All is well. */
export const fine = (about: string, what: string): Finding => ({ level: 'ok', about, what, do: null });

/** Something may surprise. */
export const attention = (about: string, what: string, todo: string): Finding => ({
  level: 'attention',
  about,
  what,
  do: todo,
});

/** Something does not work. */
export const problem = (about: string, what: string, todo: string): Finding => ({
  level: 'problem',
  about,
  what,
  do: todo,
});

const mostNames = 10;

/** Names in a sentence; beyond ten only how many more there are. */
export const listed = (names: readonly string[]): string => {
  const more = names.length - mostNames;
  return `${names.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};
