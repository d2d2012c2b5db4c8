import { RetryLater } from '../platform/retry-later';
import { endCall } from '../voices/end/end-call';
import { callReport, type CallReport } from './call-update';
import type { PostCallDeps } from './deps';
import { dropCall } from './drop-call';
import { erasureOf, type IdentifiedCall, identifyCall } from './identify-call';
import type { CallEndEvent } from './post-call-event';
import type { IngestedBody } from './post-call-job';
import { redialBusyCall } from './redial-busy-call';
import { type CallId, transcriptKey } from './storage-keys';
import type { StoredCall } from './stored-call';

/** How long after the transcript the worker requests the recording, in seconds. ElevenLabs may still be writing it. */
const recordingDelayS = 30;

/** How long a worker has to announce a call before another worker may try, in milliseconds. */
const announcementMs = 30_000;

/**
 * Finishes a call:
 * 1. ends its conversation, so that its voice is released;
 * 2. stores the transcript and requests the recording;
 * 3. writes the record;
 * 4. announces the call on the event bus.
 *
 * Repeating the same body changes nothing. If several events of one source are about one call, the newest wins. If the
 * caller was erased, ends the call and stores nothing. If transcripts are not stored, always deletes the body. Throws
 * RetryLater if the event must wait, and 503 if AWS fails.
 */
export const finishCall = async (event: CallEndEvent, body: StoredBody, deps: PostCallDeps): Promise<void> => {
  const call = await identifyCall(event, deps);
  const { record } = call;
  const isDuplicate = record?.announced_at !== undefined && record.bodies.has(body.sha256);
  if (isDuplicate) {
    skip('postcall_duplicate', deps);
  } else {
    if (event.kind === 'failure') await redialBusyCall(event, call.threeCxCall, deps);
    await endOnce(call, deps);
    await storeCall(event, call, body, deps);
  }
  if (!deps.settings.storesTranscripts) await deps.bodies.remove(body.key);
};

/** An ingested body with its bytes. */
export interface StoredBody extends IngestedBody {
  readonly bytes: Buffer;
}

const skip = (event: 'postcall_duplicate' | 'postcall_superseded', { log, meter }: PostCallDeps): void => {
  log.info(event);
  meter.count('PostCallDuplicates');
};

const expiryOf = ({ nowMs, settings }: PostCallDeps): number => Math.floor(nowMs() / 1000) + settings.recordKeptS;

/** Records which conversation was found, then ends it. After the end, a retry would not find it again. */
const endOnce = async (
  { recordId, record, ended, conversationId }: IdentifiedCall,
  deps: PostCallDeps,
): Promise<void> => {
  const isNoted = conversationId === record?.precall_conversation_id || conversationId === ended.conversationId;
  if (conversationId !== undefined && !isNoted)
    await deps.records.linkPreCall(recordId, conversationId, expiryOf(deps));
  await endCall(ended, conversationId, deps);
};

const storeCall = async (
  event: CallEndEvent,
  call: IdentifiedCall,
  body: StoredBody,
  deps: PostCallDeps,
): Promise<void> => {
  if (call.erasedAtS !== undefined) return dropCall(call, body, call.erasedAtS, deps);
  const { source, fields, fallbackFields, transcript } = callReport(event, body.bytes);
  const transcriptKeys = await storeTranscript(call.call, transcript, body, deps);
  // Request the recording before writing the record. After that, the same event counts as a duplicate.
  await requestRecording(fields, call, deps);
  const record = await deps.records.write({
    recordId: call.recordId,
    source,
    eventTimestampS: event.eventTimestampS ?? 0,
    bodySha256: body.sha256,
    fields: {
      ...fields,
      ...transcriptKeys,
      ...(call.conversationId !== undefined && { precall_conversation_id: call.conversationId }),
      ...call.preCallFields,
      ...callerFields(call),
      ...(call.consent !== undefined && { consent: call.consent }),
      expires_at: expiryOf(deps),
    },
    fallbackFields,
  });
  // An erasure that began in the meantime may have found neither the record nor the transcript.
  const erasedSinceS = await erasureOf(call, deps);
  if (erasedSinceS !== undefined) return dropCall(call, body, erasedSinceS, deps);
  if (record === undefined) skip('postcall_superseded', deps);
  else await announce(record, deps);
};

