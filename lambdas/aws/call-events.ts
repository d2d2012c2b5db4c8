import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { unavailable } from '../platform/errors';

/** What the bus is told of a finished call: ids, times and pointers, nothing of what was said or who called. */
export interface FinishedCall {
  readonly conversation_id: string | null;
  readonly agent_id: string | null;
  readonly precall_conversation_id: string | null;
  readonly status: string | null;
  readonly failure_reason: string | null;
  readonly started_at: number | null;
  readonly duration_s: number | null;
  readonly bucket: string;
  readonly transcript_key: string | null;
  readonly transcript_text_key: string | null;
}

/** The account's default event bus. */
export interface CallEvents {
  /** Tells the bus, with the source `precall`. Throws 503. */
  announce(detailType: 'CallCompleted' | 'CallFailed', call: FinishedCall): Promise<void>;
}

/** The bus behind this client. */
export const callEventsOn = (eventBridge: EventBridgeClient): CallEvents => ({
  announce: async (detailType, call) => {
    const entry = { Source: 'precall', DetailType: detailType, Detail: JSON.stringify(call) };
    const { FailedEntryCount = 0 } = await eventBridge
      .send(new PutEventsCommand({ Entries: [entry] }))
      .catch((error: unknown) => {
        throw unavailable('The event bus', error);
      });
    if (FailedEntryCount > 0) throw unavailable('The event bus', new Error('EventBridge did not take the event'));
  },
});
