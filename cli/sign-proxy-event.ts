import * as z from 'zod';
import { signatureHeader } from '../lambdas/platform/signature';
import type { JsonObject } from './read-input';
import { WrongUse } from './wrong-use';

const signatureName = 'ElevenLabs-Signature';

const record = z.record(z.string(), z.unknown());

/** The fields used of an API Gateway event. Only what is signed again changes. */
const proxyEvent = z.object({
  headers: record.nullable(),
  multiValueHeaders: record.nullish(),
  requestContext: record.optional(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().optional(),
});

/** Tells whether it is an event of a REST API's proxy integration. */
export const isProxyEvent = (event: JsonObject): boolean => 'httpMethod' in event && 'headers' in event;

/**
 * Signs the raw body of the event again with the current time, and updates the request's time. Throws WrongUse if the
 * event is malformed.
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

/** Replaces the old signature header, keeping its position and case, and removes a second one with different case. */
const withSignature = (headers: JsonObject, value: unknown): JsonObject => {
  const isSignature = (name: string): boolean => name.toLowerCase() === signatureName.toLowerCase();
  const [own = signatureName, ...others] = Object.keys(headers).filter(isSignature);
  const kept = Object.entries(headers).filter(([name]) => !others.includes(name));
  return { ...Object.fromEntries(kept), [own]: value };
};

/** Formats a time as API Gateway writes `requestTime`: `12/Mar/2026:19:03:58 +0000`. */
const commonLogTime = (time: Date): string => {
  const [, day = '', month = '', year = '', clock = ''] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
};
