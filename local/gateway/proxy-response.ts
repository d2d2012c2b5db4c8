import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as z from 'zod';
import type { GatewayAnswer } from './gateway-answer';
import { firstMediaType, isBinaryMediaType } from './media-type';

const headerValue = z.union([z.string(), z.boolean()]).transform(String);
const statusCode = z.union([z.number(), z.string()]).transform(Number).pipe(z.int().min(100).max(599));

/** All fields are optional, and no others are allowed. API Gateway also accepts a status as a string. */
const proxyResponse = z.strictObject({
  statusCode: statusCode.nullish(),
  headers: z.record(z.string(), headerValue).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(headerValue)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

type ProxyResponse = z.infer<typeof proxyResponse>;
type HeaderList = GatewayAnswer['headers'];

/** Headers reserved by API Gateway, which renames a function's values for them. */
const remapped = new Set(['connection', 'content-length', 'date', 'server', 'transfer-encoding', 'www-authenticate']);

const outputName = (name: string): string => (remapped.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name);

/** Merges `headers` and `multiValueHeaders` by name, each value once. The default content type is JSON. */
const mergeHeaders = ({ headers, multiValueHeaders }: ProxyResponse): HeaderList => {
  const merged = new Map<string, { readonly name: string; readonly values: Set<string> }>();
  const multi = Object.entries(multiValueHeaders ?? {});
  const single = Object.entries(headers ?? {}).map(([name, value]) => [name, [value]] as const);
  for (const [name, values] of [...multi, ...single]) {
    const known = merged.get(name.toLowerCase()) ?? { name: outputName(name), values: new Set() };
    values.forEach((value) => known.values.add(value));
    merged.set(name.toLowerCase(), known);
  }
  if (!merged.has('content-type')) {
    merged.set('content-type', { name: 'Content-Type', values: new Set(['application/json']) });
  }
  return [...merged.values()].map(({ name, values }) => [name, [...values]] as const);
};

const areSendable = (headers: HeaderList): boolean => {
  try {
    for (const [name, values] of headers) {
      validateHeaderName(name);
      values.forEach((value) => validateHeaderValue(name, value));
    }
    return true;
  } catch {
    return false;
  }
};

const parseJson = (payload: Buffer): unknown => {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
};

/**
 * Converts a function's result to a response, or undefined if it is malformed. A base64 body is sent as bytes only if
 * the first type in the request's Accept header is among the API's binary media types. Otherwise, the client gets the
 * base64 text. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
 */
export const answerOf = (
  payload: Buffer,
  accept: string,
  binaryMediaTypes: readonly string[],
): GatewayAnswer | undefined => {
  const parsed = proxyResponse.safeParse(parseJson(payload));
  if (!parsed.success) return undefined;
  const headers = mergeHeaders(parsed.data);
  if (!areSendable(headers)) return undefined;
  const isBinary = parsed.data.isBase64Encoded === true && isBinaryMediaType(firstMediaType(accept), binaryMediaTypes);
  return {
    statusCode: parsed.data.statusCode ?? 200,
    headers,
    body: Buffer.from(parsed.data.body ?? '', isBinary ? 'base64' : 'utf8'),
  };
};
