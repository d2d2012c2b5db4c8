import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import * as z from 'zod';
import { readBody } from '../lambda/read-body';
import { ApiError, InvalidRequest, invalidField, type ValidationIssue } from './answers';
import { type FormPart, readMultipart } from './multipart';

/** A request whose body has arrived. */
export interface ReceivedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

/** Validates a value against its schema. Throws InvalidRequest with one issue per field. */
export type Check = <T>(schema: z.ZodType<T>, value: unknown, where: 'query' | 'body') => T;

/** Parses the body of a request. Throws InvalidRequest if it is invalid. */
export interface BodyReader<T> {
  /** Size above which a body gets a 413. 0 for an operation that documents no body. */
  readonly maxBytes: number;
  readonly read: (request: ReceivedRequest, check: Check) => T;
}

/** Parses a number in a query, in decimal digits. */
export const wholeNumber = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'must consist of digits').transform(Number).pipe(z.int().min(min).max(max));

/** Parses a parameter or form field that may be repeated. */
export const list = <T>(item: z.ZodType<T>) =>
  z.preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), z.array(item));

/** Groups values by name. A repeated name becomes an array, which only a list accepts. */
const byName = (entries: Iterable<readonly [string, unknown]>): Record<string, unknown> => {
  const values = new Map<string, unknown[]>();
  for (const [name, value] of entries) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? all[0] : all]));
};

/** Converts a request's query for validation by a schema. */
export const queryValues = (query: URLSearchParams): Record<string, unknown> => byName(query);

const isUtf8 = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8')).equals(bytes);

const formValue = ({ name, ...file }: FormPart): readonly [string, unknown] => {
  const isText = file.fileName === null && isUtf8(file.bytes);
  return [name, isText ? file.bytes.toString('utf8') : file];
};

const parseJson = ({ headers, body }: ReceivedRequest): unknown => {
  const contentType = headers['content-type'] ?? '';
  if (!/^application\/json(; ?charset=utf-8)?$/i.test(contentType))
    throw invalidField(['body'], `The content type is '${contentType}', not application/json`);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw invalidField(['body', 0], 'JSON decode error', 'json_invalid');
  }
};

/** Accepts no query parameters. */
export const noQuery: z.ZodType = z.strictObject({});

/** Accepts no body. */
export const noBody: BodyReader<undefined> = { maxBytes: 0, read: () => undefined };

/** Accepts a JSON body of at most 1 MiB. */
export const jsonBody = <T>(schema: z.ZodType<T>): BodyReader<T> => ({
  maxBytes: 1024 * 1024,
  read: (request, check) => check(schema, parseJson(request), 'body'),
});

/** Accepts a form of at most 128 MiB. A text field is a string; a file is `{fileName, mimeType, bytes}`. */
export const formBody = <T>(schema: z.ZodType<T>): BodyReader<T> => ({
  maxBytes: 128 * 1024 * 1024,
  read: ({ headers, body }, check) =>
    check(schema, byName(readMultipart(headers['content-type'] ?? '', body).map(formValue)), 'body'),
});

/** Receives the body of a request. Rejects with ApiError 413 if it exceeds `maxBytes`. */
export const receiveBody = async (request: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const body = await readBody(request, maxBytes);
  if (body === undefined) throw new ApiError(413, 'request_too_large', `The body has more than ${maxBytes} bytes.`);
  return body;
};

const issuesOf = (error: z.ZodError, where: string): ValidationIssue[] =>
  error.issues.flatMap((issue) => {
    const loc = [where, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ loc: [...loc, key], msg: 'Not a documented field', type: 'extra_forbidden' }));
    const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
    return [
      isMissing ? { loc, msg: 'Field required', type: 'missing' } : { loc, msg: issue.message, type: 'value_error' },
    ];
  });

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const withoutUnknown = (value: unknown, error: z.ZodError): unknown => {
  const copy = structuredClone(value);
  for (const issue of error.issues) {
    const holder = issue.path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[String(key)] : undefined), copy);
    if (issue.code !== 'unrecognized_keys' || !isRecord(holder)) continue;
    for (const key of issue.keys) Reflect.deleteProperty(holder, key);
  }
  return copy;
};

/**
 * Validates a value against its schema. Unknown fields are rejected, so that a wrong client cannot seem right. With
 * `drops`, they are removed and passed to it. Throws InvalidRequest with one issue per field.
 */
export const checked = <T>(
  schema: z.ZodType<T>,
  value: unknown,
  where: 'query' | 'body',
  drops?: (issues: readonly ValidationIssue[]) => void,
): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error, where);
  const isOnlyUnknown = parsed.error.issues.every(({ code }) => code === 'unrecognized_keys');
  if (drops === undefined || !isOnlyUnknown) throw new InvalidRequest(issues);
  drops(issues);
  return checked(schema, withoutUnknown(value, parsed.error), where);
};
