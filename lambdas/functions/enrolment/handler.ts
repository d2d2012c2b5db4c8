import { enrol } from '../../callers/enrolment/enrol';
import { readEnrolment } from '../../callers/enrolment/read-enrolment';
import { answer } from '../../platform/http';
import { signedRoute } from '../../platform/signed-route';
import { build, environment } from './environment';

/** Handles `POST /callers`: stores samples of a caller, so that the caller is known before the first call. */
export const handler = signedRoute(
  { service: 'enrolment', environment, build },
  async (body, { deps, sender: signedAtS }) =>
    answer(200, await enrol(await readEnrolment(body, signedAtS, deps), deps)),
);
