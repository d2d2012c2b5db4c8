import type { Places } from '../contract';
import type { LogLine } from './log-timeline';

/** Options of the demo. */
export interface DemoOptions {
  readonly apiUrl: string;
  readonly webhookSecret: string;
  /** The agent of the call. @default the sample event's */
  readonly agentId: string | undefined;
  readonly places: Places;
  /** Returns what the functions have logged so far. */
  readonly logLines: () => readonly LogLine[];
  readonly print: (line: string) => void;
}
