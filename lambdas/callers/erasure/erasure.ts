import { createHash } from 'node:crypto';
import * as z from 'zod';
import { elevenLabsId } from '../../platform/ids';
import { shortText } from '../../platform/short-text';

/** The body of `POST /callers/erase`. */
export const erasureRequest = z.object({ type: z.literal('caller_erase'), phone_number: shortText });

const erasureId = z.string().regex(/^[0-9a-f]{32}$/, 'expected an id that POST /callers/erase gave');

/** The body of `POST /callers/erasure`. */
export const erasureStatusRequest = z.object({ type: z.literal('erasure_status'), erasure_id: erasureId });

/** A message of the erasure queue. */
export const erasureJob = z.object({
  erasure_id: erasureId,
  /** Unix seconds. */
  requested_at: z.number(),
  /** Clones of the caller that were being made, by their random ids: what came of them may be known to nobody. */
  clone_ids: z.array(elevenLabsId).default([]),
});

/** An erasure to be carried on with. */
export type ErasureJob = z.infer<typeof erasureJob>;

/** How long an erasure and its result are kept, in seconds. */
export const erasureKeptS = 90 * 24 * 3600;

/** How long it is remembered of a caller or a call that it was erased, in seconds: longer than anything about it can come late. */
export const markKeptS = 30 * 24 * 3600;

/** DynamoDB's set of texts; one that would be empty is absent. */
const texts = z.set(z.string()).default(() => new Set<string>());

/** What is counted: `calls` are those of 3CX, `events` bodies of post-call events as they came. */
export type Counted =
  'voices' | 'conversations' | 'calls' | 'records' | 'samples' | 'transcripts' | 'recordings' | 'events';

/** The ERASURE item of the ledger. What would lead to the caller is taken out of it when the erasure is done. */
export const erasure = z.object({
  erasure_id: erasureId,
  state: z.enum(['running', 'done']),
  /** Unix seconds. */
  requested_at: z.number(),
  /** Unix seconds: what was signed up to then, and calls that began up to then, are erased. */
  erased_at: z.number(),
  /** Unix seconds: what was at work when the erasure was asked for has ended by then. */
  settled_at: z.number(),
  finished_at: z.number().optional(),
  /** The caller's keys, each under a live value of the secret. */
  caller_hashes: texts,
  /** Every voice of the caller that was found. */
  voice_ids: texts,
  /** Every conversation of the caller that was found: it is named when the erasure is done, as ElevenLabs has it too. */
  conversation_ids: texts,
  /** Other ids under which records and objects are kept: digests of foreign call ids. */
  record_ids: texts,
  /** Agents that had the caller's voice or greeting, or were meant to. */
  agent_ids: texts,
  /** What was found, by kind and a piece of the digest of its key: it can be counted, and says nothing. */
  found: texts,
  counts: z.record(z.string(), z.number()).optional(),
  /** Unix seconds. */
  expires_at: z.number(),
});

/** An erasure as the ledger has it. */
export type Erasure = z.infer<typeof erasure>;

/** What the status of an erasure is answered with. */
export interface ErasureReport {
  readonly state: Erasure['state'];
  /** Unix seconds. */
  readonly requested_at: number;
  readonly finished_at: number | null;
  readonly erased: Readonly<Record<Counted, number>>;
  readonly remains_at_elevenlabs: {
    readonly agent_versions: readonly string[];
    readonly conversations: readonly string[];
    readonly note: string;
  };
}

/** What an object is counted as: a transcript is two objects, as document and as text, and one sample may lie in several places. */
export const contentOf = (key: string): string => {
  const file = key.split('/').at(-1) ?? key;
  return key.startsWith('transcripts/')
    ? key.replace(/\.\w+$/, '')
    : (/^[0-9a-f]{64}(?=$|\.(?:wav|mp3|ogg)$)/.exec(file)?.[0] ?? key);
};

/** What stands for a thing that was found, under a name that is its own: a piece of a digest. */
export const foundEntry = (kind: Counted, name: string): string =>
  `${kind}:${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;

/** How many of each kind an erasure has found so far: all of them are erased when it is done. */
export const countsOf = ({ counts, found, voice_ids, conversation_ids }: Erasure): Record<Counted, number> => {
  const count = (kind: Counted): number => {
    if (counts !== undefined) return counts[kind] ?? 0;
    if (kind === 'voices') return voice_ids.size;
    if (kind === 'conversations') return conversation_ids.size;
    return [...found].filter((entry) => entry.startsWith(`${kind}:`)).length;
  };
  return {
    voices: count('voices'),
    conversations: count('conversations'),
    calls: count('calls'),
    records: count('records'),
    samples: count('samples'),
    transcripts: count('transcripts'),
    recordings: count('recordings'),
    events: count('events'),
  };
};

const note =
  'Only ElevenLabs can delete these: the conversations there (number, transcript, recording), and old versions of the agents, whose greeting holds the name.';

/** The status of an erasure; it names no caller, key or voice. */
export const erasureReport = (seen: Erasure): ErasureReport => ({
  state: seen.state,
  requested_at: seen.requested_at,
  finished_at: seen.finished_at ?? null,
  erased: countsOf(seen),
  remains_at_elevenlabs: {
    agent_versions: [...seen.agent_ids].sort(),
    conversations: [...seen.conversation_ids].filter((id) => elevenLabsId.safeParse(id).success).sort(),
    note,
  },
});

/** Whether a call that began at this moment, in unix seconds, is erased; one of which that is not known is. */
export const isErasedCall = ({ erased_at }: Pick<Erasure, 'erased_at'>, beganAtS: number | null | undefined): boolean =>
  (beganAtS ?? 0) <= erased_at;
