import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Every header of a request, with all values. */
export type MultiValues = Readonly<Record<string, readonly string[]>>;

/** Connection headers, which API Gateway does not forward, and headers that it writes itself. */
const notPassedOn = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** Groups equal names regardless of case, under the first spelling. */
const groupHeaders = (rawHeaders: readonly string[]): MultiValues => {
  const groups = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (notPassedOn.has(name.toLowerCase())) continue;
    const group = groups.get(name.toLowerCase()) ?? { name, values: [] };
    group.values.push(rawHeaders[index + 1] ?? '');
    groups.set(name.toLowerCase(), group);
  }
  return Object.fromEntries([...groups.values()].map(({ name, values }) => [name, values]));
};

/**
 * Builds the headers of an event. REST APIs keep the client's casing (HTTP/2 clients send lower case) and add the
 * client's address. This server reports `http` and its own port there.
 */
export const eventHeaders = ({ rawHeaders, headers, socket }: IncomingMessage): MultiValues => {
  const epoch = Math.floor(Date.now() / 1000).toString(16);
  return {
    ...groupHeaders(rawHeaders),
    'X-Amzn-Trace-Id': [`Root=1-${epoch}-${randomBytes(12).toString('hex')}`],
    'X-Forwarded-For': [[headers['x-forwarded-for'] ?? [], socket.remoteAddress ?? ''].flat().join(', ')],
    'X-Forwarded-Port': [String(socket.localPort ?? '')],
    'X-Forwarded-Proto': ['http'],
  };
};
