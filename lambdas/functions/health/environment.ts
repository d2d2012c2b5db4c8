import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { dynamoDbClient, s3Client, secretsClient, sqsClient } from '../../aws/clients';
import { secret } from '../../aws/secrets';
import { getSubscription } from '../../elevenlabs/subscription';
import { ledgerTable } from '../../ledger/table';
import { parseEnv, type VariablesOf } from '../../platform/env';
import type { HealthDeps } from '../../platform/health';
import type { Log } from '../../platform/log';

/** The schema of the variables that this function reads. */
export const environment = z.object({
  AWS_ENDPOINT_URL: z.string().optional(),
  ELEVENLABS_API_BASE_URL: z.url(),
  ELEVENLABS_API_KEY_SECRET_ARN: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  BUCKET: z.string().min(1),
  VOICE_DELETION_QUEUE_URL: z.url(),
});

/** The variables of this function. */
export type Environment = VariablesOf<typeof environment>;

/** Parses the environment and makes one cheap, read-only probe per dependency. */
export const wire = (source: NodeJS.ProcessEnv, log: Log): HealthDeps => {
  const env = parseEnv(environment, source);
  const table = ledgerTable(dynamoDbClient(), env.LEDGER_TABLE);
  const s3 = s3Client(env.AWS_ENDPOINT_URL !== undefined);
  const sqs = sqsClient();
  const key = secret(secretsClient(), env.ELEVENLABS_API_KEY_SECRET_ARN, Date.now, log);
  const elevenLabs = { baseUrl: env.ELEVENLABS_API_BASE_URL, apiKey: async () => (await key.values())[0] ?? '', log };
  return {
    probes: {
      database: () => table.get('INSTALLATION', z.unknown()),
      storage: () => s3.send(new HeadBucketCommand({ Bucket: env.BUCKET })),
      queues: () =>
        sqs.send(
          new GetQueueAttributesCommand({ QueueUrl: env.VOICE_DELETION_QUEUE_URL, AttributeNames: ['QueueArn'] }),
        ),
      elevenlabs: (deadline) => getSubscription(elevenLabs, deadline),
    },
    nowMs: Date.now,
    log,
  };
};
