import type { StoredCall } from '../../calls/stored-call';
import type { Traces } from '../../ledger/erasures';
import { voiceOf } from '../../voices/conversation';
import type { ErasureDeps } from './deps';
import { contentOf, type Erasure, foundEntry, isErasedCall } from './erasure';

/** The same, while it grows. */
type Found = { readonly [Kind in keyof Traces]: Set<string> };

/**
 * What the ledger has of a caller that came before the erasure, by the keys of the caller. Read from the index, so it may miss what
 * was written this very second. Throws 503.
 */
export const findTraces = async (seen: Erasure, deps: ErasureDeps): Promise<Traces> => {
  const found: Found = {
    voiceIds: new Set(),
    conversationIds: new Set(),
    recordIds: new Set(),
    agentIds: new Set(),
    found: new Set(),
  };
  for (const callerHash of seen.caller_hashes) {
    await findConversations(callerHash, seen, found, deps);
    await findVoices(callerHash, seen, found, deps);
    await findRecords(callerHash, seen, found, deps);
  }
  return found;
};

const findConversations = async (
  callerHash: string,
  seen: Erasure,
  found: Found,
  { conversations }: ErasureDeps,
): Promise<void> => {
  for await (const conversation of conversations.list({ callerHash })) {
    if (!isErasedCall(seen, conversation.signed_at)) continue;
    found.conversationIds.add(conversation.conversation_id);
    const voiceId = voiceOf(conversation);
    if (voiceId !== undefined) found.voiceIds.add(voiceId);
  }
};

const findVoices = async (callerHash: string, seen: Erasure, found: Found, { voices }: ErasureDeps): Promise<void> => {
  for await (const { voice_id, users, samples, signed_at } of voices.list({ callerHash })) {
    if (!isErasedCall(seen, signed_at)) continue;
    found.voiceIds.add(voice_id);
    // They go with the voice, perhaps before this erasure comes to them.
    for (const key of samples) found.found.add(foundEntry('samples', contentOf(key)));
    for (const conversationId of Object.keys(users)) found.conversationIds.add(conversationId);
  }
};

const findRecords = async (callerHash: string, seen: Erasure, found: Found, deps: ErasureDeps): Promise<void> => {
  for await (const record of deps.records.list({ callerHash })) {
    if (!isErasedCall(seen, beganAtS(record))) continue;
    const { record_id, conversation_id, precall_conversation_id: precallId } = record;
    found.found.add(foundEntry('records', record_id));
    if (conversation_id === null) found.recordIds.add(record_id);
    else found.conversationIds.add(conversation_id);
    if (precallId !== null && (await isTheirs(precallId, seen, deps))) found.conversationIds.add(precallId);
  }
};

const beganAtS = ({ start_time_unix_secs, event_timestamp, failure_timestamp }: StoredCall): number | undefined =>
  start_time_unix_secs ?? event_timestamp ?? failure_timestamp;

/** A call may have been handed on: the pre-call that it came of can be another caller's. */
const isTheirs = async (
  conversationId: string,
  { caller_hashes }: Erasure,
  { conversations }: ErasureDeps,
): Promise<boolean> => {
  const callerHash = (await conversations.read(conversationId))?.caller_hash;
  return callerHash === undefined || caller_hashes.has(callerHash);
};
