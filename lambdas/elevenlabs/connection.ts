import * as z from 'zod';
import { secretsClient } from '../aws/clients';
import { secret } from '../aws/secrets';
import type { Telemetry } from '../platform/telemetry';
import type { Connection } from './request';

const variables = { ELEVENLABS_API_BASE_URL: z.url(), ELEVENLABS_API_KEY_SECRET_ARN: z.string().min(1) };

/** Reads the ElevenLabs connection from a function's environment. Of several key values, the first is used. */
export const elevenLabsPart = {
  variables,
  build: (
    env: z.infer<z.ZodObject<typeof variables>>,
    telemetry: Pick<Telemetry, 'log'> & Partial<Telemetry>,
  ): Connection => {
    const apiKey = secret(secretsClient(), env.ELEVENLABS_API_KEY_SECRET_ARN, Date.now, telemetry.log);
    return {
      baseUrl: env.ELEVENLABS_API_BASE_URL,
      apiKey: async () => (await apiKey.values())[0] ?? '',
      ...telemetry,
    };
  },
};
