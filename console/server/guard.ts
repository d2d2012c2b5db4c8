import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Headers of every response. The page runs only its own script and style, connects only to its own server, and cannot
 * be framed. HTML in a text is not interpreted.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    'media-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
  'cache-control': 'no-store',
};

/** The header with the token. A page of another origin cannot send it without a CORS preflight. */
export const tokenHeader = 'x-console-token';

/** Why a request is rejected. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly problem: string;
}

/** Rejects a request that names another host (DNS rebinding) or comes from a page of another origin. */
export const refuseForeign = ({ headers, socket }: IncomingMessage): Refusal | undefined => {
  const { host = '', origin } = headers;
  const port = socket.localPort ?? 0;
  if (![`127.0.0.1:${port}`, `localhost:${port}`].includes(host))
    return { status: 403, problem: 'This console answers to 127.0.0.1 only.' };
  if (origin !== undefined && origin !== `http://${host}`)
    return { status: 403, problem: 'Pages of other origins may not use this console.' };
  const site = headers['sec-fetch-site'];
  if (site !== undefined && !['same-origin', 'none'].includes(site))
    return { status: 403, problem: 'Other sites may not use this console.' };
  return undefined;
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Rejects a request without the token of this run. */
export const refuseStranger = ({ headers }: IncomingMessage, token: string): Refusal | undefined => {
  const given = headers[tokenHeader];
  if (typeof given === 'string' && timingSafeEqual(digest(given), digest(token))) return undefined;
  return { status: 401, problem: 'The address of this console has changed. Open the one that the terminal shows.' };
};
