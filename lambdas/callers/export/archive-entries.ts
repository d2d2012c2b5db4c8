import { getConversation } from '../../elevenlabs/conversations';
import { ElevenLabsError, isMissing } from '../../elevenlabs/errors';
import type { HeldItem } from '../../ledger/held-items';
import { chunksOf } from '../../platform/batches';
import type { Deadline } from '../../platform/deadline';
import { elevenLabsId } from '../../platform/ids';
import { enrolledPrefix } from '../caller';
import { prefixesOf } from '../erasure/call-prefixes';
import type { ArchiveDeps } from './deps';
import type { RunningExport } from './export';
import { findHeld, type Held, itemsAtOnce } from './find-held';

/** A file of an archive. Read the whole content before the next file. */
export interface ArchiveEntry {
  readonly name: string;
  readonly content: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}

/** How many objects or conversations are fetched in parallel. */
const fetchedAtOnce = 8;

/** Objects up to this size, in bytes, are prefetched. */
const smallBytes = 256 * 1024;

/**
 * Yields all data about a caller as files: ledger items, bucket objects, conversations at ElevenLabs, and a manifest.
 * Uses bounded memory for any number and size of files. Throws RetryLater after the deadline, ElevenLabsError if
 * ElevenLabs fails, and 503 if AWS fails.
 */
export const archiveEntries = async function* (
  running: RunningExport,
  deadline: Deadline,
  deps: ArchiveDeps,
): AsyncIterable<ArchiveEntry> {
  const held = await findHeld(running, deadline, deps);
  const files: Record<string, number> = { ledger: 0, objects: 0, elevenlabs: 0 };
  const counted = async function* (store: string, entries: AsyncIterable<ArchiveEntry>): AsyncIterable<ArchiveEntry> {
    for await (const { name, content } of entries) {
      files[store] = (files[store] ?? 0) + 1;
      yield { name: `${store}/${name}`, content };
    }
  };
  const refused: string[] = [];
  yield* counted('ledger', ledgerEntries(held, deps));
  yield* counted('objects', objectEntries(held, deps));
  yield* counted('elevenlabs', elevenLabsEntries(held, refused, deadline, deps));
  const manifest = {
    export_id: running.export_id,
    requested_at: running.requested_at,
    files,
    voices_at_elevenlabs: held.voiceIds,
    not_readable_at_elevenlabs: refused,
    note,
  };
  yield { name: 'manifest.json', content: JSON.stringify(manifest, undefined, 2) };
};

const note =
  'ledger/: the items of the database, one JSON object a line. objects/: samples, events, transcripts and recordings ' +
  'as they are stored. elevenlabs/: the conversations as ElevenLabs describes them. Recordings that only ElevenLabs ' +
  'has are not copied: download them there.';

const ledgerEntries = async function* (held: Held, deps: ArchiveDeps): AsyncIterable<ArchiveEntry> {
  for (const [kind, items] of Object.entries(itemsByKind(held, deps))) {
    const lines = linesOf(items)[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done !== true) yield { name: `${kind}.jsonl`, content: following(first.value, lines) };
  }
};

const itemsByKind = (
  { callerHashes, callIds, voiceIds }: Held,
  { items }: ArchiveDeps,
): Readonly<Record<string, AsyncIterable<HeldItem>>> => {
  const read = async function* (kind: string, ids: readonly string[]): AsyncIterable<HeldItem> {
    for (const portion of chunksOf(ids, itemsAtOnce)) yield* await items.readMany(kind, portion);
  };
  const listed = async function* (kind: string): AsyncIterable<HeldItem> {
    for (const callerHash of callerHashes) yield* items.list(kind, { callerHash });
  };
  return {
    caller: read('caller', callerHashes),
    consent: listed('consent'),
    conversation: read('conversation', callIds),
    voice: read('voice', voiceIds),
    record: read('record', callIds),
    call: listed('call'),
    callref: read('callref', callIds),
    event: listed('event'),
  };
};

const linesOf = async function* (items: AsyncIterable<HeldItem>): AsyncIterable<string> {
  for await (const item of items) yield `${JSON.stringify(item)}\n`;
};

const following = async function* <T>(first: T, rest: AsyncIterator<T>): AsyncIterable<T> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
};

const objectEntries = async function* (held: Held, deps: ArchiveDeps): AsyncIterable<ArchiveEntry> {
  for (const callerHash of held.callerHashes) {
    yield* objectsAt(await keysBelow([enrolledPrefix(callerHash)], deps), deps);
    for await (const { key } of deps.unknownEvents.list({ callerHash })) yield* objectsAt([key], deps);
  }
  for (const ids of chunksOf(held.callIds, fetchedAtOnce)) {
    const keys = await Promise.all(
      ids.map((id) =>
        keysBelow(
          prefixesOf(id).map(([, prefix]) => prefix),
          deps,
        ),
      ),
    );
    yield* objectsAt(keys.flat(), deps);
  }
};

const keysBelow = async (prefixes: readonly string[], { objects }: ArchiveDeps): Promise<readonly string[]> => {
  const lists = await Array.fromAsync(prefixes, (prefix) => Array.fromAsync(objects.list(prefix)));
  return lists.flat().map(({ key }) => key);
};

/** Yields objects. Fetches small objects in parallel and large ones in turn, and omits deleted ones. */
const objectsAt = async function* (keys: readonly string[], { objects }: ArchiveDeps): AsyncIterable<ArchiveEntry> {
  for (const portion of chunksOf(keys, fetchedAtOnce)) {
    const ahead = await Promise.all(portion.map((key) => smallContent(key, objects)));
    for (const [at, name] of portion.entries()) {
      const content = ahead[at] ?? (await objects.open(name))?.stream();
      if (content !== undefined) yield { name, content };
    }
  }
};

const smallContent = async (key: string, objects: ArchiveDeps['objects']): Promise<Uint8Array | undefined> => {
  const open = await objects.open(key);
  if (open === undefined || open.size <= smallBytes) return open?.read();
  open.discard();
  return undefined;
};

const elevenLabsEntries = async function* (
  { callIds }: Held,
  refused: string[],
  deadline: Deadline,
  { elevenLabs }: ArchiveDeps,
): AsyncIterable<ArchiveEntry> {
  const ids = callIds.filter((id) => elevenLabsId.safeParse(id).success);
  for (const portion of chunksOf(ids, fetchedAtOnce)) {
    const conversations = await Promise.all(
      portion.map((id) =>
        getConversation(elevenLabs, id, deadline).catch((error: unknown) => {
          if (!(error instanceof ElevenLabsError) || !['refused', 'access'].includes(error.kind)) throw error;
          if (!isMissing(error, 'conversation', 'document')) refused.push(id);
          return undefined;
        }),
      ),
    );
    for (const [at, id] of portion.entries())
      if (conversations[at] !== undefined)
        yield { name: `conversations/${id}.json`, content: JSON.stringify(conversations[at], undefined, 2) };
  }
};
