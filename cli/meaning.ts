import * as z from 'zod';
import { isSuccess, jsonOf } from './answer-json';
import type { Answer } from './exchange';

/** Bodies of rejections, both from Precall and from AWS. */
const refusal = z
  .object({ error_code: z.string().optional(), message: z.string().optional(), agent_updated: z.boolean().optional() })
  .catch({});

/** Explains the response to a pre-call or one of its uploads, and what to do about it, in one or two sentences. */
export const meaningOf = (answer: Answer): string => {
  const { error_code: code, message, agent_updated: isAgentUpdated } = refusal.parse(jsonOf(answer));
  if (isSuccess(answer))
    return isAgentUpdated === false
      ? 'The voice is cloned; the agent itself was left as it is.'
      : 'The voice is cloned and on the agent.';
  if (isNoRoute(answer)) return noRoute;
  if (answer.status === 413 && (message !== undefined || answer.body.startsWith(bodyTooLarge)))
    return 'AWS refused the request as too large before any code ran: send the sample with --via-upload.';
  if (code === 'SIGNATURE_EXPIRED') return 'The signature is right but too old: check the clock of this machine.';
  if (code === 'CONSENT_MISSING')
    return 'Precall demands a consent: see REQUIRE_CONSENT. Nothing was stored or cloned.';
  return meanings[answer.status] ?? generalMeaning(answer.status);
};

/** The message to show if API Gateway has no such route. */
export const noRoute = 'API Gateway has no such route: check the path of --url, and its stage (…amazonaws.com/v1).';

/** API Gateway's response, which is not JSON, to a body above its size limit. */
const bodyTooLarge = 'HTTP content length exceeded';

/**
 * Tells whether API Gateway has no such route. Current installations return their own error; older ones return AWS's.
 */
export const isNoRoute = (answer: Answer): boolean => {
  const { error_code: code, message } = refusal.parse(jsonOf(answer));
  return code === 'ROUTE_NOT_FOUND' || (answer.status === 403 && message === 'Missing Authentication Token');
};

const meanings: Readonly<Record<number, string>> = {
  400: 'The event or its sample is not valid; the same again will be refused again.',
  401: 'The signature was refused: check --secret, or ELEVENLABS_WEBHOOK_SECRET.',
  403: 'AWS or S3 refused the sender, not Precall.',
  409: 'The conversation has ended: use another --conversation-id.',
  413: 'The sample is too large.',
  422: 'ElevenLabs refused it. Change what the message names, then send it again.',
  429: 'Too many requests at once: try again later.',
  500: 'Something went wrong in the service: its log tells.',
  503: 'The service cannot do it now: send the same again, with the same --conversation-id.',
  504: 'The service took longer than API Gateway waits; it may still finish.',
};

const generalMeaning = (status: number): string => {
  if (status >= 500) return 'The service failed: its log tells.';
  return status >= 400 ? 'The request was refused.' : 'This is not an answer of Precall: check --url.';
};
