import { deleteConversation, listConversationsOfUser } from '../../elevenlabs/conversations';
import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { elevenLabsId } from '../../platform/ids';
import type { ErasureDeps } from './deps';
import { foundEntry, isErasedCall } from './erasure';
import { outOfTime, type Pass } from './find-references';

/** How many conversations are deleted at the same time. */
const atOnce = 5;

/**
 * Deletes the caller's conversations at ElevenLabs: those that Precall knows, and those that ElevenLabs lists under the
 * caller's key as user. Notes each that is gone. Returns how many were deleted. If ElevenLabs refuses, the conversation
 * stays and the report names it; if it refuses the key, the pass deletes no more. Throws RetryLater when the deadline
 * has passed, ElevenLabsError while ElevenLabs fails, or AwsUnavailable.
 */
export const eraseAtElevenLabs = async (pass: Pass, deadline: Deadline, deps: ErasureDeps): Promise<number> => {
  if (deps.elevenLabs === undefined) return 0;
  try {
    await findAtElevenLabs(pass, deadline, deps);
    return await deleteKnown(pass, deadline, deps);
  } catch (error) {
    if (!(error instanceof ElevenLabsError) || error.kind !== 'access') throw error;
    deps.log.error('conversations_not_deleted', error);
    return 0;
  }
};

const findAtElevenLabs = async (pass: Pass, deadline: Deadline, { elevenLabs }: ErasureDeps): Promise<void> => {
  if (elevenLabs === undefined) return;
  for (const userId of pass.erasure.caller_hashes) {
    const conversationIds: string[] = [];
    for await (const found of listConversationsOfUser(elevenLabs, userId, deadline))
      if (found !== undefined && isErasedCall(pass.erasure, found.start_time_unix_secs))
        conversationIds.push(found.conversation_id);
    await pass.remember({ conversationIds });
  }
};

const deleteKnown = async (pass: Pass, deadline: Deadline, { elevenLabs, log }: ErasureDeps): Promise<number> => {
  if (elevenLabs === undefined) return 0;
  const { conversationIds, goneIds } = pass.known();
  const ids = [...conversationIds].filter((id) => !goneIds.has(id) && elevenLabsId.safeParse(id).success);
  let count = 0;
  for (let from = 0; from < ids.length; from += atOnce) {
    if (deadline.leftMs() === 0) throw outOfTime();
    const portion = ids.slice(from, from + atOnce);
    const outcomes = await Promise.all(
      portion.map((id) =>
        deleteConversation(elevenLabs, id, deadline).catch((error: unknown) => {
          if (!(error instanceof ElevenLabsError) || error.kind !== 'refused') throw error;
          log.error('conversation_not_deleted', error, { erased_conversation_id: id });
          return 'refused' as const;
        }),
      ),
    );
    const deleted = portion.filter((_id, at) => outcomes[at] === 'deleted');
    await pass.remember({
      goneIds: portion.filter((_id, at) => outcomes[at] !== 'refused'),
      found: deleted.map((id) => foundEntry('conversations_at_elevenlabs', id)),
    });
    count += deleted.length;
  }
  return count;
};
