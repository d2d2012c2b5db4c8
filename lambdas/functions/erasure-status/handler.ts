import { readErasure } from '../../callers/erasure/read-erasure';
import { readExport } from '../../callers/export/read-export';
import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { build, environment } from './environment';

/**
 * Handles `POST /callers/erasure`: reports the progress of an erasure. Handles `POST /callers/export/status`: reports
 * the progress of an export, with a link once it is finished.
 */
export const handler = signedRoute({ service: 'erasure-status', environment, build }, async (body, { deps, path }) =>
  answer(200, await (path === '/callers/export/status' ? readExport(body, deps) : readErasure(body, deps))),
);
