import { requestExport } from '../../callers/export/request-export';
import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { build, environment } from './environment';

/** `POST /callers/export`: queues an archive of everything that is held of a caller. */
export const handler = signedRoute({ service: 'export-request', environment, build }, async (body, { deps }) =>
  answer(202, await requestExport(body, deps)),
);
