import type { IncomingHttpHeaders } from 'node:http';
import { ApiError, InvalidRequest, type ValidationIssue } from './errors';

/** What HTTP clients add by themselves. Every other header must be one that ElevenLabs documents. */
const transportHeaders =
  'host connection keep-alive user-agent accept accept-encoding accept-language sec-fetch-mode content-length transfer-encoding expect';
const knownHeaders = new Set([...transportHeaders.split(' '), 'xi-api-key', 'content-type']);

const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/** What in a request's headers ElevenLabs does not document. It ignores these, so the request is answered all the same. */
export const headerProblems = (headers: IncomingHttpHeaders, takesBody: boolean): string[] => [
  ...Object.keys(headers)
    .filter((name) => !knownHeaders.has(name))
    .map((name) => `header ${name}: Not a documented header`),
  ...(hasBody(headers) && !takesBody ? ['body: This operation has no body'] : []),
  ...(!hasBody(headers) && headers['content-type'] !== undefined ? ['header content-type: There is no body'] : []),
];

/** Validation issues as sentences. */
export const issueProblems = (issues: readonly ValidationIssue[]): string[] =>
  issues.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`);

const clientFaults = ['not_found', 'method_not_allowed', 'missing_api_key'];

/**
 * Why a refusal shows that the client does not keep to ElevenLabs' contract. Empty for a refusal that a correct client
 * may meet, such as a wrong key, a voice that is gone or a full plan.
 */
export const refusalProblems = (error: unknown): string[] => {
  if (error instanceof InvalidRequest) return issueProblems(error.issues);
  return error instanceof ApiError && clientFaults.includes(error.code) ? [error.message.replace(/\.$/, '')] : [];
};
