import * as z from 'zod';
import { signatureHeader } from '../lambdas/platform/signature';
import type { JsonObject } from './read-input';
import { WrongUse } from './wrong-use';

const signatureName = 'ElevenLabs-Signature';

const record = z.record(z.string(), z.unknown());

/** What is read of an API Gateway event; it stays as it is but for what is signed afresh. */
const proxyEvent = z.object({
  headers: record.nullable(),
  multiValueHeaders: record.nullish(),
  requestContext: record.optional(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().optional(),
});

/** Whether it is an event of a REST API's proxy integration. */
export const isProxyEvent = (event: JsonObject): boolean => 'httpMethod' in event && 'headers' in event;

/**
 * The event with a signature of its raw body made now, and the time of its request. Throws WrongUse for a malformed
 * event.
 */
export const signProxyEvent = (event: JsonObject, secret: string, now: Date): JsonObject => {
  const result = proxyEvent.safeParse(event);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new WrongUse(`The file is not a valid API Gateway event: ${faults.join('; ')}.`);
  }
  const { headers, multiValueHeaders, requestContext, body, isBase64Encoded } = result.data;
  const raw = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  const signature = signatureHeader([raw], secret, Math.floor(now.getTime() / 1000));
  return {
    ...event,
    headers: withSignature(headers ?? {}, signature),
    multiValueHeaders: withSignature(multiValueHeaders ?? {}, [signature]),
    requestContext: { ...requestContext, requestTime: commonLogTime(now), requestTimeEpoch: now.getTime() },
  };
};

/** In the old one's place and case; a second of another case goes. */
const withSignature = (headers: JsonObject, value: unknown): JsonObject => {
  const isSignature = (name: string): boolean => name.toLowerCase() === signatureName.toLowerCase();
  const [own = signatureName, ...others] = Object.keys(headers).filter(isSignature);
  const kept = Object.entries(headers).filter(([name]) => !others.includes(name));
  return { ...Object.fromEntries(kept), [own]: value };
};

/** `12/Mar/2026:19:03:58 +0000`, as API Gateway writes `requestTime`. */
const commonLogTime = (time: Date): string => {
  const [, day = '', month = '', year = '', clock = ''] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
};
