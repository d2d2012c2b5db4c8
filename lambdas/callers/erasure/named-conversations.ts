import type { StoredCall } from '../../calls/stored-call';
import type { Conversations } from '../../ledger/conversations';
import type { Records } from '../../ledger/records';
import { type Conversation, takenBy, voiceOf } from '../../voices/conversation';
import { writeEnd } from '../../voices/end/write-end';
import type { ErasureDeps } from './deps';
import { contentOf, foundEntry, type FoundReferences } from './erasure-pages';
import { merged, type Pass, portions } from './find-references';

/** What the table has of a conversation. */
export interface Named {
  readonly id: string;
  readonly conversation: Conversation | undefined;
  readonly record: StoredCall | undefined;
}

/** Reads a conversation by its id: that of the pre-call, or that of ElevenLabs. Throws AwsUnavailable if AWS fails. */
export const readNamed = async (
  id: string,
  { conversations, records }: { conversations: Pick<Conversations, 'read'>; records: Pick<Records, 'read'> },
): Promise<Named> => {
  const [conversation, record] = await Promise.all([conversations.read(id), records.read(id)]);
  return { id, conversation, record };
};

/** Returns whether the caller of a conversation has a number. Only the number leads to all that is stored of them. */
export const hasNumber = ({ conversation, record }: Named): boolean =>
  conversation?.caller_hash !== undefined || (record?.caller_hash ?? null) !== null;

/**
 * Finds what belongs to the conversations of a caller without a number, and stores the references. A call leads to its
 * pre-call, and a pre-call to the call that took it. Ends what Precall does not know, so that no late pre-call begins
 * it. Throws RetryLater if another pass has ended the search, and AwsUnavailable if AWS fails.
 */
export const findNamedConversations = async (pass: Pass, deps: ErasureDeps): Promise<void> => {
  for (const ids of portions(pass.erasure.conversation_ids)) {
    const named = await Promise.all(ids.map((id) => readNamed(id, deps)));
    for (const { id, conversation } of named) if (conversation === undefined) await writeEnd(id, deps);
    const linked = await Promise.all(named.flatMap(linkedIds).map((id) => readNamed(id, deps)));
    const all = [...named, ...linked.filter((each) => !hasNumber(each))];
    await pass.remember(merged(await Promise.all(all.map((each) => belongingTo(each, deps)))));
  }
};

const linkedIds = ({ conversation, record }: Named): readonly string[] => {
  const call = conversation === undefined ? undefined : takenBy(conversation);
  return [call, record?.precall_conversation_id ?? undefined].filter((id) => id !== undefined);
};

const belongingTo = async (
  { id, conversation, record }: Named,
  { voices }: Pick<ErasureDeps, 'voices'>,
): Promise<FoundReferences> => {
  const voiceId = conversation === undefined ? undefined : voiceOf(conversation);
  const voice = voiceId === undefined ? undefined : await voices.read(voiceId);
  return {
    conversationIds: [id],
    voiceIds: voiceId === undefined ? [] : [voiceId],
    found: [
      ...(record === undefined || record.erased_at !== undefined ? [] : [foundEntry('records', record.record_id)]),
      // The samples are deleted with the voice, perhaps before this erasure reaches them.
      ...(voice?.samples ?? []).map((key) => foundEntry('samples', contentOf(key))),
    ],
  };
};
