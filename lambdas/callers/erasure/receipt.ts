import { elevenLabsId } from '../../platform/ids';
import { type Erasure, type KeptBecause, markKeptS } from './erasure';
import type { CallerReferences, Counted } from './erasure-pages';

/** Data that an erasure leaves in a store, and why. */
interface Stays {
  readonly what: 'consents' | 'erasure_mark' | 'rights_log' | 'conversations' | 'agent_versions' | 'deleted_items';
  /** How many things remain. Null if unknown. */
  readonly count: number | null;
  readonly reason: string;
}

/** The stores that can have data about a caller. */
type Store = 'table' | 'bucket' | 'elevenlabs' | 'backups';

/** The result of an erasure for one store. */
export interface StoreReceipt {
  readonly store: Store;
  readonly erased: Readonly<Partial<Record<Counted, number>>>;
  readonly stays: readonly Stays[];
}

/** Returns the result of a finished erasure for each store. `backupDays`: how long the table's backups are kept. */
export const receiptOf = (
  { counts, kept }: Extract<Erasure, { state: 'done' }>,
  references: CallerReferences,
  backupDays: number | undefined,
): readonly StoreReceipt[] => {
  const erased = (...kinds: readonly Counted[]): StoreReceipt['erased'] =>
    Object.fromEntries(kinds.map((kind) => [kind, counts[kind] ?? 0]));
  return [
    { store: 'table', erased: erased('conversations', 'calls', 'records', 'exports'), stays: inTable(kept?.consents) },
    { store: 'bucket', erased: erased('samples', 'transcripts', 'recordings', 'events'), stays: inBucket },
    {
      store: 'elevenlabs',
      erased: erased('voices', 'conversations_at_elevenlabs'),
      stays: atElevenLabs(references, kept?.conversations_because ?? 'refused'),
    },
    { store: 'backups', erased: {}, stays: inBackups(backupDays) },
  ];
};

/** Returns the ids of conversations that ElevenLabs may still have. */
export const conversationsLeft = ({ conversationIds, goneIds }: CallerReferences): readonly string[] =>
  [...conversationIds].filter((id) => !goneIds.has(id) && elevenLabsId.safeParse(id).success).sort();

const conversationReasons: Readonly<Record<KeptBecause, string>> = {
  switched_off: 'ERASE_AT_ELEVENLABS is off. Delete them in the dashboard of ElevenLabs.',
  not_permitted: 'The API key may not delete conversations. Delete them in the dashboard of ElevenLabs.',
  refused: 'ElevenLabs refused to delete them. Delete them in its dashboard.',
};

/** Returns what stays in the table. `consents`: how many consent items, if known. */
const inTable = (consents: number | undefined): readonly Stays[] => [
  {
    what: 'consents',
    count: consents ?? null,
    reason: 'They prove that the caller agreed or withdrew. They have neither name nor number.',
  },
  {
    what: 'erasure_mark',
    count: 1,
    reason: `It rejects requests and events from before the erasure. It expires ${markKeptS / 86_400} days later.`,
  },
];

/** What stays in the bucket. */
const inBucket: readonly Stays[] = [
  {
    what: 'rights_log',
    count: 1,
    reason:
      'It has the keyed hash, or the ids of the conversations, and the time, so that the erasure can be repeated ' +
      'after the table was restored.',
  },
];

/** Returns what stays in the table's backups. AWS keeps them for `days` days, or at most 35 if that is unknown. */
const inBackups = (days: number | undefined): readonly Stays[] => [
  {
    what: 'deleted_items',
    count: null,
    reason:
      `Backups of the table expire after ${days === undefined ? 'at most 35 days' : inDays(days)}. ` +
      'After a restore, the log of erasures is replayed.',
  },
];

const inDays = (days: number): string => (days === 1 ? '1 day' : `${days} days`);

/** Returns what stays at ElevenLabs. `because`: why conversations stay. */
const atElevenLabs = (references: CallerReferences, because: KeptBecause): readonly Stays[] => {
  const agents = references.agentIds.size;
  const conversations = conversationsLeft(references).length;
  const versions = {
    what: 'agent_versions',
    count: agents,
    reason:
      'Old versions of these agents hold a greeting with the name of the caller. The API of ElevenLabs deletes none.',
  } as const;
  const remaining = { what: 'conversations', count: conversations, reason: conversationReasons[because] } as const;
  return [...(agents > 0 ? [versions] : []), ...(conversations > 0 ? [remaining] : [])];
};
