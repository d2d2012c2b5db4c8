import { RetryLater } from '../platform/retry-later';
import { endCall } from '../voices/end/end-call';
import { findConversation } from '../voices/end/find-conversation';
import { callerHashesOf } from './caller-of-call';
import type { PostCallDeps } from './deps';
import { type EndedCall, endedCall } from './ended-call';
import { dropCall, erasureOf } from './erased-call';
import type { FlatCall } from './flat-call';
import { type CallId, transcriptKey } from './keys';
import type { FailureEvent, TranscriptionEvent } from './post-call-event';
import type { TakenBody } from './post-call-job';
import type { Report, ReportContents } from './reports';
import type { StoredCall } from './stored-call';

/** The worker looks for a recording this long after the transcript, in seconds: ElevenLabs may still write it. */
const recordingDelayS = 30;

/** Another worker that tells the bus of the same call has this long to say that it did, in milliseconds. */
const announcementMs = 30_000;

/**
 * Finishes a call: ends its conversation and voice, keeps the transcript, has the recording fetched, writes the record, and tells the
 * bus. The same body again changes nothing; of several of one kind about one call the newest is kept; of a caller who was erased nothing is. Where
 * transcripts are not stored the body goes, whatever became of it. Throws RetryLater, 503.
 */
export const finishCall = async (
  event: TranscriptionEvent | FailureEvent | FlatCall,
  report: Report,
  body: TakenBody,
  deps: PostCallDeps,
): Promise<void> => {
  const seen = await deps.records.read(report.recordId);
  if (seen?.announced_at !== undefined && seen.bodies.has(body.sha256)) skip('postcall_duplicate', deps);
  else await finish({ ended: endedCall(event), report, seen, body }, deps);
  if (!deps.settings.storesTranscripts) await deps.bodies.remove(body.key);
};

const skip = (event: 'postcall_duplicate' | 'postcall_superseded', { log, meter }: PostCallDeps): void => {
  log.info(event);
  meter.count('PostCallDuplicates');
};

/** An event about a call on its way into the record. */
interface Telling {
  readonly ended: EndedCall | undefined;
  readonly report: Report;
  readonly seen: StoredCall | undefined;
  readonly body: TakenBody;
}

const finish = async ({ ended, report, seen, body }: Telling, deps: PostCallDeps): Promise<void> => {
  const expiresAtS = Math.floor(deps.nowMs() / 1000) + deps.settings.recordKeptS;
  const found = ended === undefined ? undefined : await end(ended, { report, seen, expiresAtS }, deps);
  const erasedAtS = await erasureOf(report, ended, deps);
  if (erasedAtS !== undefined) return dropCall(report, body, erasedAtS, deps);
  const { of, told, presumed, transcript } = report.contents();
  const keys = await keepTranscript(report.call, transcript, body, deps);
  // Once it is written, the same event again is a duplicate.
  await requestRecording(told, seen, deps);
  const callerHash = await callerOf(ended, found, deps);
  const record = await deps.records.write({
    ...{ recordId: report.recordId, of, eventTimestampS: report.eventTimestampS ?? 0, bodySha256: body.sha256 },
    told: {
      ...told,
      ...keys,
      ...(found !== undefined && { precall_conversation_id: found }),
      ...(callerHash !== undefined && { caller_hash: callerHash }),
      expires_at: expiresAtS,
    },
    presumed,
  });
  // An erasure that began since may have found neither the record nor what is kept of the call.
  const erasedSinceS = await erasureOf(report, ended, deps);
  if (erasedSinceS !== undefined) return dropCall(report, body, erasedSinceS, deps);
  if (record === undefined) skip('postcall_superseded', deps);
  else await announce(record, deps);
};

/**
 * Ends the call. Under which id its conversation was found is noted first: after its end it is not found again, and a repetition could
 * find the caller's next one.
 */
const end = async (
  ended: EndedCall,
  { report, seen, expiresAtS }: Pick<Telling, 'report' | 'seen'> & { readonly expiresAtS: number },
  deps: PostCallDeps,
): Promise<string | undefined> => {
  const noted = seen?.precall_conversation_id ?? undefined;
  const found = noted ?? (await findConversation(ended, deps));
  if (found !== undefined && found !== noted && found !== ended.conversationId)
    await deps.records.linkPreCall(report.recordId, found, expiresAtS);
  await endCall(ended, found, deps);
  return found;
};

/** The key of the call's own caller, else of the pre-call's. */
const callerOf = async (
  ended: EndedCall | undefined,
  conversationId: string | undefined,
  deps: PostCallDeps,
): Promise<string | undefined> => {
  const [callerHash] = await callerHashesOf(ended, deps);
  if (callerHash !== undefined || conversationId === undefined) return callerHash;
  return (await deps.conversations.read(conversationId))?.caller_hash;
};

/** ElevenLabs pushes recordings only if it is told to, and only small ones fit: they are fetched. */
const requestRecording = async (
  { conversation_id, has_audio }: Partial<StoredCall>,
  seen: StoredCall | undefined,
  { settings, jobs, nowMs }: PostCallDeps,
): Promise<void> => {
  const isWanted = settings.storesAudio && has_audio === true && seen?.recording_key == null;
  if (!isWanted || conversation_id == null) return;
  const requested_at = Math.floor(nowMs() / 1000);
  await jobs.enqueue({ kind: 'recording', conversation_id, requested_at }, recordingDelayS);
};

const keepTranscript = async (
  call: CallId,
  transcript: ReportContents['transcript'],
  { sha256 }: TakenBody,
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

/** Once per call; only if the process dies between telling the bus and noting it, a second time. */
const announce = async (call: StoredCall, deps: PostCallDeps): Promise<void> => {
  const { events, records, archive, nowMs } = deps;
  if (call.announced_at !== undefined) return;
  if (!(await records.claimAnnouncement(call.record_id, nowMs(), nowMs() + announcementMs))) {
    if ((await records.read(call.record_id))?.announced_at !== undefined) return;
    throw new RetryLater('announcement', announcementMs / 1000);
  }
  const told = events.announce(call.outcome === 'failed' ? 'CallFailed' : 'CallCompleted', {
    conversation_id: call.conversation_id,
    agent_id: call.agent_id,
    precall_conversation_id: call.precall_conversation_id,
    status: call.status,
    failure_reason: call.failure?.reason ?? null,
    started_at: call.start_time_unix_secs,
    duration_s: call.call_duration_secs,
    bucket: archive.name,
    transcript_key: call.transcript_key,
    transcript_text_key: call.transcript_text_key,
  });
  await told.catch(async (error: unknown) => {
    await records.yieldAnnouncement(call.record_id);
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

/** Dimensions are made of what is known: each value is a metric that is paid for. */
const failureReason = (reason: string): string =>
  ['busy', 'no-answer', 'unknown'].includes(reason) ? reason : 'other';
