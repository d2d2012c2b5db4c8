import { isErasedFor } from '../callers/caller';
import { markKeptS } from '../callers/erasure/erasure';
import { callerHashesOf } from './caller-of-call';
import type { PostCallDeps } from './deps';
import type { EndedCall } from './ended-call';
import { type CallId, recordingKey, transcriptKey } from './keys';
import type { TakenBody } from './post-call-job';
import type { Report } from './reports';

/**
 * When the caller of a call was erased, in unix seconds: the call is marked under one of its ids, or it began before its caller was
 * erased, as one did that was in progress then. One of which nobody tells when it began did. Undefined for any other call. Throws 503.
 */
export const erasureOf = async (
  { recordId, eventTimestampS }: Report,
  ended: EndedCall | undefined,
  deps: PostCallDeps,
): Promise<number | undefined> => {
  const ids = [recordId, ended?.conversationId, ended?.precallConversationId].filter((id) => id !== undefined);
  for (const id of new Set(ids)) {
    const erasedAtS = await markOf(id, deps);
    if (erasedAtS !== undefined) return erasedAtS;
  }
  const beganAtS = ended?.startedAtS ?? eventTimestampS ?? 0;
  for (const callerHash of await callerHashesOf(ended, deps)) {
    const caller = await deps.callers.read(callerHash, Math.floor(deps.nowMs() / 1000));
    if (caller !== undefined && isErasedFor(caller, beganAtS)) return caller.erased_at;
  }
  return undefined;
};

/** When the caller of this call was erased, in unix seconds, where the call itself is marked. Throws 503. */
export const markOf = async (recordId: string, { records }: PostCallDeps): Promise<number | undefined> =>
  (await records.read(recordId))?.erased_at;

/**
 * Drops what is told of a call whose caller was erased, and what was kept of it before that was seen; the call is marked, so that
 * nothing is taken in again. Throws 503.
 */
export const dropCall = async (
  { call, recordId }: Pick<Report, 'call' | 'recordId'>,
  body: TakenBody,
  erasedAtS: number,
  deps: PostCallDeps,
): Promise<void> => {
  const { records, archive } = deps;
  const kept = await records.read(recordId);
  const earlier = [kept?.transcript_key, kept?.transcript_text_key].filter((key) => key != null);
  for (const key of [...keysOf(call, body), ...earlier]) await archive.remove(key);
  await records.erase(recordId, erasedAtS, Math.floor(deps.nowMs() / 1000) + markKeptS);
  await dropBody(body, deps);
};

/** Deletes the body of an event about a call whose caller was erased. Throws 503. */
export const dropBody = async ({ key }: TakenBody, { bodies, log, meter }: PostCallDeps): Promise<void> => {
  await bodies.remove(key);
  log.info('postcall_dropped', { reason: 'caller_erased' });
  meter.count('PostCallsDropped');
};

const keysOf = (call: CallId, { sha256 }: TakenBody): string[] => [
  transcriptKey(call, sha256, 'json'),
  transcriptKey(call, sha256, 'txt'),
  ...('conversationId' in call ? [recordingKey(call.conversationId)] : []),
];
