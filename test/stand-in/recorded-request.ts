import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { undocumentedIn } from './documented-requests';
import { readMultipart, type FormPart } from './multipart-reader';
import { findOperation, type Operation } from './operations';

/** One request as it arrived. */
export interface RecordedRequest {
  /** The documented operation, or undefined for a method and path that ElevenLabs does not have. */
  readonly operation: Operation | undefined;
  /** The voice or agent id in the path, '' where there is none. */
  readonly id: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** The whole body. */
  readonly bytes: Buffer;
  /** The form's parts in order, of voices/add only. */
  readonly form: readonly FormPart[];
  /** The parsed body of a PATCH or of an outbound call. */
  readonly json: unknown;
  /** A sentence for everything that the documentation of this operation does not know. */
  readonly violations: readonly string[];
}

const jsonOperations: readonly Operation[] = ['patchAgent', 'twilioOutboundCall', 'sipTrunkOutboundCall'];
const jsonType = /^application\/json(; ?charset=utf-8)?$/i;

const readBody = (operation: Operation, contentType: string, bytes: Buffer): { form: FormPart[]; json: unknown } => {
  if (operation === 'addVoice') return { form: readMultipart(contentType, bytes), json: undefined };
  if (!jsonOperations.includes(operation)) return { form: [], json: undefined };
  if (!jsonType.test(contentType)) throw new Error(`Content-Type "${contentType}" is not application/json.`);
  return { form: [], json: JSON.parse(bytes.toString('utf8')) };
};

/** Reads a request whose body has arrived, and judges it against the documentation. Never throws for what a client may send. */
export const recordRequest = (incoming: IncomingMessage, bytes: Buffer): RecordedRequest => {
  const { method = '', headers, url = '' } = incoming;
  const path = url.replace(/\?.*$/, '');
  const query = new URLSearchParams(url.slice(path.length));
  const found = findOperation(method, path);
  const common = { id: found?.id ?? '', method, path, query: Object.fromEntries(query), headers, bytes };
  const sentence = (clause: string): string => `${method} ${path}: ${clause.replace(/\.?$/, '.')}`;
  if (found === undefined) {
    const violations = [sentence('ElevenLabs documents no such method and path')];
    return { ...common, operation: undefined, form: [], json: undefined, violations };
  }
  const { operation } = found;
  try {
    const body = readBody(operation, headers['content-type'] ?? '', bytes);
    const clauses = undocumentedIn({ operation, headers, query, hasBody: bytes.length > 0, ...body });
    return { ...common, operation, ...body, violations: clauses.map(sentence) };
  } catch (error) {
    const clause = error instanceof Error ? error.message : String(error);
    return { ...common, operation, form: [], json: undefined, violations: [sentence(clause)] };
  }
};
