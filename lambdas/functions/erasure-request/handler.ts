import { requestErasure } from '../../callers/erasure/request-erasure';
import { requestExport } from '../../callers/export/request-export';
import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { build, environment } from './environment';

/**
 * Handles `POST /callers/erase`: marks a caller as erased and queues the erasure. Handles `POST /callers/export`:
 * queues an archive of all data stored about a caller.
 */
export const handler = signedRoute(
  { service: 'erasure-request', environment, build },
  async (body, { deps, path, sender: signedAtS }) =>
    answer(202, await (path === '/callers/export' ? requestExport(body, deps) : requestErasure(body, signedAtS, deps))),
);
