import { readExport } from '../../callers/export/read-export';
import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { build, environment } from './environment';

/** `POST /callers/export/status`: reports how far an export is, with a link to a finished one. */
export const handler = signedRoute({ service: 'export-status', environment, build }, async (body, { deps }) =>
  answer(200, await readExport(body, deps)),
);
