import { requestErasure } from '../../callers/erasure/request-erasure';
import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { build, environment } from './environment';

/** `POST /callers/erase`: marks a caller as erased and queues the erasure. */
export const handler = signedRoute(
  { service: 'erasure-request', environment, build },
  async (body, { deps, sender: signedAtS }) => answer(202, await requestErasure(body, signedAtS, deps)),
);
