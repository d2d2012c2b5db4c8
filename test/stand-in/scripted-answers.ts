import type { OutgoingHttpHeaders } from 'node:http';
import type { Operation } from './operations';

/** How one call is answered instead of at once and truthfully. */
export type ScriptedAnswer =
  /** Resets the connection; nothing has happened. */
  | 'reset-before'
  /** Does what was asked, then resets the connection. */
  | 'reset-after'
  | {
      /** Answers with this status instead of the true one; without `effect`, nothing happens then. */
      readonly status?: number;
      readonly headers?: OutgoingHttpHeaders;
      /** Goes with `status`: a string is sent as it is (set a content type), anything else as JSON, undefined as an empty body. */
      readonly body?: unknown;
      /** Does what was asked although `status` says something else. */
      readonly effect?: boolean;
      /** Waits before anything happens; it happens late even when the client has left by then. */
      readonly delayMs?: number;
      /** Waits between what happens and the answer. */
      readonly answerDelayMs?: number;
    };

/** Answers in wait, first in first out per operation. */
interface Script {
  add(operation: Operation, answers: readonly ScriptedAnswer[]): void;
  next(operation: Operation): ScriptedAnswer | undefined;
}

/** Makes an empty script. */
export const newScript = (): Script => {
  const waiting = new Map<Operation, ScriptedAnswer[]>();
  return {
    add: (operation, answers) => void waiting.set(operation, [...(waiting.get(operation) ?? []), ...answers]),
    next: (operation) => waiting.get(operation)?.shift(),
  };
};
