import { withdrawConsent } from '../../callers/withdrawal/withdraw-consent';
import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { build, environment } from './environment';

/** Handles `POST /callers/withdraw`: ends the use of a caller's voice, and deletes voices and samples. */
export const handler = signedRoute(
  { service: 'withdrawal', environment, build },
  async (body, { deps, sender: signedAtS }) => answer(200, await withdrawConsent(body, signedAtS, deps)),
);
