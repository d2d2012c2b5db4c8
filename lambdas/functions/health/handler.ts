import type { APIGatewayProxyResult } from 'aws-lambda';
import { examine, type Health, type HealthDeps } from '../../platform/health';
import { answer } from '../../platform/http';
import { createLog } from '../../platform/log';
import { wire } from './environment';

/** Results are given out again for this long, so that nobody can use the open route to load what lies behind it. */
const cachedForMs = 30_000;

const log = createLog('health');
let wired: HealthDeps | undefined;
let last: { readonly examined: Promise<Health>; readonly atMs: number } | undefined;

/** `GET /health`: 200 for ok and degraded, 503 for error. */
export const handler = async (
  _event: unknown,
  context: { readonly awsRequestId: string },
): Promise<APIGatewayProxyResult> => {
  log.begin({ request_id: context.awsRequestId });
  wired ??= wire(process.env, log);
  const nowMs = wired.nowMs();
  if (last === undefined || nowMs - last.atMs >= cachedForMs) last = { examined: examine(wired), atMs: nowMs };
  const health = await last.examined;
  return answer(health.status === 'error' ? 503 : 200, health);
};
