import * as z from 'zod';
import { type ElevenLabsErrorKind, kindOfCode } from './error-codes';

/** A failed call to ElevenLabs. Its message contains only codes, because ElevenLabs' messages may quote names. */
export class ElevenLabsError extends Error {
  override readonly name = 'ElevenLabsError';

  constructor(
    readonly kind: ElevenLabsErrorKind,
    /** ElevenLabs' code, or Precall's if there was no response: `timeout`, `connection_refused`, `connection_lost`. */
    readonly code: string,
    /** Whether the request may have taken effect despite the failure. */
    readonly outcomeUnknown: boolean,
    readonly details: {
      readonly retryAfterS?: number;
      readonly fields?: readonly string[];
      readonly cause?: unknown;
    } = {},
  ) {
    super(`ElevenLabs: ${code}`, { cause: details.cause });
  }

  /** Returns the same failure for a request whose earlier attempt may have taken effect. */
  ofUnknownOutcome(): ElevenLabsError {
    return this.outcomeUnknown ? this : new ElevenLabsError(this.kind, this.code, true, this.details);
  }
}

const word = z.string().regex(/^[\w.-]{1,64}$/);
const codedDetail = z.object({
  code: word.nullish().catch(undefined),
  status: word.nullish().catch(undefined),
  param: word.nullish().catch(undefined),
});
const validationDetail = z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])) }));
const errorBody = z.object({ detail: z.unknown() });

/**
 * Reads an error response: the new format, the old one, the validation array, plain text or HTML. The code takes
 * precedence over the HTTP status, which is not reliable (https://elevenlabs.io/docs/eleven-api/resources/errors).
 */
export const readErrorAnswer = (status: number, body: unknown, retryAfter: string | null): ElevenLabsError => {
  const detail = errorBody.safeParse(body).data?.detail;
  const fields = validationDetail.safeParse(detail).data?.flatMap(({ loc }) => loc.map(String));
  const coded = codedDetail.safeParse(detail).data;
  const named = fields ?? (coded?.param == null ? [] : [coded.param]);
  const code = codeOf(coded, fields, status);
  const kind = kindOfCode(code) ?? kindOfStatus(status, detail);
  const isOutcomeOpen = status >= 500 || status === 408 || status < 400;
  return new ElevenLabsError(kind, code, kind === 'unavailable' && isOutcomeOpen, {
    ...(retryAfter !== null && /^\d{1,4}$/.test(retryAfter) && { retryAfterS: Number(retryAfter) }),
    fields: named,
  });
};

/** Returns the newer field's code, unless only the older field has a known code. */
const codeOf = (
  coded: z.infer<typeof codedDetail> | undefined,
  fields: readonly string[] | undefined,
  status: number,
): string => {
  const given = [coded?.code, coded?.status].filter((code) => code != null);
  const known = given.find((code) => kindOfCode(code) !== undefined);
  return known ?? given[0] ?? (fields === undefined ? `http_${status}` : 'validation_error');
};

const aboutKey = /api.?key|unauthori[sz]ed|not authenticated|authorization/i;

/**
 * Returns the meaning of the status alone. ElevenLabs sends a `detail`. HTML or an empty body comes from the network
 * and is transient. A 401 is about the API key only if its text says so.
 */
const kindOfStatus = (status: number, detail: unknown): ElevenLabsErrorKind => {
  if (status === 429) return 'busy';
  if (status >= 500 || status === 408 || status < 400 || detail == null) return 'unavailable';
  return status === 401 && typeof detail === 'string' && aboutKey.test(detail) ? 'access' : 'refused';
};

const refusedConnection = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CONNECT_TIMEOUT'];
const abortNames = ['TimeoutError', 'AbortError'];
const clientError = z.object({ name: z.string(), code: z.string().optional().catch(undefined) });

/** Reads the error of a call without a response. The kind of failure tells whether it may have taken effect. */
export const readConnectionError = (error: unknown): ElevenLabsError => {
  const { name = '', code = '' } = clientError.safeParse(error).data ?? {};
  if (abortNames.includes(name)) return new ElevenLabsError('unavailable', 'timeout', true, { cause: error });
  return refusedConnection.includes(code)
    ? new ElevenLabsError('unavailable', 'connection_refused', false, { cause: error })
    : new ElevenLabsError('unavailable', 'connection_lost', true, { cause: error });
};
