import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ServiceError } from '../platform/errors';
import type { Log } from '../platform/log';

/** Values are read again after this many milliseconds. */
const freshForMs = 5 * 60_000;

/**
 * After a mismatch the values are read again, at most once in this many milliseconds: a stranger sets no other pace.
 */
const rereadAfterMs = 5_000;

/** A secret of Secrets Manager: one live value, or several separated by commas while it is rotated. */
export interface Secret {
  /**
   * The live values. When Secrets Manager fails, the values that were read before stay in use. Throws 503
   * `NOT_CONFIGURED` when there are none, so that every request is rejected. A secret that was never filled is not an
   * error: it is read again after 5 s at the earliest, and alarms nobody.
   */
  readonly values: () => Promise<readonly string[]>;
  /**
   * The values as of now, after a value that none of them matches: reads them again, unless such a read began less than
   * 5 s ago; then those that it brought.
   */
  readonly reread: () => Promise<readonly string[]>;
}

type Need = 'required' | 'optional';

/** The secret with this ARN, cached for five minutes. Concurrent callers share one read. `nowMs` is the clock. */
export const secret = (client: SecretsManagerClient, arn: string, nowMs: () => number, log: Log): Secret =>
  cached(client, arn, nowMs, log, 'required');

/** A secret that may be left empty; then it has no values. It throws 503, too, when it cannot be read. */
export const optionalSecret = (client: SecretsManagerClient, arn: string, nowMs: () => number, log: Log): Secret =>
  cached(client, arn, nowMs, log, 'optional');

const cached = (client: SecretsManagerClient, arn: string, nowMs: () => number, log: Log, need: Need): Secret => {
  let known: { values: readonly string[]; readAtMs: number } | undefined;
  let seenEmptyAtMs = -Infinity;
  let reading: Promise<readonly string[]> | undefined;
  const read = (): Promise<readonly string[]> => (reading ??= fetchValues().finally(() => (reading = undefined)));
  let rereadAtMs = -Infinity;

  const fetchValues = async (): Promise<readonly string[]> => {
    const fetched = await fetchSecret(client, arn).catch((error: unknown) => ({ error }));
    if ('values' in fetched) known = { ...fetched, readAtMs: nowMs() };
    else if (wasNeverFilled(fetched.error) && (known?.values ?? []).length === 0) {
      seenEmptyAtMs = nowMs();
      if (need === 'required') {
        log.warn('secret_not_filled', { secret: nameOf(arn) });
        throw notFilled(fetched.error);
      }
      known = { values: [], readAtMs: nowMs() };
    } else {
      log.error('secret_unreadable', fetched.error, { secret: nameOf(arn) });
      if (known === undefined) throw notConfigured(fetched.error);
      known = { ...known, readAtMs: nowMs() };
    }
    if (known.values.length === 0 && need === 'required') throw notConfigured(undefined);
    return known.values;
  };

  const isFresh = (): boolean => known !== undefined && nowMs() - known.readAtMs < freshForMs;
  return {
    values: async () => {
      if (known === undefined && nowMs() - seenEmptyAtMs < rereadAfterMs) throw notFilled(undefined);
      return known !== undefined && isFresh() && (known.values.length > 0 || need === 'optional')
        ? known.values
        : read();
    },
    reread: async () => {
      if (reading !== undefined) return reading;
      if (known !== undefined && nowMs() - rereadAtMs < rereadAfterMs) return known.values;
      rereadAtMs = nowMs();
      return read();
    },
  };
};

const nameOf = (arn: string): string | undefined => arn.split(':').at(-1);

const fetchSecret = async (client: SecretsManagerClient, arn: string): Promise<{ values: readonly string[] }> => {
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  return { values: liveValues(SecretString) };
};

const liveValues = (text: string): string[] =>
  text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');

/**
 * Whether the secret exists but has no value yet. Secrets Manager says `can't find the specified secret value for
 * staging label: AWSCURRENT` then, and does not speak of a label if the secret itself is missing.
 */
const wasNeverFilled = (error: unknown): boolean =>
  error instanceof ResourceNotFoundException && error.message.includes('staging label');

const notConfigured = (cause: unknown): ServiceError =>
  new ServiceError({
    code: 'NOT_CONFIGURED',
    message:
      'A secret of this installation is missing or cannot be read. The operator must check it: see docs/DEPLOYMENT.md.',
    retryAfterS: 60,
    cause,
  });

const notFilled = (cause: unknown): ServiceError =>
  new ServiceError({
    code: 'NOT_CONFIGURED',
    message: 'A secret of this installation was never filled. The operator must fill it: see docs/DEPLOYMENT.md.',
    retryAfterS: 60,
    harmless: 'not_filled',
    cause,
  });
