import type { Places } from '../contract';
import type { LogLine } from './log-timeline';

/** What the demo plays its call on. */
export interface DemoOptions {
  readonly apiUrl: string;
  readonly webhookSecret: string;
  /** @default the sample event's */
  readonly agentId: string | undefined;
  readonly places: Places;
  /** What the functions have logged so far. */
  readonly logLines: () => readonly LogLine[];
  readonly print: (line: string) => void;
}
