import { isLiveStatus } from '../elevenlabs/conversations';
import type { Deadline } from '../platform/deadline';
import { parseJson } from '../platform/json';
import type { PostCallDeps } from './deps';
import { finishCall, type StoredBody } from './finish-call';
import { keepUnknownEvent } from './keep-unknown-event';
import { type PostCallEvent, readPostCallEvent, type TranscriptionEvent } from './post-call-event';
import type { IngestedBody, PostCallJob } from './post-call-job';
import { withExactCallId } from './raw-field';
import { fetchRecording, storePushedRecording } from './recordings';

/**
 * Processes one job of the post-call queue and skips finished steps. Throws RetryLater if the job must wait, and
 * ElevenLabsError or ServiceError if a service fails. In each case the job is retried.
 */
export const processJob = async (job: PostCallJob, deadline: Deadline, deps: PostCallDeps): Promise<void> => {
  if (job.kind === 'recording') return fetchRecording(job, deadline, deps);
  const bytes = await deps.bodies.get(job.key);
  if (bytes === undefined) {
    deps.log.info('postcall_body_gone', { key: job.key });
    return;
  }
  const reading = readPostCallEvent(withExactCallId(parseJson(bytes, 'stored body'), bytes));
  if (!reading.ok) throw new Error('A stored post-call body is not a valid event.');
  await processEvent(reading.event, { ...job, bytes }, deps);
};

const processEvent = async (event: PostCallEvent, body: StoredBody, deps: PostCallDeps): Promise<void> => {
  deps.log.identify({
    conversation_id: event.kind === 'flat' ? null : (event.conversationId ?? null),
    agent_id: event.agentId ?? null,
  });
  switch (event.kind) {
    case 'transcription':
      return isGoingOn(event) ? keepUnfinished(body, deps) : finishCall(event, body, deps);
    case 'failure':
    case 'flat':
      return finishCall(event, body, deps);
    case 'audio':
      return storePushedRecording(event, body, deps);
    case 'other':
      return keepUnknownEvent(event, body, deps);
  }
};

const isGoingOn = ({ data: { status } }: TranscriptionEvent): boolean =>
  typeof status === 'string' && isLiveStatus(status);

/** Counts a transcript of a call that is not over. Another event follows, or reconcile fetches the call. */
const keepUnfinished = async ({ key }: IngestedBody, { bodies, settings, log, meter }: PostCallDeps): Promise<void> => {
  log.info('postcall_not_over');
  meter.count('PostCallsNotOver');
  if (!settings.storesTranscripts) await bodies.remove(key);
};
