import { partyOf, unreachedParty } from '../callers/identities';
import { callFailure } from './call-failure';
import { type ConversationDetails, conversationDetails, evaluationResults } from './conversation-details';
import type { CallEndEvent, FailureEvent, FlatCall, TranscriptionEvent } from './post-call-event';
import { rawField } from './raw-field';
import { conversationFields, type StoredCall } from './stored-call';
import { transcriptText } from './transcript-text';

/** The changes that one event makes to its call's record. Fields that only other events set stay unchanged. */
export interface PostCallUpdate {
  readonly recordId: string;
  /** Whether the event reports a conversation or a failed connection. The newest event of each source wins. */
  readonly source: 'conversation' | 'failure';
  /** Unix seconds. */
  readonly eventTimestampS: number;
  readonly bodySha256: string;
  readonly fields: Partial<StoredCall>;
  /** Written only if the record has no value yet. */
  readonly fallbackFields: Partial<StoredCall>;
}

/** The data that an event gives about its call. */
export interface CallReport extends Pick<PostCallUpdate, 'source' | 'fields' | 'fallbackFields'> {
  /** The transcript as sent and as plain text. Undefined if the event has no transcript. */
  readonly transcript: { readonly json: Buffer; readonly text: string | undefined } | undefined;
}

/** Reads the call report from an event and the body that it came in. Never throws. */
export const callReport = (event: CallEndEvent, body: Buffer): CallReport => {
  switch (event.kind) {
    case 'transcription':
      return transcriptionReport(event, body);
    case 'failure':
      return failureReport(event);
    case 'flat':
      return flatReport(event, body);
  }
};

const transcriptionReport = (event: TranscriptionEvent, body: Buffer): CallReport => {
  const details = conversationDetails(event);
  const { channel, direction } = partyOf(event.data);
  const isFailed = details.status?.trim().toLowerCase() === 'failed';
  return {
    source: 'conversation',
    fields: conversationFields.parse({
      ...details,
      channel,
      direction,
      outcome: isFailed ? 'failed' : 'completed',
      failure_reason: isFailed ? failureReason(details) : null,
      evaluation_results: evaluationResults(details),
    }),
    fallbackFields: {},
    transcript: { json: rawField(body, 'data') ?? body, text: transcriptText(event, details) },
  };
};

/** Returns why a connected conversation failed, or null if ElevenLabs does not say. */
const failureReason = ({ termination_reason, error }: ConversationDetails): string | null => {
  const reasons = [termination_reason, error?.reason, error?.code == null ? null : `error ${error.code}`];
  return reasons.find((reason) => reason != null && reason.trim() !== '') ?? null;
};

/** Reports a failed connection. If a transcription exists, the call was connected and it decides the outcome. */
const failureReport = (event: FailureEvent): CallReport => {
  const { reason, provider, details } = callFailure(event);
  const { channel, direction } = unreachedParty(event.data);
  return {
    source: 'failure',
    fields: {
      ...(event.conversationId !== undefined && { conversation_id: event.conversationId }),
      ...(event.agentId !== undefined && { agent_id: event.agentId }),
      failure: { reason, provider, details: { ...details } },
    },
    fallbackFields: { outcome: 'failed', status: 'failed', channel, direction },
    transcript: undefined,
  };
};

const flatReport = (call: FlatCall, body: Buffer): CallReport => ({
  source: 'conversation',
  fields: conversationFields.parse({
    agent_id: call.agentId ?? null,
    outcome: call.status === 'failed' || call.status === 'missed' ? 'failed' : 'completed',
    status: call.status ?? null,
    call_duration_secs: call.durationS ?? null,
  }),
  fallbackFields: {},
  transcript: { json: withoutByteOrderMark(body), text: undefined },
});

/** Removes the byte order mark, which is part of the body but not of the document. */
const withoutByteOrderMark = (body: Buffer): Buffer =>
  body.subarray(0, 3).toString('hex') === 'efbbbf' ? body.subarray(3) : body;
