import type { Deadline } from '../platform/deadline';
import { parseJson } from '../platform/json';
import type { PostCallDeps } from './deps';
import { dropBody, markOf } from './erased-call';
import { fetchRecording } from './fetch-recording';
import { finishCall } from './finish-call';
import { isFlatCall, readFlatCall } from './flat-call';
import type { FlatCall } from './flat-call';
import { keepRecording } from './keep-recording';
import { typeSlug } from './keys';
import { type PostCallEvent, readPostCallEvent } from './post-call-event';
import type { PostCallJob, TakenBody } from './post-call-job';
import { redialBusyCall } from './redial-busy-call';
import { flatReport, failureReport, transcriptionReport } from './reports';

/**
 * Does one job of the post-call queue; whatever it finds done it leaves. Throws RetryLater for what has to wait, ElevenLabsError
 * and ServiceError for what failed; either way the same job goes on later.
 */
export const processJob = async (job: PostCallJob, deadline: Deadline, deps: PostCallDeps): Promise<void> => {
  if (job.kind === 'recording') return fetchRecording(job, deadline, deps);
  const bytes = await deps.bodies.get(job.key);
  if (bytes === undefined) {
    deps.log.info('postcall_body_gone', { key: job.key });
    return;
  }
  await workOffBody(read(parseJson(bytes, 'stored body')), job, deps);
};

const read = (json: unknown): PostCallEvent | FlatCall => {
  const reading = isFlatCall(json) ? readFlatCall(json) : readPostCallEvent(json);
  if (!reading.ok) throw new Error('A stored post-call body is none that was taken in.');
  return 'call' in reading ? reading.call : reading.event;
};

const workOffBody = async (event: PostCallEvent | FlatCall, body: TakenBody, deps: PostCallDeps): Promise<void> => {
  deps.log.identify({
    conversation_id: event.kind === 'flat' ? null : (event.conversationId ?? null),
    agent_id: event.agentId ?? null,
  });
  switch (event.kind) {
    case 'transcription':
      return finishCall(event, transcriptionReport(event), body, deps);
    case 'failure':
      await redialBusyCall(event, deps);
      return finishCall(event, failureReport(event), body, deps);
    case 'flat':
      return finishCall(event, flatReport(event), body, deps);
    case 'audio':
      return keepRecording(event, body, deps);
    case 'other':
      deps.log.info('postcall_type_unknown', { type: typeSlug(event.type) });
      if (event.conversationId !== undefined && (await markOf(event.conversationId, deps)) !== undefined)
        await dropBody(body, deps);
      return;
  }
};
