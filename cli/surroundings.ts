/** Colours of the terminal. */
export type Colour = 'red' | 'green' | 'yellow' | 'grey';

/** What the command meets where it is called, and where it writes to. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints a line of the result (stdout). */
  readonly print: (line: string) => void;
  /** Prints a line about the work (stderr). */
  readonly note: (line: string) => void;
  /** Draws over the last line of stderr; undefined where that is no terminal. */
  readonly redraw: ((line: string) => void) | undefined;
  /** Asks a question that is answered with yes or no; undefined where nobody can be asked. */
  readonly ask?: ((question: string) => Promise<boolean>) | undefined;
  /** Text in a colour; as it is where stdout is no terminal. @default as it is */
  readonly paint?: ((text: string, colour: Colour) => string) | undefined;
  /** Resolves when the command is told to end (Ctrl-C). @default never */
  readonly untilTold?: (() => Promise<void>) | undefined;
}
