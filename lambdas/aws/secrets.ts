import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ServiceError } from '../platform/errors';
import type { Log } from '../platform/log';

/** How long cached values are used, in milliseconds. */
const freshForMs = 5 * 60_000;

/** Minimum time between two rereads after a mismatch, in milliseconds, so that a stranger cannot force more of them. */
const rereadAfterMs = 5_000;

/** A secret in Secrets Manager: one live value, or several separated by commas during a rotation. */
export interface Secret {
  /**
   * Returns the live values. If Secrets Manager fails, the previous values stay in use. Throws 503 `NOT_CONFIGURED` if
   * there are none, so that every request is rejected. A secret that was never filled raises no alarm and is read again
   * after 5 s at the earliest.
   */
  readonly values: () => Promise<readonly string[]>;
  /**
   * Rereads the values after a mismatch. If the last reread began less than 5 s ago, returns the values already known.
   */
  readonly reread: () => Promise<readonly string[]>;
}

/** A secret in Secrets Manager, and what its reader needs. */
interface SecretSource {
  readonly client: SecretsManagerClient;
  readonly arn: string;
  readonly nowMs: () => number;
  readonly log: Log;
  /** Whether the secret may be empty, and then has no values. */
  readonly mayBeEmpty: boolean;
}

/**
 * Creates a reader for the secret with this ARN. It caches values for five minutes, and concurrent callers share one
 * read. `nowMs` is the clock.
 */
export const secret = (client: SecretsManagerClient, arn: string, nowMs: () => number, log: Log): Secret =>
  cached({ client, arn, nowMs, log, mayBeEmpty: false });

/**
 * Creates a reader for a secret that may be empty, and then has no values. It also throws 503 if the secret cannot be
 * read.
 */
export const optionalSecret = (client: SecretsManagerClient, arn: string, nowMs: () => number, log: Log): Secret =>
  cached({ client, arn, nowMs, log, mayBeEmpty: true });

const cached = (source: SecretSource): Secret => {
  const { client, arn, nowMs, mayBeEmpty } = source;
  let cache: { values: readonly string[]; readAtMs: number } | undefined;
  let foundEmptyAtMs = -Infinity;
  let reading: Promise<readonly string[]> | undefined;
  const read = (): Promise<readonly string[]> => {
    reading ??= fetchValues().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  let rereadAtMs = -Infinity;

  const fetchValues = async (): Promise<readonly string[]> => {
    const fetched = await fetchSecret(client, arn).catch((error: unknown) => ({ error }));
    if ('error' in fetched && wasNeverFilled(fetched.error)) foundEmptyAtMs = nowMs();
    const values = 'values' in fetched ? fetched.values : valuesDespite(fetched.error, cache?.values, source);
    cache = { values, readAtMs: nowMs() };
    if (values.length === 0 && !mayBeEmpty) throw notConfigured(undefined);
    return values;
  };

  const isFresh = (): boolean => cache !== undefined && nowMs() - cache.readAtMs < freshForMs;
  return {
    values: async () => {
      if (cache === undefined && nowMs() - foundEmptyAtMs < rereadAfterMs) throw notFilled(undefined);
      return cache !== undefined && isFresh() && (cache.values.length > 0 || mayBeEmpty) ? cache.values : read();
    },
    reread: async () => {
      if (reading !== undefined) return reading;
      if (cache !== undefined && nowMs() - rereadAtMs < rereadAfterMs) return cache.values;
      rereadAtMs = nowMs();
      return read();
    },
  };
};

/** Returns the values to use after a failed read: the known ones, or none if the secret may be empty. Throws 503. */
const valuesDespite = (
  error: unknown,
  known: readonly string[] | undefined,
  { arn, log, mayBeEmpty }: SecretSource,
): readonly string[] => {
  if (wasNeverFilled(error) && (known ?? []).length === 0) {
    if (mayBeEmpty) return [];
    log.warn('secret_not_filled', { secret: nameOf(arn) });
    throw notFilled(error);
  }
  log.error('secret_unreadable', error, { secret: nameOf(arn) });
  if (known === undefined) throw notConfigured(error);
  return known;
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
 * Tells whether the secret exists but has no value yet. In that case Secrets Manager says `can't find the specified
 * secret value for staging label: AWSCURRENT`. If the secret itself is missing, the message mentions no label.
 */
const wasNeverFilled = (error: unknown): boolean =>
  error instanceof ResourceNotFoundException && error.message.includes('staging label');

const notConfigured = (cause: unknown): ServiceError =>
  new ServiceError({
    code: 'NOT_CONFIGURED',
    message:
      'A secret of this installation is missing or cannot be read. ' +
      'The operator must check it: see docs/DEPLOYMENT.md#troubleshooting.',
    retryAfterS: 60,
    cause,
  });

const notFilled = (cause: unknown): ServiceError =>
  new ServiceError({
    code: 'NOT_CONFIGURED',
    message:
      'A secret of this installation has no value yet. ' +
      'The operator must set it: see docs/DEPLOYMENT.md#first-deployment.',
    retryAfterS: 60,
    harmless: 'not_filled',
    cause,
  });
