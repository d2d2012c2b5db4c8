import { markKeptS } from '../callers/erasure/erasure';
import { deleteConversation } from '../elevenlabs/conversations';
import { ElevenLabsError } from '../elevenlabs/errors';
import { deadlineAt } from '../platform/deadline';
import { elevenLabsId } from '../platform/ids';
import type { PostCallDeps } from './deps';
import type { IdentifiedCall } from './identify-call';
import type { IngestedBody } from './post-call-job';
import { type CallId, recordingKey, transcriptKey } from './storage-keys';

/**
 * Drops an event whose caller was erased, and deletes everything stored about the call before the erasure was noticed.
 * Marks the call as erased, so that later events are dropped too. Throws 503 if AWS fails.
 */
export const dropCall = async (
  { call, recordId }: Pick<IdentifiedCall, 'call' | 'recordId'>,
  body: IngestedBody,
  erasedAtS: number,
  deps: PostCallDeps,
): Promise<void> => {
  const { records, archive } = deps;
  const record = await records.read(recordId);
  const earlier = [record?.transcript_key, record?.transcript_text_key].filter((key) => key != null);
  for (const key of [...keysOf(call, body), ...earlier]) await archive.remove(key);
  if ('conversationId' in call) await deleteAtElevenLabs(call.conversationId, deps);
  await records.erase(recordId, erasedAtS, Math.floor(deps.nowMs() / 1000) + markKeptS);
  await dropBody(body, deps);
};

/** Timeout for ElevenLabs, in milliseconds. */
const deletionMs = 10_000;

/** Deletes the conversation at ElevenLabs. If ElevenLabs refuses, it stays there and the erasure's report names it. */
const deleteAtElevenLabs = async (
  conversationId: string,
  { elevenLabs, settings, nowMs, log }: PostCallDeps,
): Promise<void> => {
  if (!settings.erasesAtElevenLabs || !elevenLabsId.safeParse(conversationId).success) return;
  await deleteConversation(elevenLabs, conversationId, deadlineAt(nowMs() + deletionMs, nowMs)).catch(
    (error: unknown) => {
      if (!(error instanceof ElevenLabsError) || error.kind === 'busy' || error.kind === 'unavailable') throw error;
      log.error('conversation_not_deleted', error);
    },
  );
};

/** Deletes the body of an event whose caller was erased. Throws 503 if AWS fails. */
export const dropBody = async ({ key }: IngestedBody, { bodies, log, meter }: PostCallDeps): Promise<void> => {
  await bodies.remove(key);
  log.info('postcall_dropped', { reason: 'caller_erased' });
  meter.count('PostCallsDropped');
};

const keysOf = (call: CallId, { sha256 }: IngestedBody): string[] => [
  transcriptKey(call, sha256, 'json'),
  transcriptKey(call, sha256, 'txt'),
  ...('conversationId' in call ? [recordingKey(call.conversationId)] : []),
];
