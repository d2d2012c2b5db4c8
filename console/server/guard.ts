import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Sent with everything. The page runs its own script and style only, connects to its own server only, and is shown in
 * no frame. A text with HTML in it stays a text.
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

/** The header that brings the token. A page of another origin cannot send it without being asked first. */
export const tokenHeader = 'x-console-token';

/** Why a request is refused. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly problem: string;
}

/**
 * Refuses a request that names another host, which a rebound DNS name does, and one that a page of another origin
 * sends.
 */
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

/** Refuses a request that does not have the token of this run. */
export const refuseStranger = ({ headers }: IncomingMessage, token: string): Refusal | undefined => {
  const given = headers[tokenHeader];
  if (typeof given === 'string' && timingSafeEqual(digest(given), digest(token))) return undefined;
  return { status: 401, problem: 'The address of this console has changed. Open the one that the terminal shows.' };
};
