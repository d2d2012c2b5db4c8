import { createHash } from 'node:crypto';
import { callFailure } from '../domain/post-call/call-failure';
import { callRecord } from '../domain/post-call/call-record';
import type { FlatCall } from '../domain/post-call/flat-call';
import type { CallId } from '../domain/post-call/keys';
import type { FailureEvent, TranscriptionEvent } from '../domain/post-call/post-call-event';
import type { CallReport } from '../domain/post-call/stored-call';
import { transcriptText } from '../domain/post-call/transcript-text';

/** What is to be stored of a call, apart from where its transcript goes and what the ledger adds. */
export interface Report {
  readonly call: CallId;
  readonly recordId: string;
  readonly fields: Partial<CallReport> & Pick<CallReport, 'outcome' | 'conversation_id' | 'agent_id'>;
  /** The transcript as a document and for people; undefined where there is none. */
  readonly transcript: { readonly json: string; readonly text: string | undefined } | undefined;
  /** The event's own time in unix seconds, if it told one. */
  readonly eventTimestampS: number | undefined;
}

/** The report of a conversation. */
export const transcriptionReport = (event: TranscriptionEvent): Report => {
  const record = callRecord(event);
  const evaluation_results = Object.fromEntries(
    Object.entries(record.evaluation_criteria_results).map(([id, { result }]) => [id, result]),
  );
  return {
    call: { conversationId: event.conversationId },
    recordId: event.conversationId,
    fields: { ...record, evaluation_results, outcome: record.status === 'failed' ? 'failed' : 'completed' },
    transcript: { json: JSON.stringify(event.data), text: transcriptText(event) },
    eventTimestampS: event.eventTimestampS,
  };
};

/** The report of a call that never came about. */
export const failureReport = (event: FailureEvent): Report => {
  const { reason, provider, details } = callFailure(event);
  return {
    call: { conversationId: event.conversationId },
    recordId: event.conversationId,
    fields: {
      conversation_id: event.conversationId,
      agent_id: event.agentId,
      outcome: 'failed',
      status: 'failed',
      failure: { reason, provider, details: { ...details } },
    },
    transcript: undefined,
    eventTimestampS: event.eventTimestampS,
  };
};

/** The report of a call in the flat form; its id is the sender's own, and is kept as its SHA-256 alone. */
export const flatReport = (call: FlatCall): Report => ({
  call: { foreignId: call.callId },
  recordId: createHash('sha256').update(call.callId).digest('hex'),
  fields: {
    conversation_id: null,
    agent_id: call.agentId ?? null,
    outcome: call.status === 'failed' || call.status === 'missed' ? 'failed' : 'completed',
    status: call.status ?? null,
    call_duration_secs: call.durationS ?? null,
  },
  transcript: { json: JSON.stringify(call.data), text: undefined },
  eventTimestampS: call.timestampS,
});
