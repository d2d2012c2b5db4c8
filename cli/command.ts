import type { Installation } from '../ops/installation';
import type { ExitCode } from './exit-codes';
import type { Surroundings } from './surroundings';

/** A flag of a command. */
export interface Flag {
  readonly type: 'string' | 'boolean';
  /** The placeholder for the flag's value in the help, such as `<id>`. */
  readonly value?: string;
  readonly about: string;
}

/** How a command was called. */
export interface Invocation {
  /** The arguments that are not flags, in order. */
  readonly args: readonly string[];
  /** Returns the value of a flag, or undefined if it was not given. */
  readonly text: (flag: string) => string | undefined;
  /** Tells whether a flag was given. */
  readonly has: (flag: string) => boolean;
  readonly surroundings: Surroundings;
  /** Finds the installation that the flags name. Throws OperationError if there is none, and AWS errors unchanged. */
  readonly installation: () => Promise<Installation>;
  /** Prints the lines or, with `--json`, the document. */
  readonly show: (document: unknown, lines: readonly string[]) => void;
  /** Asks for confirmation before data is lost. Throws WrongUse if nobody can answer and `--yes` is not given. */
  readonly confirm: (question: string) => Promise<boolean>;
}

/** A command for operations on an installation. */
export interface Command {
  /** The command's line in the list of commands. */
  readonly summary: string;
  /** The command's usages without `precall` and its name, such as `show <id>`. */
  readonly forms: readonly string[];
  /** Details that the summary omits, in a few sentences. */
  readonly about?: string;
  readonly flags?: Readonly<Record<string, Flag>>;
  readonly examples: readonly string[];
  /** Runs the command. Throws WrongUse, OperationError and Unreachable if it cannot, and AWS errors unchanged. */
  readonly run: (invocation: Invocation) => Promise<ExitCode>;
}
