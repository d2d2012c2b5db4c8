import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Transition } from '../../platform/transition';

/** The kinds that an erasure counts. `calls` are 3CX calls; `events` are unchanged bodies of post-call events. */
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

/** References to a caller's data, by kind. */
export interface ByKind<T> {
  readonly voiceIds: T;
  /** Conversations, at ElevenLabs too. The report names them when the erasure is done. */
  readonly conversationIds: T;
  /** Conversations that no longer exist at ElevenLabs. */
  readonly goneIds: T;
  /** Other ids of records and objects: digests of foreign call ids. */
  readonly recordIds: T;
  /** Agents that had the caller's voice or greeting, or were about to get it. The report names them. */
  readonly agentIds: T;
  /** Each thing found, as its kind and part of its key's digest. The entries can be counted but identify nobody. */
  readonly found: T;
}
/** All known references to a caller's data. */
export type CallerReferences = ByKind<ReadonlySet<string>>;
/** References that a pass has found. */
export type FoundReferences = Partial<ByKind<Iterable<string>>>;

const kinds = ['voiceIds', 'conversationIds', 'goneIds', 'recordIds', 'agentIds', 'found'] as const;

const byKind = <T>(valueFor: (kind: keyof CallerReferences) => T): ByKind<T> => ({
  voiceIds: valueFor('voiceIds'),
  conversationIds: valueFor('conversationIds'),
  goneIds: valueFor('goneIds'),
  recordIds: valueFor('recordIds'),
  agentIds: valueFor('agentIds'),
  found: valueFor('found'),
});

const references = z.object(byKind(() => z.array(z.string()).default([])));

/** The ERASURE_PAGE items in the ledger, numbered from 0. A reduced page keeps only what the report names. */
export const erasurePage = z.discriminatedUnion('state', [
  z.object({ state: z.literal('filled'), references }),
  z.object({
    state: z.literal('reduced'),
    references: references.pick({ conversationIds: true, goneIds: true, agentIds: true }),
  }),
  z.object({ state: z.literal('sealed') }),
]);

/** A page in the ledger. */
export type ErasurePage = z.infer<typeof erasurePage>;

/** Merges the references on these pages. `add` merges more pages and processes only those. */
export const growingReferences = (
  pages: readonly ErasurePage[],
): { readonly all: CallerReferences; readonly add: (more: readonly ErasurePage[]) => void } => {
  const all = byKind(() => new Set<string>());
  const add = (more: readonly ErasurePage[]): void => {
    for (const page of more) {
      const onPage: Partial<ByKind<string[]>> = page.state === 'sealed' ? {} : page.references;
      for (const kind of kinds) for (const id of onPage[kind] ?? []) all[kind].add(id);
    }
  };
  add(pages);
  return { all, add };
};

/** Returns the references on these pages. */
export const referencesOn = (pages: readonly ErasurePage[]): CallerReferences => growingReferences(pages).all;

/** An id has at most 256 characters, so a full page is far below DynamoDB's 400 KB. */
const idsOnPage = 500;

/** Returns the new references that are not known yet, split into pages. */
export const newPages = (found: FoundReferences, known: CallerReferences): readonly ByKind<string[]>[] => {
  const fresh = kinds.flatMap((kind) =>
    [...new Set(found[kind])].filter((id) => !known[kind].has(id)).map((id) => ({ kind, id })),
  );
  return Array.from({ length: Math.ceil(fresh.length / idsOnPage) }, (_page, number) => {
    const onPage = fresh.slice(number * idsOnPage, (number + 1) * idsOnPage);
    return byKind((wanted) => onPage.filter(({ kind }) => kind === wanted).map(({ id }) => id));
  });
};

/** Writes a page, unless this page number exists. */
export const fillPage = (onPage: ByKind<string[]>, expiresAtS: number): Transition => ({
  region: 'page',
  from: { state: 'absent' },
  to: { state: 'filled', references: onPage, expires_at: expiresAtS },
});

/** Writes the last page, unless this page number exists. */
export const sealPages = (expiresAtS: number): Transition => ({
  region: 'page',
  from: { state: 'absent' },
  to: { state: 'sealed', expires_at: expiresAtS },
});

/** Reduces a page to what the report names. */
export const reducePage: Transition = {
  region: 'page',
  from: { state: { is: 'filled' } },
  to: {
    state: 'reduced',
    'references.voiceIds': undefined,
    'references.recordIds': undefined,
    'references.found': undefined,
  },
};

/**
 * Returns what an object counts as in an erasure's receipt. The two objects of a transcript count once, and so do
 * copies of a sample.
 */
export const contentOf = (key: string): string => {
  if (key.startsWith('transcripts/')) return key.replace(/\.\w+$/, '');
  const file = key.split('/').at(-1) ?? key;
  const [sampleSha256] = /^[0-9a-f]{64}(?=$|\.(?:wav|mp3|ogg)$)/.exec(file) ?? [];
  return sampleSha256 ?? key;
};

/** Returns an entry for a thing found: its kind and part of the digest of its unique name. */
export const foundEntry = (kind: Counted, name: string): string =>
  `${kind}:${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;

/** Counts the things found, by kind. */
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
