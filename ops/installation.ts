import type { Clients } from './clients';

/** A function of an installation. */
export interface InstalledFunction {
  /** The function's name at AWS. */
  readonly name: string;
  readonly logGroup: string;
}

/** One installation: its AWS resource names, and the clients that reach it. */
export interface Installation {
  /** The display name: `Precall-prod`, or the local stack and its port. */
  readonly title: string;
  readonly isLocal: boolean;
  /** The deployed stage, such as `prod`; undefined for a local stack. */
  readonly stage?: string | undefined;
  /** The address of the console that the installation itself serves. */
  readonly consoleUrl?: string | undefined;
  /** How far the clock of a local stack is ahead of the machine's, in milliseconds. */
  readonly clockAheadMs?: number | undefined;
  /** The base URL of the API, with the stage and no trailing slash. */
  readonly apiUrl: string;
  /** The base URL of the ElevenLabs API; undefined if the stack was deployed before it had this output. */
  readonly elevenLabsUrl: string | undefined;
  readonly table: string;
  readonly bucket: string;
  /** Queue URLs by logical id: `VoiceDeletionsQueue`, `VoiceDeletionsDeadLetters`. */
  readonly queues: Readonly<Record<string, string>>;
  /** Secret ARNs by logical id: `ElevenLabsWebhookSecret`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Functions by display name, such as `PreCall`. */
  readonly functions: Readonly<Record<string, InstalledFunction>>;
  /** The prefix of the installation's alarm names. */
  readonly alarmPrefix: string;
  readonly clients: Clients;
}

/**
 * Thrown when an operation is not possible. The message says why and what to do. `not_found`: nothing has that id.
 * `unreachable`: nothing answers at that address. `refused`: the state of the installation forbids it.
 */
export class OperationError extends Error {
  override readonly name = 'OperationError';

  constructor(
    readonly kind: 'not_found' | 'unreachable' | 'refused',
    message: string,
  ) {
    super(message);
  }
}

/** Returns the value of a required name of the installation. Throws OperationError if it is missing. */
export const required = <T>(named: Readonly<Record<string, T>>, name: string, { title }: Installation): T => {
  const value = named[name];
  if (value !== undefined) return value;
  throw new OperationError('not_found', `${title} has no ${name}. It has: ${Object.keys(named).sort().join(', ')}.`);
};
