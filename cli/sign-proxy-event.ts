import * as z from 'zod';
import { eventKinds, kindOf, proofHeader, type Sender } from './event-kinds';
import type { JsonObject } from './read-input';
import { WrongUse } from './wrong-use';

const record = z.record(z.string(), z.unknown());

/** Returns the sender of a plain payload. A payload of an unknown type counts as one of ElevenLabs. */
export const senderOf = (payload: JsonObject): Sender => {
  const kind = kindOf(payload);
  return kind === undefined ? 'elevenlabs' : eventKinds[kind].sender;
};

/** Returns the sender of an event of the API: by its path, and by its body where two senders share a path. */
const senderOfPath = (path: unknown, raw: Buffer): Sender => {
  const kinds = Object.values(eventKinds).filter((kind) => kind.path === path);
  const senders = new Set(kinds.map(({ sender }) => sender));
  if (senders.size < 2) return [...senders][0] ?? 'elevenlabs';
  try {
    return senderOf(record.parse(JSON.parse(raw.toString('utf8'))));
  } catch {
    return 'elevenlabs';
  }
};

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
 * Signs the raw body of the event again as its sender does, with the current time, and updates the request's time.
 * `secretOf` returns a sender's secret. Throws WrongUse if the event is malformed.
 */
export const signProxyEvent = (event: JsonObject, secretOf: (sender: Sender) => string, now: Date): JsonObject => {
  const result = proxyEvent.safeParse(event);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new WrongUse(`The file is not a valid API Gateway event: ${faults.join('; ')}.`);
  }
  const { headers, multiValueHeaders, requestContext, body, isBase64Encoded } = result.data;
  const raw = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  const sender = senderOfPath(event['path'], raw);
  const secret = secretOf(sender);
  const { name, value } = proofHeader(sender, raw, { secret, nowS: Math.floor(now.getTime() / 1000) });
  return {
    ...event,
    headers: withHeader(headers ?? {}, name, value),
    multiValueHeaders: withHeader(multiValueHeaders ?? {}, name, [value]),
    requestContext: { ...requestContext, requestTime: commonLogTime(now), requestTimeEpoch: now.getTime() },
  };
};

/** Replaces the old header, keeping its position and case, and removes a second one with different case. */
const withHeader = (headers: JsonObject, header: string, value: unknown): JsonObject => {
  const isSame = (name: string): boolean => name.toLowerCase() === header.toLowerCase();
  const [own = header, ...others] = Object.keys(headers).filter(isSame);
  const kept = Object.entries(headers).filter(([name]) => !others.includes(name));
  return { ...Object.fromEntries(kept), [own]: value };
};

/** Formats a time as API Gateway writes `requestTime`: `12/Mar/2026:19:03:58 +0000`. */
const commonLogTime = (time: Date): string => {
  const [, day = '', month = '', year = '', clock = ''] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
};
