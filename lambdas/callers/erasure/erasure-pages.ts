import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Transition } from '../../platform/transition';

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

/** A page as the ledger has it. */
export type ErasurePage = z.infer<typeof erasurePage>;

/** The references on these pages; with `add`, those on more pages are added at the cost of the new ones alone. */
export const growingReferences = (
  pages: readonly ErasurePage[],
): { readonly all: CallerReferences; readonly add: (more: readonly ErasurePage[]) => void } => {
  const all = byKind(() => new Set<string>());
  const add = (more: readonly ErasurePage[]): void => {
    for (const page of more) {
      const on: Partial<ByKind<string[]>> = page.state === 'sealed' ? {} : page.references;
      byKind((kind) => on[kind]?.forEach((id) => all[kind].add(id)));
    }
  };
  add(pages);
  return { all, add };
};

/** The references on these pages. */
export const referencesOn = (pages: readonly ErasurePage[]): CallerReferences => growingReferences(pages).all;

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
