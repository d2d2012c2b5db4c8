import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { unavailable } from '../platform/errors';

/** What the event bus receives about a finished call: ids, times and pointers, but not who called or what was said. */
export interface FinishedCall {
  readonly conversation_id: string | null;
  readonly agent_id: string | null;
  readonly precall_conversation_id: string | null;
  /** The voice that the call's pre-call gave it. `greeting` is the kind of greeting that it gave it. */
  readonly voice_id: string | null;
  readonly greeting: string | null;
  /** `given`, `withdrawn`, or null if unknown. */
  readonly consent: string | null;
  readonly status: string | null;
  readonly failure_reason: string | null;
  readonly started_at: number | null;
  readonly duration_s: number | null;
  readonly bucket: string;
  readonly transcript_key: string | null;
  readonly transcript_text_key: string | null;
}

/** Publishes to the account's default event bus. */
export interface CallEvents {
  /** Publishes an event with the source `precall`. Throws AwsUnavailable if EventBridge fails or does not answer. */
  announce(detailType: 'CallCompleted' | 'CallFailed', call: FinishedCall): Promise<void>;
}

/** Creates the event publisher for an EventBridge client. */
export const callEventsOn = (eventBridge: EventBridgeClient): CallEvents => ({
  announce: async (detailType, call) => {
    const entry = { Source: 'precall', DetailType: detailType, Detail: JSON.stringify(call) };
    const failed = unavailable('EventBridge', 'send an event');
    const { FailedEntryCount = 0 } = await eventBridge.send(new PutEventsCommand({ Entries: [entry] })).catch(failed);
    if (FailedEntryCount > 0) failed(new Error('EventBridge did not accept the event.'));
  },
});
