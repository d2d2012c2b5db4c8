import type { Installation } from '../ops/installation';
import type { ExitCode } from './exit-codes';
import type { Surroundings } from './surroundings';

/** A flag of a command. */
export interface Flag {
  readonly type: 'string' | 'boolean';
  /** What stands behind it in the help: `<id>`. */
  readonly value?: string;
  readonly about: string;
}

/** What a command was called with. */
export interface Call {
  /** What is no flag, in its order. */
  readonly args: readonly string[];
  /** The text of a flag; undefined where it was not given. */
  readonly text: (flag: string) => string | undefined;
  /** Whether a flag was given. */
  readonly has: (flag: string) => boolean;
  readonly surroundings: Surroundings;
  /** Finds the installation that the flags name. Throws OperationError and AWS' own errors. */
  readonly installation: () => Promise<Installation>;
  /** Prints the lines, or with `--json` the document instead. */
  readonly show: (document: unknown, lines: readonly string[]) => void;
  /** Asks before something is lost. Throws WrongUse where nobody can be asked and `--yes` is not given. */
  readonly confirm: (question: string) => Promise<boolean>;
}

/** A command over the operations of an installation. */
export interface Command {
  /** One line in the list of commands. */
  readonly summary: string;
  /** The forms that it has, without `precall` and its name: `show <id>`. */
  readonly forms: readonly string[];
  /** What the summary leaves out: a few sentences. */
  readonly about?: string;
  readonly flags?: Readonly<Record<string, Flag>>;
  readonly examples: readonly string[];
  /** Throws WrongUse, OperationError, Unreachable, and AWS' own errors. */
  readonly run: (call: Call) => Promise<ExitCode>;
}
