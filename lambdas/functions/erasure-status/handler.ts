import { readErasure } from '../../callers/erasure/read-erasure';
import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { build, environment } from './environment';

/** `POST /callers/erasure`: reports how far an erasure is. */
export const handler = signedRoute({ service: 'erasure-status', environment, build }, async (body, { deps }) =>
  answer(200, await readErasure(body, deps)),
);
