import * as z from 'zod';

/**
 * What an answer of ElevenLabs other than success means to us.
 * `refused`: the request can never succeed as it is. `access`: our key or its scope. `busy`: nothing happened, later it
 * may. `unavailable`: a passing fault, or no answer in time.
 */
export type ElevenLabsErrorKind = 'refused' | 'access' | 'busy' | 'unavailable';

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

/** Codes of what passes by itself, whatever status comes with them. */
const passingCodes = ['concurrent_modification'];
const busyCodes = ['rate_limit_exceeded', 'concurrent_limit_exceeded', 'too_many_concurrent_requests', 'system_busy'];
const accessCodes = [
  'invalid_api_key',
  'missing_api_key',
  'missing_permissions',
  'insufficient_permissions',
  'unauthorized',
];
/** Seen with 401 and 403 although they are about the plan, not about the key. */
const planCodes = [
  'quota_exceeded',
  'insufficient_credits',
  'voice_limit_reached',
  'voice_add_edit_limit_reached',
  'can_not_use_instant_voice_cloning',
  'paid_plan_required',
];

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
  const code = coded?.code ?? coded?.status ?? (fields === undefined ? `http_${status}` : 'validation_error');
  const kind = kindOf(code, status);
  return new ElevenLabsError(kind, code, kind === 'unavailable' && status !== 409, {
    ...(retryAfter !== null && /^\d{1,4}$/.test(retryAfter) && { retryAfterS: Number(retryAfter) }),
    fields: named,
  });
};

const kindOf = (code: string, status: number): ElevenLabsErrorKind => {
  if (busyCodes.includes(code)) return 'busy';
  if (accessCodes.includes(code)) return 'access';
  if (planCodes.includes(code)) return 'refused';
  if (passingCodes.includes(code)) return 'unavailable';
  if (status === 429) return 'busy';
  if (status === 401 || status === 403) return 'access';
  return status >= 500 || status === 408 || status < 400 ? 'unavailable' : 'refused';
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
