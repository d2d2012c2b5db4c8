import { randomUUID } from 'node:crypto';

/** What an operation answers. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** ElevenLabs' current error shape; `status` is the code's older name. */
export const failure = (
  status: number,
  type: string,
  code: string,
  message: string,
  param: string | null = null,
): Answer => ({
  status,
  body: { detail: { type, code, message, status: code, request_id: randomUUID().replaceAll('-', ''), param } },
});

/** The 404 of an agent that does not exist. */
export const agentNotFound = (id: string): Answer =>
  failure(404, 'not_found', 'agent_not_found', `An agent with agent_id '${id}' was not found.`);

/** ElevenLabs' older error shape, which many conditions still have. */
export const olderFailure = (status: number, code: string, message: string): Answer => ({
  status,
  body: { detail: { status: code, message } },
});

/** The 422 of a field that is missing or not of its type. */
export const invalidField = (loc: readonly string[], msg: string, type: string): Answer => ({
  status: 422,
  body: { detail: [{ loc, msg, type, input: null }] },
});
