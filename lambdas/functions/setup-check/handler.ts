import { authenticate } from '../../platform/authenticate';
import { deadlineAt, requestDeadline, within } from '../../platform/deadline';
import { ServiceError } from '../../platform/errors';
import { answer, header, rawBody } from '../../platform/http';
import { parseJson } from '../../platform/json';
import { problemsOf } from '../../platform/problems';
import { createTelemetry } from '../../platform/telemetry';
import { webhook } from '../../platform/webhook';
import { checkSetup } from '../../setup/check-setup';
import { setupCheckRequest } from '../../setup/setup-check';
import { type Wired, wire } from './environment';

const telemetry = createTelemetry('setup-check');
let wired: Wired | undefined;

/** Kept back for saying what ElevenLabs did not show in time, in milliseconds. */
const tellingMs = 1_000;

/** `POST /setup/check`: verify, read what is set up at ElevenLabs, record it, say what there is to say. */
export const handler = webhook({ route: 'setup-check', ...telemetry }, async (event, context) => {
  const deps = (wired ??= wire(process.env, telemetry));
  const { requestTimeEpoch } = event.requestContext;
  const deadline = requestDeadline(context.getRemainingTimeInMillis(), requestTimeEpoch, deps.nowMs);
  const body = rawBody(event);
  const signature = { header: header(event, 'elevenlabs-signature'), signed: [body], toleranceS: deps.toleranceS };
  await authenticate(signature, deps.webhookSecrets, deps.nowMs());
  telemetry.log.info('signature_validated');
  const readUntil = deadlineAt(deadline.atMs - tellingMs, deps.nowMs);
  return answer(200, await within(deadline, checkSetup(agentIdsOf(body), readUntil, deps)));
});

const agentIdsOf = (body: Buffer): readonly string[] | undefined => {
  const { data, error } = setupCheckRequest.safeParse(parseJson(body, 'body'));
  if (error === undefined) return data.agent_ids;
  throw new ServiceError({ code: 'INVALID_PAYLOAD', message: `The request is not valid: ${problemsOf(error)}.` });
};
