import { ingest } from '../../calls/ingest';
import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { build, environment } from './environment';

/** `POST /webhook/postcall`: makes an event durable, queues its work, and only then answers. */
export const handler = signedRoute(
  { service: 'postcall-intake', route: 'postcall', environment, build },
  async (body, { deps, sender: senders }) => answer(200, await ingest(body, senders, deps)),
);
