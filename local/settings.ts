import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import * as z from 'zod';
import { nearestName } from '../cli/nearest';
import { settingsSchema } from '../lib/settings';
import { describeFault } from './setting-faults';

const optionalText = z
  .string()
  .transform((text) => (text === '' ? undefined : text))
  .optional();

const port = z.coerce.number().int().min(0).max(65_535);

/** Creates the schema of a secret: one live value, or two separated by a comma. */
const secret = (name: string) =>
  z
    .string()
    .min(1)
    .refine((text) => text.split(',').length <= 2, 'expected one value, or two separated by a comma')
    .default(name);

/** https://docs.aws.amazon.com/general/latest/gr/rande.html */
const region = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** The local stack's own settings. */
export const localSettings = z.object({
  /** Where the API listens; 0: any free port. */
  PORT: port.default(3005),
  /** Where the AWS emulators listen; 0: any free port. */
  AWS_PORT: port.optional(),
  /** Where the simulated ElevenLabs listens; 0: any free port. */
  ELEVENLABS_PORT: port.optional(),
  /** Another AWS emulator instead of the local stack's own. */
  AWS_ENDPOINT_URL: z
    .union([z.url({ protocol: /^https?$/, error: 'expected an address such as http://127.0.0.1:4566' }), z.literal('')])
    .transform((text) => (text === '' ? undefined : text))
    .optional(),
  AWS_REGION: z.string().regex(region, 'expected a region such as eu-central-1').default('eu-central-1'),
  /** The real ElevenLabs, or another simulator, instead of the local stack's own. */
  ELEVENLABS_API_BASE_URL: optionalText,
  ELEVENLABS_API_KEY: z.string().min(1).default('sk_local_simulated_key'),
  ELEVENLABS_WEBHOOK_SECRET: secret('wsec_local_webhook_secret'),
  /** Of the sender of the flat post-call form; by default that form is signed with the webhook secret. */
  FLAT_POSTCALL_SECRET: optionalText,
  THREECX_WEBHOOK_SECRET: secret('local_3cx_secret'),
  INITIATION_SECRET: secret('local_initiation_secret'),
  CALLER_HASH_KEY: z.string().min(1).default('local_caller_hash_key'),
  ELEVENLABS_AGENT_ID: optionalText,
  ELEVENLABS_PHONE_NUMBER_ID: optionalText,
  /** Runs the schedules this often, whatever they say; by default they run at their own times. */
  RECONCILE_SECONDS: z.coerce.number().positive().optional(),
  /** How often expired items are removed, in seconds. */
  TTL_SWEEP_SECONDS: z.coerce.number().positive().default(30),
  /** Most processes of one function. */
  LOCAL_MAX_INSTANCES: z.coerce.number().int().min(1).max(1000).default(10),
  /** Whether a call is played at the start. */
  PRECALL_DEMO: z.enum(['on', 'off']).default('on'),
});

/** The local stack's own settings; deploy-time settings are read by the synth under their own names. */
export type LocalSettings = z.infer<typeof localSettings>;

const ownNames = Object.keys(localSettings.shape);
const allNames = [...ownNames, ...Object.keys(settingsSchema.shape)];

/**
 * Reads the settings from the environment and, where it has none, from `.env` in the working directory. Throws a
 * sentence that names each wrong setting, its value and what it may be.
 */
export const readLocalSettings = (): LocalSettings => {
  if (existsSync('.env')) loadEnvFile('.env');
  const result = localSettings.safeParse(process.env);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => describeFault(issue, process.env)).join('; ');
  throw new Error(`The local stack's settings are not valid: ${faults}. Correct them in the environment or in .env.`);
};

/** Returns a sentence about each variable whose name is nearly that of a setting. Nothing reads such a variable. */
export const misspeltSettings = (environment: NodeJS.ProcessEnv): string[] =>
  Object.keys(environment).flatMap((name) => {
    const meant = allNames.includes(name) ? undefined : nearestName(name, allNames);
    return meant === undefined ? [] : [`${name} is not a setting and has no effect. Did you mean ${meant}?`];
  });