const callerFields = ({ callerHash, callerHashes }: IdentifiedCall): Partial<StoredCall> =>
  callerHash === undefined
    ? {}
    : { caller_hash: callerHash, ...(callerHashes.length > 1 && { caller_hashes: [...callerHashes] }) };

/** Queues the fetch of the recording. ElevenLabs pushes only small recordings, and only if configured to. */
const requestRecording = async (
  { conversation_id, has_audio }: Partial<StoredCall>,
  { record }: IdentifiedCall,
  { settings, jobs, nowMs }: PostCallDeps,
): Promise<void> => {
  const isWanted = settings.storesAudio && has_audio === true && record?.recording_key == null;
  if (!isWanted || conversation_id == null) return;
  const requested_at = Math.floor(nowMs() / 1000);
  await jobs.enqueue({ kind: 'recording', conversation_id, requested_at }, recordingDelayS);
};

const storeTranscript = async (
  call: CallId,
  transcript: CallReport['transcript'],
  { sha256 }: IngestedBody,
  { archive, settings }: PostCallDeps,
): Promise<Partial<StoredCall>> => {
  if (!settings.storesTranscripts || transcript === undefined) return {};
  const transcript_key = transcriptKey(call, sha256, 'json');
  await archive.put(transcript_key, transcript.json, 'application/json');
  if (transcript.text === undefined) return { transcript_key };
  const transcript_text_key = transcriptKey(call, sha256, 'txt');
  await archive.put(transcript_text_key, transcript.text, 'text/plain; charset=utf-8');
  return { transcript_key, transcript_text_key };
};

/** Announces a call once, or twice if the process dies before it records the announcement. */
const announce = async (call: StoredCall, deps: PostCallDeps): Promise<void> => {
  const { events, records, archive, nowMs } = deps;
  if (call.announced_at !== undefined) return;
  if (!(await records.claimAnnouncement(call.record_id, nowMs(), nowMs() + announcementMs))) {
    if ((await records.read(call.record_id))?.announced_at !== undefined) return;
    throw new RetryLater('announcement', announcementMs / 1000);
  }
  const announcement = events.announce(call.outcome === 'failed' ? 'CallFailed' : 'CallCompleted', {
    conversation_id: call.conversation_id,
    agent_id: call.agent_id,
    precall_conversation_id: call.precall_conversation_id,
    voice_id: call.voice_id,
    greeting: call.greeting,
    status: call.status,
    consent: call.consent?.state ?? null,
    failure_reason: call.failure?.reason ?? call.failure_reason,
    started_at: call.start_time_unix_secs,
    duration_s: call.call_duration_secs,
    bucket: archive.name,
    transcript_key: call.transcript_key,
    transcript_text_key: call.transcript_text_key,
  });
  await announcement.catch(async (error: unknown) => {
    await records.releaseAnnouncement(call.record_id);
    throw error;
  });
  await records.markAnnounced(call.record_id, nowMs());
  count(call, deps);
};

const count = (call: StoredCall, { meter, log }: PostCallDeps): void => {
  if (call.failure !== null) meter.countBy('CallInitiationFailures', 'Reason', failureReason(call.failure.reason));
  if (call.call_duration_secs !== null) meter.durationMs('CallDuration', call.call_duration_secs * 1000);
  const { outcome = 'completed' } = call;
  meter.countBy('CallsFinished', 'Outcome', outcome);
  log.info('call_finished', { outcome, duration_s: call.call_duration_secs });
};

/** Returns a known reason or `other`. Each dimension value is a metric that costs money. */
const failureReason = (reason: string): string =>
  ['busy', 'no-answer', 'unknown'].includes(reason) ? reason : 'other';
