import { isClaimed } from '../lambdas/three-cx/three-cx-call';
import { voiceOf } from '../lambdas/voices/conversation';
import type { KnownCall } from './find-call';
import type { Installation } from './installation';
import { type LoggedEvent, searchLogs } from './logs';
import { arrivalOf, wordsOf } from './story-words';

/** An event in the story of a call. */
export interface Moment {
  /** When it happened, in unix milliseconds. */
  readonly atMs: number;
  readonly words: string;
  /** Whether it is an error or a rejection. */
  readonly isFault: boolean;
  /** The function that logged it. */
  readonly service: string | undefined;
  /** The request id for ElevenLabs' support, if it was a request to ElevenLabs. */
  readonly elevenLabsRequestId: string | undefined;
}

const without = (terms: readonly string[], known: ReadonlySet<string>): string[] => [
  ...new Set(terms.filter((term) => !term.includes('"') && !known.has(term))),
];

const presentIn = (lines: readonly LoggedEvent[], field: 'conversation_id' | 'request_id'): string[] =>
  lines.map((line) => line[field]).filter((id) => id != null);

/**
 * Finds the log lines of a call since a time (unix milliseconds), oldest first: lines that name the call or its voice,
 * and for a 3CX call also those of the same requests and of every call that was placed for it.
 */
export const linesOf = async (installation: Installation, call: KnownCall, fromMs: number): Promise<LoggedEvent[]> => {
  const voiceId = call.conversation === undefined ? undefined : voiceOf(call.conversation);
  const lines = new Map<string, LoggedEvent>();
  const known = new Set<string>();
  const search = async (wanted: readonly string[]): Promise<void> => {
    const terms = without(wanted, known);
    terms.forEach((term) => known.add(term));
    const found = await Promise.all(terms.map((term) => searchLogs(installation, { terms: [term], fromMs })));
    found.flat().forEach((line) => lines.set(line.id, line));
  };
  await search([...call.ids, ...(voiceId === undefined ? [] : [voiceId])]);
  if (isClaimed(call.threeCx)) {
    await search(presentIn([...lines.values()], 'request_id'));
    await search(presentIn([...lines.values()], 'conversation_id'));
  }
  return [...lines.values()].sort((a, b) => a.atMs - b.atMs);
};

/** Tells what happened, oldest first: from the log lines of a call, and from what the ledger knows of its times. */
export const momentsOf = (lines: readonly LoggedEvent[], call: KnownCall): Moment[] =>
  [...lines.flatMap((line) => [...arrival(line), ...logged(line, call.ids)]), ...erasure(call)].sort(
    (a, b) => a.atMs - b.atMs,
  );

const unlogged = { isFault: false, service: undefined, elevenLabsRequestId: undefined };

const arrival = (line: LoggedEvent): Moment[] => {
  const words = arrivalOf(line);
  return words === undefined ? [] : [{ ...unlogged, atMs: line.atMs - (line.processing_time_ms ?? 0), words }];
};

const logged = (line: LoggedEvent, ids: ReadonlySet<string>): Moment[] => {
  const words = wordsOf(line, ids);
  if (words === undefined) return [];
  const request = line['elevenlabs_request_id'];
  return [
    {
      atMs: line.atMs,
      words,
      isFault: isFault(line),
      service: line.service ?? undefined,
      elevenLabsRequestId: typeof request === 'string' ? request : undefined,
    },
  ];
};

const erasure = ({ conversation }: KnownCall): Moment[] =>
  conversation?.erased_at === undefined
    ? []
    : [
        {
          ...unlogged,
          atMs: conversation.erased_at * 1000,
          words: 'The caller is erased: what was stored of this call is deleted',
        },
      ];

/** Moments that follow each other again and again are repeats from this number on. */
const fewestRepeats = 3;
const longestRepeat = 6;

/** Shortens moments that repeat, such as a wait that is renewed every five seconds, to the first and a count. */
export const withoutRepeats = (moments: readonly Moment[]): Moment[] => {
  const keys = moments.map(({ words }) => words.replaceAll(/\d+(\.\d+)? (m?s)\b/g, '$2'));
  const shown: Moment[] = [];
  for (let from = 0; from < moments.length;) {
    const { length, times } = repeatAt(keys, from);
    shown.push(...moments.slice(from, from + length));
    from += length * times;
    const last = moments[from - 1];
    if (times > 1 && last !== undefined)
      shown.push({ ...unlogged, atMs: last.atMs, words: `The same happened ${times - 1} more times until now` });
  }
  return shown;
};

/** Returns the repeat that begins at an index: how many moments, and how many times; one moment once if none does. */
const repeatAt = (keys: readonly string[], from: number): { readonly length: number; readonly times: number } => {
  for (let length = 1; length <= longestRepeat; length += 1) {
    let times = 1;
    const isSame = (step: number): boolean => keys[from + times * length + step] === keys[from + step];
    while (from + (times + 1) * length <= keys.length && Array.from({ length }, (_, step) => step).every(isSame))
      times += 1;
    if (times >= fewestRepeats) return { length, times };
  }
  return { length: 1, times: 1 };
};

/** Tells whether a line reports an error, a refusal, or a request that got no answer. */
export const isFault = ({ level, event, status }: LoggedEvent): boolean =>
  level === 'ERROR' || event === 'webhook_refused' || status === 0 || (status ?? 0) >= 400;
