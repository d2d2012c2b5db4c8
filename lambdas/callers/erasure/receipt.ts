import { elevenLabsId } from '../../platform/ids';
import { type Erasure, type KeptBecause, markKeptS } from './erasure';
import type { CallerReferences, Counted } from './erasure-pages';

/** The stores that can have data about a caller. */
type Store = 'table' | 'bucket' | 'elevenlabs' | 'backups';

/** Data that an erasure leaves in a store, and why. */
interface Stays {
  readonly what: 'consents' | 'erasure_mark' | 'rights_log' | 'conversations' | 'agent_versions' | 'deleted_items';
  /** How many things remain. Null if unknown. */
  readonly count: number | null;
  readonly reason: string;
}

/** The result of an erasure for one store. */
export interface StoreReceipt {
  readonly store: Store;
  readonly erased: Readonly<Partial<Record<Counted, number>>>;
  readonly stays: readonly Stays[];
}

/** Returns the ids of conversations that ElevenLabs may still have. */
export const conversationsLeft = ({ conversationIds, goneIds }: CallerReferences): readonly string[] =>
  [...conversationIds].filter((id) => !goneIds.has(id) && elevenLabsId.safeParse(id).success).sort();

const conversationReasons: Readonly<Record<KeptBecause, string>> = {
  switched_off: 'ERASE_AT_ELEVENLABS is off. Delete them in the dashboard of ElevenLabs.',
  not_permitted: 'The API key may not delete conversations. Delete them in the dashboard of ElevenLabs.',
  refused: 'ElevenLabs refused to delete them. Delete them in its dashboard.',
};

/** Returns the result of a finished erasure for each store. */
export const receiptOf = (
  { counts, kept }: Extract<Erasure, { state: 'done' }>,
  references: CallerReferences,
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
    { store: 'backups', erased: {}, stays: inBackups },
  ];
};

const inTable = (consents: number | undefined): readonly Stays[] => [
  {
    what: 'consents',
    count: consents ?? null,
    reason: 'They prove that the caller agreed or withdrew. They have the keyed hash, and neither name nor number.',
  },
  {
    what: 'erasure_mark',
    count: 1,
    reason: `It rejects requests and events from before the erasure. It expires ${markKeptS / 86_400} days later.`,
  },
];

const inBucket: readonly Stays[] = [
  {
    what: 'rights_log',
    count: 1,
    reason: 'It has the keyed hash and the time, so that the erasure can be repeated after the table was restored.',
  },
];

const inBackups: readonly Stays[] = [
  {
    what: 'deleted_items',
    count: null,
    reason: 'Backups of the table expire after 35 days. After a restore, the log of erasures is replayed.',
  },
];

const atElevenLabs = (references: CallerReferences, because: KeptBecause): readonly Stays[] => {
  const [agents, conversations] = [references.agentIds.size, conversationsLeft(references).length];
  const versions = {
    what: 'agent_versions',
    count: agents,
    reason:
      'Old versions of these agents hold a greeting with the name of the caller. The API of ElevenLabs deletes none.',
  } as const;
  const left = { what: 'conversations', count: conversations, reason: conversationReasons[because] } as const;
  return [...(agents > 0 ? [versions] : []), ...(conversations > 0 ? [left] : [])];
};
