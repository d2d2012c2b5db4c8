import { deadlineAt } from '../../platform/deadline';
import { ServiceError } from '../../platform/errors';
import { answer } from '../../platform/http';
import { parseJson } from '../../platform/json';
import { problemsOf } from '../../platform/problems';
import { signedRoute } from '../../platform/signed-route';
import { checkSetup } from '../../setup/check-setup';
import { setupCheckRequest } from '../../setup/setup-check';
import { build, environment } from './environment';

/** Time reserved for reporting what ElevenLabs did not return in time, in milliseconds. */
const reportMs = 1_000;

/** Handles `POST /setup/check`: reads the setup at ElevenLabs, records it, and reports what is wrong or missing. */
export const handler = signedRoute({ service: 'setup-check', environment, build }, async (body, call) => {
  const { deps, deadline, baseUrl } = call;
  const readUntil = deadlineAt(deadline.atMs - reportMs, deps.nowMs);
  return answer(200, await checkSetup(agentIdsOf(body), readUntil, { ...deps, baseUrl }));
});

const agentIdsOf = (body: Buffer): readonly string[] | undefined => {
  const { data, error } = setupCheckRequest.safeParse(parseJson(body, 'body'));
  if (error === undefined) return data.agent_ids;
  throw new ServiceError({ code: 'INVALID_PAYLOAD', message: `The request is not valid: ${problemsOf(error)}.` });
};
