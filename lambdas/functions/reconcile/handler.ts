import type { Context } from 'aws-lambda';
import { workDeadline } from '../../platform/deadline';
import { builtOnce } from '../../platform/env';
import { createTelemetry } from '../../platform/telemetry';
import { traced } from '../../platform/trace';
import { runIfDue } from '../../reconcile/due';
import { type Findings, reconcile } from '../../reconcile/reconcile';
import { build, environment } from './environment';

const telemetry = createTelemetry('reconcile');
const built = builtOnce(environment, (env) => build(env, telemetry));

/**
 * Runs on a schedule, if a run is due, or by hand. Finds unfinished work, queues jobs for it, and returns what it
 * queued.
 */
export const handler = async (event: unknown, context: Context): Promise<Findings> => {
  telemetry.log.begin({ request_id: context.awsRequestId });
  const run = async (): Promise<Findings> => {
    const deps = built();
    const deadline = workDeadline(context.getRemainingTimeInMillis(), deps.nowMs);
    return (await runIfDue(event, deps.runsEveryMs, deps, () => reconcile(deadline, deps))) ?? {};
  };
  try {
    return await traced(telemetry, run);
  } finally {
    telemetry.meter.flush();
  }
};
