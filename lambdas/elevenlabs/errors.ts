import * as z from 'zod';
import { type ElevenLabsErrorKind, kindOfCode } from './error-codes';

/** What else is known about a failed call. */
export interface ElevenLabsErrorDetails {
  /** Whether the request may have taken effect despite the failure. @default false */
  readonly outcomeUnknown?: boolean;
  /** Seconds after which ElevenLabs accepts the request again. */
  readonly retryAfterS?: number;
  /** The request's fields that ElevenLabs refused. */
  readonly fields?: readonly string[];
  readonly cause?: unknown;
}

/** A failed call to ElevenLabs. Its message contains only codes, because ElevenLabs' messages may quote names. */
export class ElevenLabsError extends Error {
  override readonly name = 'ElevenLabsError';

  constructor(
    readonly kind: ElevenLabsErrorKind,
    /** ElevenLabs' code, or Precall's if there was no response: `timeout`, `connection_refused`, `connection_lost`. */
    readonly code: string,
    readonly details: ElevenLabsErrorDetails = {},
  ) {
    super(`ElevenLabs: ${code}`, { cause: details.cause });
  }

  /** Whether the request may have taken effect despite the failure. */
  get outcomeUnknown(): boolean {
    return this.details.outcomeUnknown === true;
  }

  /** Returns the same failure for a request whose earlier attempt may have taken effect. */
  ofUnknownOutcome(): ElevenLabsError {
    return new ElevenLabsError(this.kind, this.code, { ...this.details, outcomeUnknown: true });
  }
}

const word = z.string().regex(/^[\w.-]{1,64}$/);
const codedDetail = z.object({
  code: word.nullish().catch(undefined),
  status: word.nullish().catch(undefined),
  /** The class of the error: `not_found`, `rate_limit_error`. */
  type: word.nullish().catch(undefined),
  param: word.nullish().catch(undefined),
  /** Never shown, because it may quote names. */
  message: z.string().nullish().catch(undefined),
});
type CodedDetail = z.infer<typeof codedDetail>;
const validationDetail = z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])) }));
const errorBody = z.object({ detail: z.unknown() });

/**
 * Reads an error response: the new format, the old one, the validation array, plain text or HTML. The code takes
 * precedence over the HTTP status, which is not reliable (https://elevenlabs.io/docs/eleven-api/resources/errors).
 * `retryAfter` is the header's value; `nowMs` (unix milliseconds) tells how far a date in it is.
 */
export const readErrorAnswer = (
  status: number,
  body: unknown,
  retryAfter: string | null,
  nowMs: number,
): ElevenLabsError => {
  const detail = errorBody.safeParse(body).data?.detail;
  const fields = validationDetail.safeParse(detail).data?.flatMap(({ loc }) => loc.map(String));
  const coded = codedDetail.safeParse(detail).data;
  const refusedFields = fields ?? (coded?.param == null ? [] : [coded.param]);
  const text = typeof detail === 'string' ? detail : (coded?.message ?? '');
  const code = codeOf(coded, fields, status, text);
  const kind = kindOfCode(code) ?? kindOfCode(coded?.type ?? '') ?? kindOfStatus(status, detail, text);
  const isOutcomeOpen = status >= 500 || status === 408 || status < 400;
  const retryAfterS = secondsOf(retryAfter, nowMs);
  return new ElevenLabsError(kind, code, {
    outcomeUnknown: kind === 'unavailable' && isOutcomeOpen,
    ...(retryAfterS !== undefined && { retryAfterS }),
    fields: refusedFields,
  });
};

const longestRetryAfterS = 86_400;

/** Reads a Retry-After header, in seconds or as a date. Returns seconds, at most a day; undefined for other text. */
const secondsOf = (retryAfter: string | null, nowMs: number): number | undefined => {
  const text = retryAfter?.trim() ?? '';
  const seconds = /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : (httpDateMs(text) - nowMs) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(0, Math.ceil(seconds)), longestRetryAfterS);
};

/** Reads an HTTP date, such as `Mon, 30 Nov 2026 10:00:30 GMT`, in unix milliseconds. Returns NaN for other text. */
const httpDateMs = (text: string): number => (text.endsWith('GMT') ? Date.parse(text) : Number.NaN);

/** A path that does not exist is answered with "Not Found" alone. */
const aboutMissing = /\S\s+(?:was |is |could |be )*not (?:be )?found|does(?: not|n.t) exist/i;

/**
 * Returns the newer field's code, unless only the older field has a known code. Without a code, returns the error's
 * type, or `not_found` if its text says so.
 */
const codeOf = (
  coded: CodedDetail | undefined,
  fields: readonly string[] | undefined,
  status: number,
  text: string,
): string => {
  const codes = [coded?.code, coded?.status].filter((code) => code != null);
  const known = codes.find((code) => kindOfCode(code) !== undefined);
  const code = known ?? codes[0] ?? coded?.type;
  if (code != null) return code;
  if (fields !== undefined) return 'validation_error';
  return [400, 404, 410].includes(status) && aboutMissing.test(text) ? 'not_found' : `http_${status}`;
};

const aboutKey = /api.?key|unauthori[sz]ed|not authenticated|authorization/i;

/** A conflict, a lock, and a request that came too early. */
const passingStatuses: readonly number[] = [408, 409, 423, 425];

/**
 * Returns the meaning of the status alone. ElevenLabs sends a `detail`. HTML or an empty body comes from the network
 * and is transient. A 401 is about the API key only if its text says so.
 */
const kindOfStatus = (status: number, detail: unknown, text: string): ElevenLabsErrorKind => {
  if (status === 429) return 'busy';
  if (status >= 500 || status < 400 || passingStatuses.includes(status) || detail == null) return 'unavailable';
  return status === 401 && aboutKey.test(text) ? 'access' : 'refused';
};

/**
 * Returns whether ElevenLabs answered that what the path names does not exist. `things` are its names in ElevenLabs'
 * codes, such as `voice` in `voice_not_found`.
 */
export const isMissing = (error: unknown, ...things: readonly string[]): error is ElevenLabsError => {
  if (!(error instanceof ElevenLabsError) || error.kind !== 'refused') return false;
  const match = /^(?:(\w+)_)?(?:not_found|does_not_exist)$/.exec(error.code);
  return match !== null && (match[1] === undefined || things.includes(match[1]));
};

const refusedConnection = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CONNECT_TIMEOUT'];
const abortNames = ['TimeoutError', 'AbortError'];
const clientError = z.object({ name: z.string(), code: z.string().optional().catch(undefined) });

/** Reads the error of a call without a response. The kind of failure tells whether it may have taken effect. */
export const readConnectionError = (error: unknown): ElevenLabsError => {
  const { name = '', code = '' } = clientError.safeParse(error).data ?? {};
  // The API key has a character that headers do not allow, such as the ellipsis of a shortened key. Nothing was sent.
  if (code === 'ERR_INVALID_CHAR') return new ElevenLabsError('access', 'invalid_api_key', { cause: error });
  if (abortNames.includes(name))
    return new ElevenLabsError('unavailable', 'timeout', { outcomeUnknown: true, cause: error });
  return refusedConnection.includes(code)
    ? new ElevenLabsError('unavailable', 'connection_refused', { cause: error })
    : new ElevenLabsError('unavailable', 'connection_lost', { outcomeUnknown: true, cause: error });
};
