import type { Context } from 'aws-lambda';
import { workDeadline } from '../../platform/deadline';
import { createTelemetry } from '../../platform/telemetry';
import { traced } from '../../platform/trace';
import type { ReconcileDeps } from '../../reconcile/deps';
import { type Findings, reconcile } from '../../reconcile/reconcile';
import { wire } from './environment';

const telemetry = createTelemetry('reconcile');
let wired: ReconcileDeps | undefined;

/** The schedule, or a person: looks for what fell through and answers what it queued. Throws when a part could not be looked at. */
export const handler = async (_event: unknown, context: Context): Promise<Findings> => {
  telemetry.log.begin({ request_id: context.awsRequestId });
  const look = async (): Promise<Findings> => {
    wired ??= wire(process.env, telemetry);
    return reconcile(workDeadline(context.getRemainingTimeInMillis(), wired.nowMs), wired);
  };
  try {
    return await traced(telemetry, look);
  } finally {
    telemetry.meter.flush();
  }
};
