import { setTimeout as sleep } from 'node:timers/promises';
import type { Installation } from '../../ops/installation';
import { type LoggedEvent, searchLogs } from '../../ops/logs';
import { wordsOf } from '../../ops/story-words';
import type { Command, Invocation } from '../command';
import { type ExitCode, exitCodes } from '../exit-codes';
import { noArguments } from '../run-command';
import { table } from '../table';
import { clock, readSince } from '../times';

const pollMs = 2_000;
/** CloudWatch shows lines a few seconds late, so each read overlaps the previous one by this time, in milliseconds. */
const overlapMs = 15_000;

/** `precall tail`. */
export const tail: Command = {
  summary: 'Follows what happens, a line for each event, until Ctrl-C',
  forms: [''],
  flags: {
    failed: { type: 'boolean', about: 'only errors and refusals' },
    since: { type: 'string', value: '<time>', about: 'begins with what has happened since: 30m, 2h; default: now' },
    event: { type: 'string', value: '<names>', about: 'only these events of the log, separated by commas' },
    service: { type: 'string', value: '<names>', about: 'only these services, such as precall, postcall, reconcile' },
    count: { type: 'boolean', about: 'counts by service, event and code instead, and ends' },
    once: { type: 'boolean', about: 'ends after what there is, instead of waiting for more' },
  },
  examples: [
    'precall tail',
    'precall tail --failed --since 1h --once --stage prod',
    'precall tail --count --since 1h --event elevenlabs_call',
  ],
  run: async (invocation) => {
    noArguments(invocation);
    const installation = await invocation.installation();
    if (invocation.has('count')) return count(installation, invocation);
    const shown = new Map<string, LoggedEvent>();
    const interruption = new AbortController();
    void invocation.surroundings.untilInterrupted?.().then(() => interruption.abort());
    let fromMs = sinceOf(invocation);
    for (;;) {
      const nowMs = Date.now();
      const events = await wantedSince(installation, fromMs, invocation);
      for (const event of events) if (!shown.has(event.id)) show(event, invocation);
      for (const event of events) shown.set(event.id, event);
      if (invocation.has('once') && shown.size === 0) invocation.surroundings.note('Nothing.');
      if (invocation.has('once')) return exitCodes.done;
      fromMs = Math.max(fromMs, nowMs - overlapMs);
      for (const { id, atMs } of shown.values()) if (atMs < fromMs) shown.delete(id);
      await sleep(pollMs, undefined, { signal: interruption.signal }).catch(() => undefined);
      if (interruption.signal.aborted) return exitCodes.done;
    }
  },
};

const sinceOf = ({ text, has }: Invocation): number =>
  readSince(text('since') ?? (has('count') ? '1h' : '0s'), Date.now());

const namesOf = (text: string | undefined): readonly string[] | undefined =>
  text?.split(',').map((name) => name.trim());

const wantedSince = async (
  installation: Installation,
  fromMs: number,
  { text, has }: Invocation,
): Promise<LoggedEvent[]> => {
  const [names, services] = [namesOf(text('event')), namesOf(text('service'))];
  const terms = names?.length === 1 ? names : ['event'];
  const events = await searchLogs(installation, { terms, fromMs });
  return events
    .filter(({ event }) => names === undefined || names.includes(event))
    .filter(({ service }) => services === undefined || services.includes(service ?? ''))
    .filter((event) => !has('failed') || isFailure(event));
};

/** Returns the codes that distinguish events of the same name. */
const codeOf = ({
  error,
  error_code,
  elevenlabs_code,
  outcome,
  reason,
  waits_for,
  operation,
  status,
}: LoggedEvent): string =>
  [operation, status, error?.code ?? error?.name, error?.at, error_code, elevenlabs_code, outcome, reason, waits_for]
    .filter((part) => part != null)
    .join(' ');

const count = async (installation: Installation, invocation: Invocation): Promise<ExitCode> => {
  const counts = new Map<string, { service: string; event: string; code: string; count: number }>();
  for (const event of await wantedSince(installation, sinceOf(invocation), invocation)) {
    const row = { service: event.service ?? '', event: event.event, code: codeOf(event) };
    const known = counts.get(JSON.stringify(row))?.count ?? 0;
    counts.set(JSON.stringify(row), { ...row, count: known + 1 });
  }
  const rows = [...counts.values()].sort((a, b) => b.count - a.count);
  const cells = rows.map(({ service, event, code, count: n }) => [String(n), service, event, code]);
  invocation.show(rows, rows.length === 0 ? ['Nothing.'] : table(['count', 'service', 'event', 'code'], cells));
  return exitCodes.done;
};

const isFailure = ({ level, event, status }: LoggedEvent): boolean =>
  level === 'ERROR' || event === 'webhook_refused' || (event === 'elevenlabs_call' && (status ?? 599) >= 400);

const inEveryLine = new Set([
  'event',
  'level',
  'service',
  'timestamp',
  'request_id',
  'conversation_id',
  'agent_id',
  'id',
  'atMs',
]);

/** Returns an event's fields, except those that every line has. */
const fieldsOf = (event: LoggedEvent): string =>
  Object.entries(event)
    .filter(([name, value]) => !inEveryLine.has(name) && ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');

const show = (event: LoggedEvent, { has, text, surroundings: { print, paint = (line) => line } }: Invocation): void => {
  const named = text('event') === undefined ? undefined : `${event.event} ${fieldsOf(event)}`.trim();
  const words = has('json') ? JSON.stringify(event) : (wordsOf(event, new Set([event.conversation_id ?? ''])) ?? named);
  if (words === undefined) return;
  if (has('json')) {
    print(words);
    return;
  }
  const ids = [event.conversation_id, event.agent_id].filter((id) => id != null).join(' ');
  const line = `${clock(event.atMs)}  ${(event.service ?? '').padEnd(15)} ${words}${ids === '' ? '' : `  · ${ids}`}`;
  print(isFailure(event) ? paint(line, 'yellow') : line);
};
