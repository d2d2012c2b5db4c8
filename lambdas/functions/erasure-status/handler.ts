import { readErasure } from '../../callers/erasure/read-erasure';
import { readExport } from '../../callers/export/read-export';
import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { build, environment } from './environment';

/**
 * `POST /callers/erasure`: reports how far an erasure is. `POST /callers/export/status`: reports how far an export is,
 * with a link to a finished one.
 */
export const handler = signedRoute({ service: 'erasure-status', environment, build }, async (body, { deps, path }) =>
  answer(200, await (path === '/callers/export/status' ? readExport(body, deps) : readErasure(body, deps))),
);
