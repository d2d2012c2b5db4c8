import * as z from 'zod';
import { type ElevenLabsErrorKind, kindOfCode } from './error-codes';

/** Any failure of a call to ElevenLabs. Its text holds codes only: ElevenLabs' messages may quote names. */
export class ElevenLabsError extends Error {
  override readonly name = 'ElevenLabsError';

  constructor(
    readonly kind: ElevenLabsErrorKind,
    /**
     * ElevenLabs' own code, or ours for what never got an answer: `timeout`, `connection_refused`, `connection_lost`.
     */
    readonly code: string,
    /** Whether the request may have had its effect all the same. */
    readonly outcomeUnknown: boolean,
    readonly details: {
      readonly retryAfterS?: number;
      readonly fields?: readonly string[];
      readonly cause?: unknown;
    } = {},
  ) {
    super(`ElevenLabs: ${code}`, { cause: details.cause });
  }

  /** The same failure of a request whose earlier try may have had its effect. */
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
 * Reads an error answer: the new shape, the old one, the validation array, plain text or HTML. The code decides before
 * the HTTP status, which does not reliably match it (https://elevenlabs.io/docs/eleven-api/resources/errors).
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

/** The newer field decides, unless only the older one says something that is known. */
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
 * What the status alone says. ElevenLabs answers with a `detail`; HTML or nothing at all comes from the network before
 * it, and passes. A 401 or 403 is about our key only if it says so.
 */
const kindOfStatus = (status: number, detail: unknown): ElevenLabsErrorKind => {
  if (status === 429) return 'busy';
  if (status >= 500 || status === 408 || status < 400 || detail == null) return 'unavailable';
  return status === 401 && typeof detail === 'string' && aboutKey.test(detail) ? 'access' : 'refused';
};

const refusedConnection = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];
const abortNames = ['TimeoutError', 'AbortError'];
const fetchError = z.object({ name: z.string(), cause: z.object({ code: z.string() }).optional().catch(undefined) });

/** A call that got no answer: whether it may have had its effect is told by how the connection failed. */
export const readConnectionError = (error: unknown): ElevenLabsError => {
  const { name = '', cause } = fetchError.safeParse(error).data ?? {};
  if (abortNames.includes(name)) return new ElevenLabsError('unavailable', 'timeout', true, { cause: error });
  return refusedConnection.includes(cause?.code ?? '')
    ? new ElevenLabsError('unavailable', 'connection_refused', false, { cause: error })
    : new ElevenLabsError('unavailable', 'connection_lost', true, { cause: error });
};
