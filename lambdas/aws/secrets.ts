import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ServiceError } from '../platform/errors';
import type { Log } from '../platform/log';

/** Values are read again after this many milliseconds. */
const freshForMs = 5 * 60_000;

/** A doubted value is read again at most once in this many milliseconds. */
const rereadAfterMs = 60_000;

/** A secret of Secrets Manager: one value, or two live ones separated by a comma while it is being rotated. */
export interface Secret {
  /** The live values. Throws 503 when none was ever readable: a stale value beats none, and no value lets nobody in. */
  readonly values: () => Promise<readonly string[]>;
  /** Reads again what turned out not to fit; undefined when that was done less than a minute ago. */
  readonly reread: () => Promise<readonly string[] | undefined>;
}

/** Which secrets may be left empty. */
type Need = 'required' | 'optional';

/** The secret of this ARN, cached for five minutes; those who wait for it share one read. `nowMs` is the clock. */
export const secret = (client: SecretsManagerClient, arn: string, nowMs: () => number, log: Log): Secret =>
  cached(client, arn, nowMs, log, 'required');

/** The same of a secret that need not be set: until it is, it has no values. One that cannot be read is 503 all the same. */
export const optionalSecret = (client: SecretsManagerClient, arn: string, nowMs: () => number, log: Log): Secret =>
  cached(client, arn, nowMs, log, 'optional');

const cached = (client: SecretsManagerClient, arn: string, nowMs: () => number, log: Log, need: Need): Secret => {
  let known: { values: readonly string[]; readAtMs: number } | undefined;

  // What was never set is said not to be found.
  const emptyIfOptional = (error: unknown): { SecretString?: string } => {
    if (need === 'optional' && error instanceof ResourceNotFoundException) return {};
    throw error;
  };

  let reading: Promise<readonly string[]> | undefined;
  const read = (): Promise<readonly string[]> => (reading ??= fetchValues().finally(() => (reading = undefined)));

  const fetchValues = async (): Promise<readonly string[]> => {
    try {
      const { SecretString = '' } = await client
        .send(new GetSecretValueCommand({ SecretId: arn }))
        .catch(emptyIfOptional);
      known = { values: liveValues(SecretString), readAtMs: nowMs() };
    } catch (error) {
      log.error('secret_unreadable', error, { secret: arn.split(':').at(-1) });
      if (known === undefined) throw notConfigured(error);
      known = { ...known, readAtMs: nowMs() };
    }
    if (known.values.length === 0 && need === 'required') throw notConfigured(undefined);
    return known.values;
  };

  return {
    values: async () =>
      known !== undefined && nowMs() - known.readAtMs < freshForMs && (known.values.length > 0 || need === 'optional')
        ? known.values
        : read(),
    reread: async () => (known !== undefined && nowMs() - known.readAtMs < rereadAfterMs ? undefined : read()),
  };
};

const liveValues = (text: string): string[] =>
  text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');

const notConfigured = (cause: unknown): ServiceError =>
  new ServiceError({
    code: 'NOT_CONFIGURED',
    message:
      'A secret of this installation is not set or cannot be read. Its operator finds the steps in docs/DEPLOYMENT.md.',
    retryAfterS: 60,
    cause,
  });
