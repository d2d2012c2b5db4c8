import { createHash } from 'node:crypto';
import * as z from 'zod';
import { elevenLabsId } from '../../platform/ids';
import { phoneNumberText } from '../../platform/short-text';
import type { Transition } from '../../platform/transition';

/** The body of `POST /callers/erase`. */
export const erasureRequest = z.object({ type: z.literal('caller_erase'), phone_number: phoneNumberText });

const erasureId = z.string().regex(/^[0-9a-f]{32}$/, 'expected an id that POST /callers/erase gave');

/** The body of `POST /callers/erasure`. */
export const erasureStatusRequest = z.object({ type: z.literal('erasure_status'), erasure_id: erasureId });

/** A message of the erasure queue. */
export const erasureJob = z.object({
  erasure_id: erasureId,
  /** Unix seconds. */
  requested_at: z.number(),
  /**
   * Clones of the caller that were being made, by their random ids: possibly no item names the voices that they became.
   */
  clone_ids: z.array(elevenLabsId).default([]),
});

/** An erasure to be carried on with. */
export type ErasureJob = z.infer<typeof erasureJob>;

/** How long an erasure and its result are kept, in seconds. */
export const erasureKeptS = 90 * 24 * 3600;

/** How long a caller or a call stays marked as erased, in seconds: nothing about it comes later than that. */
export const markKeptS = 30 * 24 * 3600;

/** What is counted: `calls` are those of 3CX, `events` bodies of post-call events as they came. */
export type Counted =
  | 'voices'
  | 'conversations'
  | 'conversations_at_elevenlabs'
  | 'calls'
  | 'records'
  | 'samples'
  | 'transcripts'
  | 'recordings'
  | 'events'
  | 'exports';

/*
 * An erasure is a head and write-once pages of what was found:
 *
 *   head:   running ── a pass found nothing, and the last page is sealed ──► closing ── all pages are reduced ──► done
 *   page n: (none) ──► filled ──► reduced    what the report names stays, everything else goes
 *              └─────► sealed                the last page: no pass can add anything after it
 *
 * Passes may run twice or at the same time: a page is written only where there is none, and a page that is sealed stops
 * whoever comes later. No item grows, so that an erasure may find any number of calls.
 */

const head = z.object({
  erasure_id: erasureId,
  /** Unix seconds. */
  requested_at: z.number(),
  expires_at: z.number(),
});
const closing = head.extend({ finished_at: z.number(), counts: z.record(z.string(), z.number()) });

/** The ERASURE item of the ledger. */
export const erasure = z.discriminatedUnion('state', [
  head.extend({
    state: z.literal('running'),
    /** Unix seconds: what was signed up to then, and calls that began up to then, are erased. */
    erased_at: z.number(),
    /** Unix seconds: what was at work when the erasure was requested has ended by then. */
    settled_at: z.number(),
    /** The caller's keys, each under a live value of the secret. */
    caller_hashes: z.array(z.string()),
  }),
  closing.extend({ state: z.literal('closing') }),
  closing.extend({ state: z.literal('done') }),
]);

/** What leads to something of a caller's, by kind. */
export interface ByKind<T> {
  readonly voiceIds: T;
  /** The report names them when the erasure is done, as ElevenLabs has them too. */
  readonly conversationIds: T;
  /** Conversations that ElevenLabs does not have any more. */
  readonly goneIds: T;
  /** Other ids under which records and objects are kept: digests of foreign call ids. */
  readonly recordIds: T;
  /** Agents that had the caller's voice or greeting, or were meant to. The report names them. */
  readonly agentIds: T;
  /** What was found, by kind and a piece of the digest of its key: it can be counted, and says nothing. */
  readonly found: T;
}
/** All that is known to lead to a caller. */
export type CallerReferences = ByKind<ReadonlySet<string>>;
/** References that a pass has found. */
export type FoundReferences = Partial<ByKind<Iterable<string>>>;

const byKind = <T>(of: (kind: keyof CallerReferences) => T): ByKind<T> => ({
  voiceIds: of('voiceIds'),
  conversationIds: of('conversationIds'),
  goneIds: of('goneIds'),
  recordIds: of('recordIds'),
  agentIds: of('agentIds'),
  found: of('found'),
});

const references = z.object(byKind(() => z.array(z.string()).default([])));

/** The ERASURE_PAGE items of the ledger, numbered from 0. A reduced page has what the report names. */
export const erasurePage = z.discriminatedUnion('state', [
  z.object({ state: z.literal('filled'), references }),
  z.object({
    state: z.literal('reduced'),
    references: references.pick({ conversationIds: true, goneIds: true, agentIds: true }),
  }),
  z.object({ state: z.literal('sealed') }),
]);

