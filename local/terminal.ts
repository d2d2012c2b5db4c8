import * as z from 'zod';
import type { LogLine } from './demo/log-timeline';

const text = z.string().optional().catch(undefined);
const number = z.number().optional().catch(undefined);

/** The fields of an event that are worth showing in a line. */
const facts = z.object({
  service: text,
  timestamp: text,
  route: text,
  status: number,
  error_code: text,
  processing_time_ms: number,
  voice_id: text,
  outcome: text,
  reason: text,
  waits_for: text,
  after_s: number,
  attempt: number,
  superseded_conversation_id: text,
  conversation_id: text,
  agent_id: text,
  error: z.object({ name: text, code: text, message: text, at: text }).optional().catch(undefined),
});

type Facts = z.infer<typeof facts>;

/** Prefixes of terminal lines; only errors stand out. */
const marks = { ok: ' ', refused: '!', failed: '✗' } as const;

interface Saying {
  readonly mark: keyof typeof marks;
  readonly words: string;
}

const ok = (words: string): Saying => ({ mark: 'ok', words });

/** The events that are shown, in words: requests, jobs that did something, and errors. */
const tellers: Readonly<Record<string, (facts: Facts) => Saying | undefined>> = {
  // The other call has a line of its own about the same event.
  agent_activation_superseded: ({ superseded_conversation_id: other }) =>
    other === undefined
      ? undefined
      : ok(`takes the agent over from ${other}, whose caller hears this voice from now on`),
  agent_restored: () => ok('agent has its own voice back'),
  agent_changed_by_person: () => ok('a person changed the agent: kept'),
  voice_deleted: ({ voice_id = '' }) => ok(`voice ${voice_id} deleted`),
  voice_expired: ({ voice_id = '' }) => ok(`voice ${voice_id} expired`),
  call_finished: ({ outcome = '' }) => ok(`call ${outcome}`),
  recording_kept: () => ok('recording stored'),
  caller_voice: ({ outcome = '' }) => ok(`caller's voice: ${outcome}`),
  call_placed: ({ outcome = '' }) => ok(`call placed: ${outcome}`),
  erasure_done: () => ok('erasure done'),
  reconciled: () => ok('reconcile done'),
  job_waits: ({ waits_for = '', after_s = 0 }) => ok(`job waits for ${waits_for}, ${after_s} s`),
};

const failure = ({ error, attempt, after_s: afterS }: Facts, event: string): Saying => {
  const cause = [error?.code ?? error?.name, error?.message].filter((part) => part !== undefined).join(': ');
  const again = afterS === undefined ? '' : ` (attempt ${attempt ?? '?'}, again in ${afterS} s)`;
  return { mark: 'failed', words: `${event.replaceAll('_', ' ')}${cause === '' ? '' : `: ${cause}`}${again}` };
};

/**
 * Converts the functions' log to lines for people: one per request, per job that did something, and per error. Returns
 * undefined for all other events.
 */
export const readableLines = (): ((event: LogLine) => string | undefined) => {
  /** Why requests were rejected, by request id, until their response is logged. */
  const refusals = new Map<string, string>();
  return (event) => {
    const read = facts.parse(event);
    const requestId = event.request_id ?? '';
    if (event.event === 'webhook_refused') refusals.set(requestId, read.error_code ?? '');
    const saying = tell(event, read, refusals.get(requestId) ?? '');
    if (event.event === 'webhook_complete') refusals.delete(requestId);
    return saying === undefined ? undefined : lineOf(saying, read);
  };
};

const tell = (event: LogLine, read: Facts, refusal: string): Saying | undefined => {
  if (event.event === 'webhook_complete') return answered(read, refusal);
  if (event.level === 'ERROR') return failure(read, event.event);
  return Object.hasOwn(tellers, event.event) ? tellers[event.event]?.(read) : undefined;
};

const answered = ({ route = '', status = 0, processing_time_ms: ms = 0 }: Facts, refusal: string): Saying => ({
  mark: status >= 500 ? 'failed' : status >= 400 ? 'refused' : 'ok',
  words: `${route} ${status}${refusal === '' ? '' : ` ${refusal}`}, ${ms} ms`,
});

const lineOf = ({ mark, words }: Saying, { timestamp, service = '', conversation_id, agent_id }: Facts): string => {
  const clock = timestamp === undefined ? '        ' : timestamp.slice(11, 19);
  const ids = [conversation_id, agent_id].filter((id) => id !== undefined).join(' ');
  return `${marks[mark]} ${clock}  ${service.padEnd(15)} ${words}${ids === '' ? '' : `  · ${ids}`}`;
};
