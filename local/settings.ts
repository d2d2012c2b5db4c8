import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import * as z from 'zod';

const optionalText = z
  .string()
  .transform((text) => (text === '' ? undefined : text))
  .optional();

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3005),
  AWS_ENDPOINT_URL: optionalText,
  AWS_REGION: z.string().min(1).default('eu-central-1'),
  ELEVENLABS_API_BASE_URL: optionalText,
  ELEVENLABS_API_KEY: z.string().min(1).default('sk_local_simulated_key'),
  ELEVENLABS_WEBHOOK_SECRET: z.string().min(1).default('wsec_local_webhook_secret'),
  /** Of the sender of the flat post-call form; by default that form is signed with the webhook secret. */
  FLAT_POSTCALL_SECRET: optionalText,
  THREECX_WEBHOOK_SECRET: z.string().min(1).default('local_3cx_secret'),
  INITIATION_SECRET: z.string().min(1).default('local_initiation_secret'),
  CALLER_HASH_KEY: z.string().min(1).default('local_caller_hash_key'),
  ELEVENLABS_AGENT_ID: optionalText,
  ELEVENLABS_PHONE_NUMBER_ID: optionalText,
  /** Runs the schedules this often, whatever they say; by default they run at their own times. */
  RECONCILE_SECONDS: z.coerce.number().positive().optional(),
  TTL_SWEEP_SECONDS: z.coerce.number().positive().default(30),
  LOCAL_MAX_INSTANCES: z.coerce.number().int().min(1).max(1000).default(10),
  PRECALL_DEMO: z.enum(['on', 'off']).default('on'),
});

/** The local stack's own settings; deploy-time settings are read by the synth under their own names. */
export type LocalSettings = z.infer<typeof environment>;

/**
 * Reads the settings from the environment and, where it has none, from `.env` in the working directory. Throws a
 * sentence that names what is wrong.
 */
export const readLocalSettings = (): LocalSettings => {
  if (existsSync('.env')) loadEnvFile('.env');
  const result = environment.safeParse(process.env);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new Error(`The local stack's settings are not valid: ${faults}. Correct them in the environment or in .env.`);
};
