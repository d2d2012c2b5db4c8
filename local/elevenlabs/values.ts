import { randomBytes, randomInt } from 'node:crypto';
import * as z from 'zod';
import { invalidField } from './answers';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

const randomText = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');

/** The characters of an ElevenLabs id. */
export const apiId = z.string().regex(/^[A-Za-z0-9_-]+$/, 'must consist of letters, digits, _ and - only');

/** Generates a voice or sample id: 20 letters and digits, as at ElevenLabs. */
export const newVoiceId = (): string => randomText(letters + letters.toUpperCase() + digits, 20);

/** Generates the id of an agent's version: `agtvrsn_` and 28 lower-case letters and digits. */
export const newVersionId = (): string => `agtvrsn_${randomText(letters + digits, 28)}`;

/** Generates the id of a conversation: `conv_` and 28 lower-case letters and digits. */
export const newConversationId = (): string => `conv_${randomText(letters + digits, 28)}`;

/**
 * Generates a provider's call id: Twilio's `CA` and 32 hex digits, or a SIP trunk's `SCL_` and 12 letters and digits.
 */
export const newCallSid = (provider: 'twilio' | 'sip_trunk'): string =>
  provider === 'twilio' ? `CA${newRequestId()}` : `SCL_${newVoiceId().slice(0, 12)}`;

/** Generates the id of a request or trace: 32 hex digits. */
export const newRequestId = (): string => randomBytes(16).toString('hex');

/** Any JSON value. */
export type Json = z.infer<ReturnType<typeof z.json>>;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** Parses a text as JSON. Returns undefined if it is not JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Parses any JSON value. */
export const jsonValue = z.json();

/** Parses a JSON object with any content. */
export const jsonObject: z.ZodType<JsonObject, JsonObject> = z.record(z.string(), z.json());

/** Tells whether a value is an object, not an array, a scalar or null. */
export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Merges the patch into the base: objects (and maps) key by key; everything else, including arrays and null, replaces
 * the old value. How the real API merges arrays, maps and null is not documented.
 */
export const mergeDeep = (base: JsonObject, patch: JsonObject): JsonObject => {
  const merged = Object.entries(patch).map(([key, value]): [string, Json] => {
    const before = Object.hasOwn(base, key) ? base[key] : undefined;
    if (!isJsonObject(value)) return [key, value];
    return [key, mergeDeep(isJsonObject(before) ? before : {}, value)];
  });
  return { ...base, ...Object.fromEntries(merged) };
};

const position = z.tuple([z.union([z.string(), z.number()]), z.string()]);

/** The end of a page: the sorted value and the id of its last item. */
export type Position = z.infer<typeof position>;

/** Compares two positions, by value and then by id. Returns a negative number if the first precedes the second. */
export const comparePositions = ([a, idA]: Position, [b, idB]: Position): number => {
  if (a !== b) return a < b ? -1 : 1;
  return idA < idB ? -1 : Number(idA > idB);
};

/** Creates the token that `readPosition` parses. */
export const positionToken = (at: Position): string => Buffer.from(JSON.stringify(at)).toString('base64url');

/** Parses the token in this query parameter. Throws InvalidRequest if it is not the token of a page. */
export const readPosition = (token: string, parameter: string): Position => {
  try {
    return position.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
  } catch {
    throw invalidField(['query', parameter], 'Not a token that this search gave out');
  }
};
