import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { receiveEvent } from '../../three-cx/receive-event';
import { build, environment } from './environment';

/** Handles `POST /webhook/3cx`: answers an incoming call, or records its outcome. */
export const handler = signedRoute(
  { service: 'threecx', environment, build },
  async (body, { deps, sender: signedAtS, deadline }) =>
    answer(200, await receiveEvent(body, signedAtS, deadline, deps)),
);
