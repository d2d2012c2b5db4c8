import { createHash } from 'node:crypto';
import { callFailure } from './call-failure';
import { callRecord } from './call-record';
import { evaluationResults } from './evaluation-results';
import type { FlatCall } from './flat-call';
import type { CallId } from './keys';
import type { FailureEvent, TranscriptionEvent } from './post-call-event';
import { type CallReport, conversationFields } from './stored-call';
import { transcriptText } from './transcript-text';

/** What is to be stored of a call, apart from where its transcript goes and what the ledger adds. */
export interface Report {
  readonly call: CallId;
  readonly recordId: string;
  /** The event's own time in unix seconds, if it told one. */
  readonly eventTimestampS: number | undefined;
  /** Made when it is asked for: whatever the event holds, its call is ended first. */
  readonly contents: () => ReportContents;
}

/** What an event tells, and the transcript as a document and for people; undefined where there is none. */
export interface ReportContents extends Pick<CallReport, 'of' | 'told' | 'presumed'> {
  readonly transcript: { readonly json: string; readonly text: string | undefined } | undefined;
}

/** The report of a conversation. */
export const transcriptionReport = (event: TranscriptionEvent): Report => ({
  call: { conversationId: event.conversationId },
  recordId: event.conversationId,
  eventTimestampS: event.eventTimestampS,
  contents: () => {
    const record = callRecord(event);
    const outcome = record.status === 'failed' ? 'failed' : 'completed';
    return {
      of: 'conversation',
      told: conversationFields.parse({ ...record, outcome, evaluation_results: evaluationResults(record) }),
      presumed: {},
      transcript: { json: JSON.stringify(event.data), text: transcriptText(event) },
    };
  },
});

/** The report of a call that never came about. Where there is a transcription, the call did: it decides the outcome. */
export const failureReport = (event: FailureEvent): Report => ({
  call: { conversationId: event.conversationId },
  recordId: event.conversationId,
  eventTimestampS: event.eventTimestampS,
  contents: () => {
    const { reason, provider, details } = callFailure(event);
    return {
      of: 'failure',
      told: {
        conversation_id: event.conversationId,
        agent_id: event.agentId,
        failure: { reason, provider, details: { ...details } },
      },
      presumed: { outcome: 'failed', status: 'failed' },
      transcript: undefined,
    };
  },
});

/** The report of a call in the flat form; its id is the sender's own, and is kept as its SHA-256 alone. */
export const flatReport = (call: FlatCall): Report => ({
  call: { foreignId: call.callId },
  recordId: createHash('sha256').update(call.callId).digest('hex'),
  eventTimestampS: call.timestampS,
  contents: () => ({
    of: 'conversation',
    told: conversationFields.parse({
      agent_id: call.agentId ?? null,
      outcome: call.status === 'failed' || call.status === 'missed' ? 'failed' : 'completed',
      status: call.status ?? null,
      call_duration_secs: call.durationS ?? null,
    }),
    presumed: {},
    transcript: { json: JSON.stringify(call.data), text: undefined },
  }),
});
