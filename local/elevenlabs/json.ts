import * as z from 'zod';

/** Any JSON value. */
export type Json = z.infer<ReturnType<typeof z.json>>;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** Reads any JSON value. */
export const jsonValue = z.json();

/** Reads a JSON object of any content. */
export const jsonObject: z.ZodType<JsonObject, JsonObject> = z.record(z.string(), z.json());

/** Whether a value is an object, as opposed to an array, a scalar or nothing. */
export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The patch laid over the base: objects (and thus maps) key by key, everything else, arrays and null included, replaces
 * what was there. What the real API does to arrays, maps and null is not documented.
 */
export const mergeDeep = (base: JsonObject, patch: JsonObject): JsonObject => {
  const merged = Object.entries(patch).map(([key, value]): [string, Json] => {
    const before = Object.hasOwn(base, key) ? base[key] : undefined;
    if (!isJsonObject(value)) return [key, value];
    return [key, mergeDeep(isJsonObject(before) ? before : {}, value)];
  });
  return { ...base, ...Object.fromEntries(merged) };
};
