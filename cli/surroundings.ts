/** What the command meets where it is called, and where it writes to. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints a line of the result (stdout). */
  readonly print: (line: string) => void;
  /** Prints a line about the work (stderr). */
  readonly note: (line: string) => void;
  /** Draws over the last line of stderr; undefined where that is no terminal. */
  readonly redraw: ((line: string) => void) | undefined;
}
