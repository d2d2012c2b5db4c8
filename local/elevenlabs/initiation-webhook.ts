import { type InitiationData, initiationAnswer } from './initiation-data';
import { fieldsToLeaveOut } from './start-refusal';
import type { SimulatorState } from './state';
import type { InitiationWebhook } from './workspace';

/** What ElevenLabs tells an initiation webhook of a call. */
export interface InitiationRequest {
  readonly caller_id: string;
  readonly called_number: string;
  readonly agent_id: string;
  readonly call_sid: string;
  readonly conversation_id: string;
}

/** How an initiation webhook did. */
export interface WebhookRun {
  /** Null when no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
}

/** Its answer, or why that is of no use. */
export type InitiationReply =
  { readonly run: WebhookRun; readonly data: InitiationData } | { readonly run: WebhookRun; readonly refusal: string };

const headersOf = ({ requestHeaders }: InitiationWebhook, secrets: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(requestHeaders).map(([name, value]) => {
      if (typeof value === 'string') return [name, value];
      const secret = Object.hasOwn(secrets, value.secretId) ? secrets[value.secretId] : undefined;
      if (secret === undefined) throw new Error(`the workspace has no secret ${value.secretId}`);
      return [name, secret];
    }),
  );

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const readAnswer = (
  status: number,
  text: string,
  violate: (problem: string) => void,
): { data: InitiationData } | { refusal: string } => {
  if (status < 200 || status > 299) return { refusal: `The initiation webhook answered ${status}.` };
  const parsed = initiationAnswer.safeParse(parseJson(text));
  if (parsed.success) {
    fieldsToLeaveOut(parsed.data).forEach(violate);
    return { data: parsed.data };
  }
  const complaints = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  complaints.forEach(violate);
  return { refusal: `The answer of the initiation webhook is not valid: ${complaints.join('; ')}.` };
};

/**
 * Asks an initiation webhook, with its request headers and no signature, as ElevenLabs does. Follows no redirect, and waits at
 * most the setting `initiationTimeoutMs` for the whole answer. An answer that ElevenLabs would refuse is a violation.
 * Never rejects.
 */
export const askInitiationWebhook = async (
  { settings, workspace, violations }: SimulatorState,
  webhook: InitiationWebhook,
  body: InitiationRequest,
  closing: AbortSignal,
): Promise<InitiationReply> => {
  const startedMs = performance.now();
  const timeout = AbortSignal.timeout(settings.initiationTimeoutMs);
  const runWith = (status: number | null) => ({ status, durationMs: Math.round(performance.now() - startedMs) });
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      headers: { ...headersOf(webhook, workspace.secrets), 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.any([timeout, closing]),
    });
    const text = await response.text();
    const violate = (problem: string) => void violations.push(`Answer of ${webhook.url}: ${problem}.`);
    return { run: runWith(response.status), ...readAnswer(response.status, text, violate) };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    const refusal = timeout.aborted
      ? `The initiation webhook did not answer within ${settings.initiationTimeoutMs} ms.`
      : `The initiation webhook could not be asked: ${cause}.`;
    return { run: runWith(null), refusal };
  }
};
