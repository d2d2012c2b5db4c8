import { createLog, type Log } from './log';
import { createMeter, type Meter } from './metrics';
import { createTrace, type Trace } from './trace';

/** The log, the metrics and the traces of one function. */
export interface Telemetry {
  readonly log: Log;
  readonly meter: Meter;
  readonly trace: Trace;
}

/** Creates the log, the metrics and the traces under the function's name. */
export const createTelemetry = (service: string): Telemetry => ({
  log: createLog(service),
  meter: createMeter(service),
  trace: createTrace(service),
});
