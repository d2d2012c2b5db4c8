import type { Deadline } from '../platform/deadline';
import { parseJson } from '../platform/json';
import type { PostCallDeps } from './deps';
import { dropBody } from './drop-call';
import { finishCall } from './finish-call';
import { erasureMarkOf } from './identify-call';
import { type OtherEvent, type PostCallEvent, readPostCallEvent } from './post-call-event';
import type { IngestedBody, PostCallJob } from './post-call-job';
import { fetchRecording, storePushedRecording } from './recordings';
import { typeSlug } from './storage-keys';

/**
 * Does one job of the post-call queue and skips what is done already. Throws RetryLater for a job that must wait, and
 * ElevenLabsError or ServiceError for a failure. In both cases the job is tried again later.
 */
export const processJob = async (job: PostCallJob, deadline: Deadline, deps: PostCallDeps): Promise<void> => {
  if (job.kind === 'recording') return fetchRecording(job, deadline, deps);
  const bytes = await deps.bodies.get(job.key);
  if (bytes === undefined) {
    deps.log.info('postcall_body_gone', { key: job.key });
    return;
  }
  const reading = readPostCallEvent(parseJson(bytes, 'stored body'));
  if (!reading.ok) throw new Error('A stored post-call body is not a valid event.');
  await processEvent(reading.event, job, deps);
};

const processEvent = async (event: PostCallEvent, body: IngestedBody, deps: PostCallDeps): Promise<void> => {
  deps.log.identify({
    conversation_id: event.kind === 'flat' ? null : (event.conversationId ?? null),
    agent_id: event.agentId ?? null,
  });
  switch (event.kind) {
    case 'transcription':
    case 'failure':
    case 'flat':
      return finishCall(event, body, deps);
    case 'audio':
      return storePushedRecording(event, body, deps);
    case 'other':
      return keepUnknownEvent(event, body, deps);
  }
};

/** An event of an unknown type stays with the raw bodies, unless its caller was erased. */
const keepUnknownEvent = async (
  { type, conversationId }: OtherEvent,
  body: IngestedBody,
  deps: PostCallDeps,
): Promise<void> => {
  deps.log.info('postcall_type_unknown', { type: typeSlug(type) });
  if (conversationId !== undefined && (await erasureMarkOf(conversationId, deps)) !== undefined)
    await dropBody(body, deps);
};
