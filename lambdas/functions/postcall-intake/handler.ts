import * as z from 'zod';
import { s3Client, secretsClient, sqsClient } from '../../aws/clients';
import { postCallBodiesIn } from '../../aws/post-call-bodies';
import { postCallJobsOn } from '../../aws/post-call-jobs';
import { optionalSecret, secret } from '../../aws/secrets';
import { authenticateSender, type SenderSecrets } from '../../calls/authenticate-sender';
import { ingest, type IngestDeps } from '../../calls/ingest';
import { requestDeadline, within } from '../../platform/deadline';
import { parseEnv } from '../../platform/env';
import { answer, header, rawBody } from '../../platform/http';
import { createTelemetry } from '../../platform/telemetry';
import { webhook } from '../../platform/webhook';

const environment = z.object({
  AWS_ENDPOINT_URL: z.string().optional(),
  ELEVENLABS_WEBHOOK_SECRET_ARN: z.string().min(1),
  FLAT_POSTCALL_SECRET_ARN: z.string().min(1),
  BUCKET: z.string().min(1),
  POSTCALL_QUEUE_URL: z.url(),
  SIGNATURE_TOLERANCE_SECONDS: z.coerce.number().positive(),
});

const telemetry = createTelemetry('postcall-intake');

interface Wired extends IngestDeps {
  readonly secrets: SenderSecrets;
  readonly toleranceS: number;
}

let wired: Wired | undefined;

const wire = (source: NodeJS.ProcessEnv): Wired => {
  const env = parseEnv(environment, source);
  const secrets = secretsClient();
  return {
    bodies: postCallBodiesIn(s3Client(env.AWS_ENDPOINT_URL !== undefined), env.BUCKET),
    jobs: postCallJobsOn(sqsClient(), env.POSTCALL_QUEUE_URL),
    nowMs: Date.now,
    ...telemetry,
    secrets: {
      elevenLabs: secret(secrets, env.ELEVENLABS_WEBHOOK_SECRET_ARN, Date.now, telemetry.log),
      flat: optionalSecret(secrets, env.FLAT_POSTCALL_SECRET_ARN, Date.now, telemetry.log),
    },
    toleranceS: env.SIGNATURE_TOLERANCE_SECONDS,
  };
};

/** `POST /webhook/postcall`: verify, read, make durable, queue, answer. */
export const handler = webhook({ route: 'postcall', ...telemetry }, async (event, context) => {
  const deps = (wired ??= wire(process.env));
  const nowMs = deps.nowMs();
  const deadline = requestDeadline(
    context.getRemainingTimeInMillis(),
    event.requestContext.requestTimeEpoch,
    deps.nowMs,
  );
  const body = rawBody(event);
  const request = { header: header(event, 'elevenlabs-signature'), signed: [body], toleranceS: deps.toleranceS };
  const senders = await within(deadline, authenticateSender(request, deps.secrets, nowMs));
  telemetry.log.info('signature_validated');
  return answer(200, await within(deadline, ingest(body, senders, deps)));
});
