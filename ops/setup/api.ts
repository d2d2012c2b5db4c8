import * as z from 'zod';
import { type Installation, OperationError } from '../installation';
import { liveValues } from '../secrets';

/**
 * ElevenLabs rejected an operator's request. The message never quotes ElevenLabs, which may include names of people.
 */
export class ElevenLabsRefusal extends OperationError {
  constructor(
    message: string,
    /** The HTTP status. */
    readonly status: number,
    /** The permission that the key lacks, by ElevenLabs' name; '' if ElevenLabs does not name it. */
    readonly missingPermission: string | undefined,
  ) {
    super('refused', message);
  }
}

/** The ElevenLabs API for operators. */
export interface Api {
  /**
   * Sends one request. Throws ElevenLabsRefusal if it is rejected, and OperationError if the response is missing or
   * invalid.
   */
  readonly ask: <T>(request: ApiRequest<T>) => Promise<T>;
}

/** One request. */
export interface ApiRequest<T> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The path and query string. */
  readonly path: string;
  readonly json?: unknown;
  readonly answer: z.ZodType<T>;
}

const timeoutMs = 30_000;

/** Creates a client for the API at this address, with this key. */
export const elevenLabsApi = (baseUrl: string, apiKey: string): Api => ({
  ask: async ({ method, path, json, answer }) => {
    const { status, text } = await send(baseUrl, apiKey, { method, path, json });
    if (status < 200 || status > 299) throw refusalOf(`${method} ${path.replace(/\?.*/s, '')}`, status, text);
    const parsed = answer.safeParse(text === '' ? undefined : jsonOf(text));
    if (parsed.success) return parsed.data;
    throw new OperationError('refused', `ElevenLabs answered ${method} ${path} with something unexpected.`);
  },
});

/** Returns the base URL of the installation's ElevenLabs. Throws OperationError if an older version deployed it. */
export const elevenLabsUrlOf = ({ elevenLabsUrl, title }: Installation): string => {
  if (elevenLabsUrl !== undefined) return elevenLabsUrl;
  throw new OperationError('refused', `${title} was deployed by an older version: deploy it again first.`);
};

/** Returns the installation's own API key. Throws OperationError if its secret has no value. */
export const apiKeyOf = async (installation: Installation): Promise<string> => {
  const [key] = await liveValues(installation, 'ElevenLabsApiKey');
  if (key !== undefined) return key;
  throw new OperationError('refused', 'The secret ElevenLabsApiKey has no value: precall secret set ElevenLabsApiKey');
};

const send = async (
  baseUrl: string,
  apiKey: string,
  { method, path, json }: Pick<ApiRequest<unknown>, 'method' | 'path' | 'json'>,
): Promise<{ readonly status: number; readonly text: string }> => {
  const headers = { 'xi-api-key': apiKey, ...(json !== undefined && { 'content-type': 'application/json' }) };
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}${path}`, {
      method,
      headers,
      body: json === undefined ? null : JSON.stringify(json),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    return { status: response.status, text: await response.text() };
  } catch {
    throw new OperationError('unreachable', `ElevenLabs at ${baseUrl} gave no answer to ${method} ${path}.`);
  }
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const word = z
  .string()
  .regex(/^[\w.-]{1,64}$/)
  .optional()
  .catch(undefined);
const refusal = z
  .object({ detail: z.object({ code: word, status: word, message: z.string().catch('') }) })
  .catch({ detail: { message: '' } });

const permissionCodes = ['missing_permissions', 'insufficient_permissions'];
const keyCodes = ['invalid_api_key', 'missing_api_key', 'api_key_expired', 'api_key_disabled'];

/** Reads a rejection. The message names the permission: "… is missing the permission convai_write to execute …". */
const refusalOf = (what: string, status: number, text: string): ElevenLabsRefusal => {
  const { code, status: olderCode, message } = refusal.parse(jsonOf(text)).detail;
  const codes = [code, olderCode].filter((each) => each !== undefined);
  const permission = /permission:? (?<name>[a-z_]+)/.exec(message)?.groups?.['name'];
  if (codes.some((each) => permissionCodes.includes(each))) {
    const name = permission === undefined ? '' : ` (${permission})`;
    const sentence = `ElevenLabs refused ${what}: the key, or its owner, lacks a permission${name}.`;
    return new ElevenLabsRefusal(sentence, status, permission ?? '');
  }
  if (codes.some((each) => keyCodes.includes(each)))
    return new ElevenLabsRefusal('ElevenLabs does not accept the key: set a valid one.', status, undefined);
  return new ElevenLabsRefusal(`ElevenLabs refused ${what}: ${codes[0] ?? `HTTP ${status}`}.`, status, undefined);
};
