import { setTimeout as sleep } from 'node:timers/promises';
import { signatureHeader } from '../lambdas/platform/signature';
import type { Installation } from './installation';

/**
 * Whether the service accepts a value. `unproven`: no harmless request can show it. `unreachable`: the service did not
 * answer.
 */
export type SecretProof = 'accepted' | 'refused' | 'unproven' | 'unreachable';

const timeoutMs = 120_000;
const pollMs = 2_000;
const requestTimeoutMs = 30_000;

interface Probe {
  readonly path: string;
  readonly headers: (body: string, secret: string) => Record<string, string>;
  readonly body: string;
}

const signed =
  (name: string) =>
  (body: string, secret: string): Record<string, string> => ({
    [name]: signatureHeader([Buffer.from(body)], secret, Math.floor(Date.now() / 1000)),
  });

/** Requests that change nothing: they pass verification and are then rejected as invalid. */
const probes: Readonly<Record<string, Probe>> = {
  ElevenLabsWebhookSecret: { path: '/webhook/precall', headers: signed('ElevenLabs-Signature'), body: '{}' },
  FlatPostCallSecret: { path: '/webhook/postcall', headers: signed('ElevenLabs-Signature'), body: '{"call_id":null}' },
  ThreeCxWebhookSecret: { path: '/webhook/3cx', headers: signed('X-Signature'), body: '{}' },
  InitiationSecret: {
    path: '/webhook/initiation',
    headers: (_, secret) => ({ 'X-Precall-Secret': secret }),
    body: '{}',
  },
};

/**
 * Sends requests with a value until the service accepts it, for at most two minutes. A request that is rejected for any
 * reason other than its signature counts as accepted.
 */
export const proveSecret = async (
  { apiUrl }: Pick<Installation, 'apiUrl'>,
  name: string,
  secret: string,
): Promise<SecretProof> => {
  const probe = Object.hasOwn(probes, name) ? probes[name] : undefined;
  if (probe === undefined) return 'unproven';
  const deadlineMs = Date.now() + timeoutMs;
  while (Date.now() < deadlineMs) {
    const status = await statusOf(`${apiUrl}${probe.path}`, probe, secret);
    if (status === undefined) return 'unreachable';
    if (status === 200 || status === 400) return 'accepted';
    await sleep(pollMs);
  }
  return 'refused';
};

/** Sends one request. Returns undefined if no response arrives. */
const statusOf = async (url: string, { headers, body }: Probe, secret: string): Promise<number | undefined> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers(body, secret) },
      body,
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    await response.text();
    return response.status;
  } catch {
    return undefined;
  }
};
