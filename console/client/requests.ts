import { isPersonal, token } from './session';

/** The server did not do what was asked; the message says why. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

const headers = (): Record<string, string> => ({
  'x-console-token': token,
  ...(isPersonal.value === true && { 'x-console-personal': 'on' }),
});

const unreachable = 'The console does not answer. Is the stack running?';

interface Sent {
  readonly method?: string;
  readonly contentType?: string;
  readonly body?: string | Blob;
  readonly signal?: AbortSignal;
}

const ask = async (path: string, { contentType, ...sent }: Sent = {}): Promise<Response> => {
  const type = contentType === undefined ? {} : { 'content-type': contentType };
  const response = await fetch(`/console/api/${path}`, { ...sent, headers: { ...headers(), ...type } }).catch(
    () => undefined,
  );
  if (response === undefined) throw new Problem(unreachable);
  if (response.ok) return response;
  throw new Problem(await problemOf(response));
};

const problemOf = async (response: Response): Promise<string> => {
  const body: unknown = await response.json().catch(() => undefined);
  const isTold = typeof body === 'object' && body !== null && 'problem' in body;
  return isTold ? String(body.problem) : `The console answered ${response.status}.`;
};

/**
 * Fetches a document from the server. The server comes from the same checkout, so the document's shape is not
 * validated.
 */
export const getDocument = async <T>(path: string): Promise<T> => readJson<T>(await ask(path));

/** Posts JSON to the server to request an action. */
export const postJson = async <T>(path: string, body: object = {}): Promise<T> =>
  readJson<T>(await ask(path, { method: 'POST', contentType: 'application/json', body: JSON.stringify(body) }));

/** Posts bytes, such as a recording. */
export const postBytes = async <T>(path: string, bytes: Blob): Promise<T> =>
  readJson<T>(await ask(path, { method: 'POST', contentType: 'application/octet-stream', body: bytes }));

/** Fetches bytes from the server, such as a recording. */
export const getBytes = async (path: string): Promise<Blob> => (await ask(path)).blob();

/** Opens a stream of server-sent events. Uses fetch, because `EventSource` cannot send the token. */
export const openStream = async (
  path: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> => {
  const { body } = await ask(path, { signal });
  if (body === null) throw new Problem(unreachable);
  return body;
};

const readJson = async <T>(response: Response): Promise<T> => {
  const document: T = await response.json();
  return document;
};