/** An erasure as the ledger has it. */
export type Erasure = z.infer<typeof erasure>;
/** An erasure that is not over. */
export type RunningErasure = Extract<Erasure, { state: 'running' }>;
/** A page as the ledger has it. */
export type ErasurePage = z.infer<typeof erasurePage>;

/** The references on these pages. */
export const referencesOn = (pages: readonly ErasurePage[]): CallerReferences => {
  const on = (page: ErasurePage): Partial<ByKind<string[]>> => (page.state === 'sealed' ? {} : page.references);
  return byKind((kind) => new Set(pages.flatMap((page) => on(page)[kind] ?? [])));
};

/** An id has at most 256 characters: a full page is far below DynamoDB's 400 KB. */
const idsOnPage = 500;

/** What is found and not known yet, in portions of one page each. */
export const newPages = (found: FoundReferences, known: CallerReferences): readonly ByKind<string[]>[] => {
  const fresh = Object.entries(
    byKind((kind) => [...new Set(found[kind])].filter((id) => !known[kind].has(id))),
  ).flatMap(([kind, ids]: [string, string[]]) => ids.map((id) => ({ kind, id })));
  return Array.from({ length: Math.ceil(fresh.length / idsOnPage) }, (_page, number) => {
    const onPage = fresh.slice(number * idsOnPage, (number + 1) * idsOnPage);
    return byKind((wanted) => onPage.filter(({ kind }) => kind === wanted).map(({ id }) => id));
  });
};

/** Begins an erasure. Its job is queued before: an erasure without a job would keep the caller's keys. */
export const beginErasure = (begun: Omit<RunningErasure, 'state'>): Transition => ({
  region: 'erasure',
  from: { state: 'absent' },
  to: { ...begun, state: 'running' },
});

/** Ends the search: the counts are final, and what leads to the caller goes. */
export const closeErasure = (counts: Readonly<Record<Counted, number>>, atS: number): Transition => ({
  region: 'erasure',
  from: { state: { is: 'running' } },
  to: {
    state: 'closing',
    finished_at: atS,
    counts,
    ...{ erased_at: undefined, settled_at: undefined, caller_hashes: undefined },
  },
});

/** Ends the erasure once its pages are reduced. */
export const finishErasure: Transition = {
  region: 'erasure',
  from: { state: { is: 'closing' } },
  to: { state: 'done' },
};

/** Writes a page, unless there is one of this number. */
export const fillPage = (onPage: ByKind<string[]>, expiresAtS: number): Transition => ({
  region: 'page',
  from: { state: 'absent' },
  to: { state: 'filled', references: onPage, expires_at: expiresAtS },
});

/** Writes the last page, unless there is one of this number. */
export const sealPages = (expiresAtS: number): Transition => ({
  region: 'page',
  from: { state: 'absent' },
  to: { state: 'sealed', expires_at: expiresAtS },
});

/** Leaves on a page what the report names. */
export const reducePage: Transition = {
  region: 'page',
  from: { state: { is: 'filled' } },
  to: {
    state: 'reduced',
    ...{ 'references.voiceIds': undefined, 'references.recordIds': undefined, 'references.found': undefined },
  },
};

/** What an object is counted as: the two objects of a transcript are one thing, and so are copies of a sample. */
export const contentOf = (key: string): string => {
  const file = key.split('/').at(-1) ?? key;
  return key.startsWith('transcripts/')
    ? key.replace(/\.\w+$/, '')
    : (/^[0-9a-f]{64}(?=$|\.(?:wav|mp3|ogg)$)/.exec(file)?.[0] ?? key);
};

/** What stands for a thing that was found, under a name that is its own: a piece of a digest. */
export const foundEntry = (kind: Counted, name: string): string =>
  `${kind}:${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;

/** How many things of each kind were found. */
export const countsOf = ({ voiceIds, conversationIds, found }: CallerReferences): Record<Counted, number> => {
  const count = (kind: Counted): number => [...found].filter((entry) => entry.startsWith(`${kind}:`)).length;
  return {
    voices: voiceIds.size,
    conversations: conversationIds.size,
    conversations_at_elevenlabs: count('conversations_at_elevenlabs'),
    calls: count('calls'),
    records: count('records'),
    samples: count('samples'),
    transcripts: count('transcripts'),
    recordings: count('recordings'),
    events: count('events'),
    exports: count('exports'),
  };
};

/** Whether a call that began at this moment (unix seconds) is erased. A call without a known start counts as erased. */
export const isErasedCall = (
  { erased_at }: Pick<RunningErasure, 'erased_at'>,
  beganAtS: number | null | undefined,
): boolean => (beganAtS ?? 0) <= erased_at;
