import type { Clients } from './clients';

/** A function of an installation. */
export interface InstalledFunction {
  /** What AWS calls it. */
  readonly name: string;
  readonly logGroup: string;
}

/** One installation: its names at AWS, and the clients that reach it. */
export interface Installation {
  /** What people call it: `Precall-prod`, or the local stack and its port. */
  readonly title: string;
  readonly isLocal: boolean;
  /** The address of the console that it serves itself. */
  readonly consoleUrl?: string | undefined;
  /** Where its API is, with the stage and without a slash at the end. */
  readonly apiUrl: string;
  /** The API of ElevenLabs that it uses; undefined for a stack that was deployed before it named it. */
  readonly elevenLabsUrl: string | undefined;
  readonly table: string;
  readonly bucket: string;
  /** Queue URLs by logical id: `VoiceDeletionsQueue`, `VoiceDeletionsDeadLetters`. */
  readonly queues: Readonly<Record<string, string>>;
  /** Secret ARNs by logical id: `ElevenLabsWebhookSecret`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Functions by the names that people use: `PreCall`. */
  readonly functions: Readonly<Record<string, InstalledFunction>>;
  /** What the names of its alarms begin with. */
  readonly alarmPrefix: string;
  readonly clients: Clients;
}

/**
 * An operation cannot be done, and the message says why and what to do. `not_found`: nothing has that id.
 * `unreachable`: nothing answers there. `refused`: the state of the installation forbids it.
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

/** The value of a name that the installation must have. Throws OperationError. */
export const required = <T>(named: Readonly<Record<string, T>>, name: string, { title }: Installation): T => {
  const value = named[name];
  if (value !== undefined) return value;
  throw new OperationError('not_found', `${title} has no ${name}. It has: ${Object.keys(named).sort().join(', ')}.`);
};
