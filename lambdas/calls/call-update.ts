import { callFailure } from './call-failure';
import { conversationDetails, evaluationResults } from './conversation-details';
import type { CallEndEvent, FailureEvent, FlatCall, TranscriptionEvent } from './post-call-event';
import { conversationFields, type StoredCall } from './stored-call';
import { transcriptText } from './transcript-text';

/** What one event changes in the record of its call. Fields that only other events set stay as they are. */
export interface PostCallUpdate {
  readonly recordId: string;
  /** Whether the event reports a conversation or a failed connection. The newest event of each source wins. */
  readonly source: 'conversation' | 'failure';
  /** Unix seconds. */
  readonly eventTimestampS: number;
  readonly bodySha256: string;
  readonly fields: Partial<StoredCall>;
  /** Written only where the record has no value yet. */
  readonly fallbackFields: Partial<StoredCall>;
}

/** What an event says about its call. */
export interface CallReport extends Pick<PostCallUpdate, 'source' | 'fields' | 'fallbackFields'> {
  /** The transcript as JSON and as plain text; undefined if the event has no transcript. */
  readonly transcript: { readonly json: string; readonly text: string | undefined } | undefined;
}

/** Reads the call report from an event. Throws RangeError if the document is nested too deeply to be serialized. */
export const callReport = (event: CallEndEvent): CallReport => {
  switch (event.kind) {
    case 'transcription':
      return transcriptionReport(event);
    case 'failure':
      return failureReport(event);
    case 'flat':
      return flatReport(event);
  }
};

const transcriptionReport = (event: TranscriptionEvent): CallReport => {
  const details = conversationDetails(event);
  const outcome = details.status === 'failed' ? 'failed' : 'completed';
  return {
    source: 'conversation',
    fields: conversationFields.parse({ ...details, outcome, evaluation_results: evaluationResults(details) }),
    fallbackFields: {},
    transcript: { json: JSON.stringify(event.data), text: transcriptText(event, details) },
  };
};

/** If there is a transcription as well, the call was connected: the transcription decides the outcome. */
const failureReport = (event: FailureEvent): CallReport => {
  const { reason, provider, details } = callFailure(event);
  return {
    source: 'failure',
    fields: {
      conversation_id: event.conversationId,
      agent_id: event.agentId,
      failure: { reason, provider, details: { ...details } },
    },
    fallbackFields: { outcome: 'failed', status: 'failed' },
    transcript: undefined,
  };
};

const flatReport = (call: FlatCall): CallReport => ({
  source: 'conversation',
  fields: conversationFields.parse({
    agent_id: call.agentId ?? null,
    outcome: call.status === 'failed' || call.status === 'missed' ? 'failed' : 'completed',
    status: call.status ?? null,
    call_duration_secs: call.durationS ?? null,
  }),
  fallbackFields: {},
  transcript: { json: JSON.stringify(call.data), text: undefined },
});
