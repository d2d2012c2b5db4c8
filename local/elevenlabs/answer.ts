import type { ServerResponse } from 'node:http';

/** A whole answer, ready to send. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The voice that was made, for the record of requests. */
  readonly madeId?: string;
}

/** An answer of JSON, as the value is at this moment. */
export const jsonAnswer = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

/** Sends an answer; one whose client has gone is dropped. */
export const sendAnswer = (response: ServerResponse, { status, headers, body }: Answer): void => {
  if (response.destroyed) return;
  const isEmpty = status === 204;
  response.writeHead(status, isEmpty ? {} : { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(isEmpty ? undefined : body);
};
