import type { APIGatewayProxyResult } from 'aws-lambda';
import { builtOnce } from '../../platform/env';
import { checkHealth, type Health } from '../../platform/health';
import { answer } from '../../platform/http';
import { createLog } from '../../platform/log';
import { build, environment } from './environment';

/** How long a result is reused, in milliseconds, so that the open route cannot overload the dependencies. */
const cachedForMs = 30_000;

const log = createLog('health');
const built = builtOnce(environment, (env) => build(env, log));
let lastCheck: { readonly health: Promise<Health>; readonly atMs: number } | undefined;

/** Handles `GET /health`: returns 200 for `ok` and `degraded`, and 503 for `error`. */
export const handler = async (
  _event: unknown,
  context: { readonly awsRequestId: string },
): Promise<APIGatewayProxyResult> => {
  log.begin({ request_id: context.awsRequestId });
  const deps = built();
  const nowMs = deps.nowMs();
  if (lastCheck === undefined || nowMs - lastCheck.atMs >= cachedForMs)
    lastCheck = { health: checkHealth(deps), atMs: nowMs };
  const health = await lastCheck.health;
  return answer(health.status === 'error' ? 503 : 200, health);
};
