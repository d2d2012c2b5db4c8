import { answerCall } from '../../initiation/answer-call';
import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { build, environment } from './environment';

/** The caller hears the phone ring meanwhile. Most of the time is for reading the secret. */
const timeouts = { totalMs: 1_400, verifyMs: 1_100 };

/**
 * Handles `POST /webhook/initiation`: looks up the caller of a starting call and returns the voice and the greeting.
 */
export const handler = signedRoute(
  { service: 'initiation', environment, build, verifiedEvent: 'secret_validated', timeouts },
  async (body, { deps, deadline }) => answer(200, await answerCall(body, deadline, deps)),
);
