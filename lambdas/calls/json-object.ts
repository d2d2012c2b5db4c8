/** A JSON object whose fields nobody has looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a parsed JSON value is an object: neither null nor an array. */
export const isJsonObject = (json: unknown): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/**
 * The entries of a JSON object, none for anything else. Keys that every object has, such as `__proto__`, are left out:
 * whoever copies the entries key by key later must not meet them.
 */
export const entriesOf = (json: unknown): [string, unknown][] =>
  isJsonObject(json) ? Object.entries(json).filter(([key]) => !(key in {})) : [];
