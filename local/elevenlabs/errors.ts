import { type Answer, jsonAnswer } from './answer';

/** One complaint of a 422 answer; `loc` is the way to the field, as in `['body', 'labels']`. */
export interface ValidationIssue {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** The shapes that ElevenLabs' error bodies have, or had. https://elevenlabs.io/docs/eleven-api/resources/errors */
export type ErrorShape = 'new' | 'old' | 'string' | 'html';

/** A refusal with a code of ElevenLabs. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The parameter that is to blame. */
    readonly param?: string,
  ) {
    super(message);
  }
}

/** A refusal in the 422 shape, the same in the old and the new days: `{detail: [{loc, msg, type}]}`. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';

  constructor(readonly issues: readonly ValidationIssue[]) {
    super(issues.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; '));
  }
}

/** A refusal of one field or parameter. */
export const invalidField = (loc: ValidationIssue['loc'], msg: string, type = 'value_error'): InvalidRequest =>
  new InvalidRequest([{ loc, msg, type }]);

const errorTypes = new Map([
  [401, 'authentication_error'],
  [402, 'payment_required'],
  [403, 'authorization_error'],
  [404, 'not_found'],
  [409, 'conflict'],
  [429, 'rate_limit_error'],
]);

/** The `type` of the new shape that goes with an HTTP status. */
const errorType = (status: number): string =>
  errorTypes.get(status) ?? (status >= 500 ? 'internal_error' : 'validation_error');

const bodyOf = ({ status, code, message, param }: ApiError, shape: ErrorShape, requestId: string): unknown => {
  if (shape === 'string') return { detail: message };
  if (shape === 'old') return { detail: { status: code, message } };
  const type = errorType(status);
  return {
    detail: { type, code, message, status: code, request_id: requestId, ...(param !== undefined && { param }) },
  };
};

/** The answer for an error that an operation or a fault raised; one that nobody meant to raise is a 500 that says so. */
export const errorAnswer = (error: unknown, shape: ErrorShape, requestId: string): Answer => {
  if (error instanceof InvalidRequest) return jsonAnswer(422, { detail: error.issues });
  if (!(error instanceof ApiError))
    return errorAnswer(
      new ApiError(500, 'simulator_failed', `The simulator failed: ${String(error)}`),
      shape,
      requestId,
    );
  if (shape !== 'html') return jsonAnswer(error.status, bodyOf(error, shape, requestId));
  const body = `<html><head><title>${error.status}</title></head><body><h1>Error ${error.status}</h1></body></html>`;
  return { status: error.status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
};
