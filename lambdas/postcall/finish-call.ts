import { endCall } from '../conversation-end/end-call';
import { endedCall } from '../domain/post-call/ended-call';
import type { FlatCall } from '../domain/post-call/flat-call';
import { transcriptKey } from '../domain/post-call/keys';
import type { FailureEvent, TranscriptionEvent } from '../domain/post-call/post-call-event';
import type { TakenBody } from '../domain/post-call/post-call-job';
import { type CallReport, callReport, type StoredCall } from '../domain/post-call/stored-call';
import { ComeBackLater } from '../shared/come-back-later';
import type { PostCallDeps } from './deps';
import type { Report } from './reports';

/** The worker looks for a recording this long after the transcript, in seconds: ElevenLabs may still write it. */
const recordingDelayS = 30;

/** Another worker that tells the bus of the same call has this long to say that it did, in milliseconds. */
const announcementMs = 30_000;

/**
 * Finishes a call: ends its conversation and voice, keeps the transcript, writes the record, tells the bus, and has the recording
 * fetched. The same body again changes nothing; of several about one call the newest is kept. Throws
 * ComeBackLater, 503.
 */
export const finishCall = async (
  event: TranscriptionEvent | FailureEvent | FlatCall,
  report: Report,
  body: TakenBody,
  deps: PostCallDeps,
): Promise<void> => {
  const seen = await deps.records.read(report.recordId);
  if (seen?.body_sha256 === body.sha256 && seen.announced_at !== undefined) {
    deps.log.info('postcall_duplicate');
    deps.meter.count('PostCallDuplicates');
    return;
  }
  const ended = endedCall(event);
  const found = ended === undefined ? undefined : await endCall(ended, deps);
  const hashes = ended?.externalNumber === undefined ? [] : await deps.callerHashes(ended.externalNumber);
  const told = callReport.parse({
    ...report.fields,
    ...(await keepTranscript(report, body, deps)),
    record_id: report.recordId,
    precall_conversation_id: found ?? null,
    caller_hash: hashes[0] ?? null,
    event_timestamp: report.eventTimestampS ?? 0,
    body_sha256: body.sha256,
    expires_at: Math.floor(deps.nowMs() / 1000) + deps.settings.recordKeptS,
  });
  if (!(await deps.records.write(told))) {
    deps.log.info('postcall_superseded');
    deps.meter.count('PostCallDuplicates');
    return;
  }
  await requestRecording(told, seen, deps);
  await announce(told, seen, deps);
  if (!deps.settings.storesTranscripts) await deps.bodies.remove(body.key);
};

/** ElevenLabs pushes recordings only if it is told to, and only small ones fit: they are fetched. */
const requestRecording = async (
  { conversation_id, has_audio }: CallReport,
  seen: StoredCall | undefined,
  { settings, jobs }: PostCallDeps,
): Promise<void> => {
  const isWanted = settings.storesAudio && has_audio === true && seen?.recording_key == null;
  if (isWanted && conversation_id !== null)
    await jobs.enqueue([{ kind: 'recording', conversation_id }], recordingDelayS);
};

const keepTranscript = async (
  { call, transcript }: Report,
  { sha256 }: TakenBody,
  { archive, settings }: PostCallDeps,
): Promise<Pick<StoredCall, 'transcript_key' | 'transcript_text_key'>> => {
  if (!settings.storesTranscripts || transcript === undefined)
    return { transcript_key: null, transcript_text_key: null };
  const transcript_key = transcriptKey(call, sha256, 'json');
  await archive.put(transcript_key, transcript.json, 'application/json');
  if (transcript.text === undefined) return { transcript_key, transcript_text_key: null };
  const transcript_text_key = transcriptKey(call, sha256, 'txt');
  await archive.put(transcript_text_key, transcript.text, 'text/plain; charset=utf-8');
  return { transcript_key, transcript_text_key };
};

/** Once per call; only if the process dies between telling the bus and noting it, a second time. */
const announce = async (call: CallReport, seen: StoredCall | undefined, deps: PostCallDeps): Promise<void> => {
  const { events, records, archive, nowMs } = deps;
  if (seen?.announced_at !== undefined) return;
  if (!(await records.claimAnnouncement(call.record_id, nowMs(), nowMs() + announcementMs))) {
    if ((await records.read(call.record_id))?.announced_at !== undefined) return;
    throw new ComeBackLater('announcement', announcementMs / 1000);
  }
  const told = events.announce(call.outcome === 'failed' ? 'CallFailed' : 'CallCompleted', {
    conversation_id: call.conversation_id,
    agent_id: call.agent_id,
    precall_conversation_id: call.precall_conversation_id,
    status: call.status,
    failure_reason: call.failure?.reason ?? null,
    started_at: call.start_time_unix_secs,
    duration_s: call.call_duration_secs,
    bucket: archive.bucket,
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

const count = (call: CallReport, { meter, log }: PostCallDeps): void => {
  if (call.failure !== null) meter.countBy('CallInitiationFailures', 'Reason', failureReason(call.failure.reason));
  if (call.call_duration_secs !== null) meter.durationMs('CallDuration', call.call_duration_secs * 1000);
  meter.countBy('CallsFinished', 'Outcome', call.outcome);
  log.info('call_finished', { outcome: call.outcome, duration_s: call.call_duration_secs });
};

/** Dimensions are made of what is known: each value is a metric that is paid for. */
const failureReason = (reason: string): string =>
  ['busy', 'no-answer', 'unknown'].includes(reason) ? reason : 'other';
