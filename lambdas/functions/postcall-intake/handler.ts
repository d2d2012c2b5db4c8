import { ingest } from '../../calls/ingest';
import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { build, environment } from './environment';

/** Handles `POST /webhook/postcall`: stores an event, queues its job, and only then responds. */
export const handler = signedRoute(
  { service: 'postcall-intake', route: 'postcall', environment, build },
  async (body, { deps, sender: senders }) => answer(200, await ingest(body, senders, deps)),
);
