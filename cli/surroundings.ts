/** Colours of the terminal. */
export type Colour = 'red' | 'green' | 'yellow' | 'grey';

/** The environment in which the command runs, and its output. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints a line of the result (stdout). */
  readonly print: (line: string) => void;
  /** Prints a line about the work (stderr). */
  readonly note: (line: string) => void;
  /** Overwrites the last line of stderr; undefined if stderr is not a terminal. */
  readonly redraw: ((line: string) => void) | undefined;
  /** Asks a yes-or-no question; undefined if nobody can answer. */
  readonly ask?: ((question: string) => Promise<boolean>) | undefined;
  /** Colours text if stdout is a terminal. @default as it is */
  readonly paint?: ((text: string, colour: Colour) => string) | undefined;
  /** Resolves when the command is interrupted (Ctrl-C). @default never */
  readonly untilInterrupted?: (() => Promise<void>) | undefined;
}
