import type { Node } from 'constructs';
import { isSupportedCountry } from 'libphonenumber-js/min';
import * as z from 'zod';
import { hostingSettings } from './hosting-settings';
import { dynamicVariables, greetingsByAgent, hasMoreThanName } from './json-settings';
import { flag, number, whole } from './setting-kinds';
import { settingsOfStage } from './stage-settings';

/** An ElevenLabs id, or none. */
const optionalId = z
  .string()
  .regex(/^[\w-]{0,128}$/, 'expected an ElevenLabs id')
  .default('');

/** Returns the variables of functions that greet callers. */
export const greetingVariables = ({ DEFAULT_FIRST_MESSAGE, GREETINGS, KEEP_FIRST_MESSAGE }: Settings) => ({
  DEFAULT_FIRST_MESSAGE,
  GREETINGS,
  KEEP_FIRST_MESSAGE: String(KEEP_FIRST_MESSAGE),
});

/** Only a simulator on the same machine may be called without TLS. */
const safeBaseUrl = /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)(:|\/|$))/;

/** Every deploy-time setting with its default and bounds. */
export const settingsSchema = z
  .object({
    /** Part of the stack's name: several installations can live in one account. */
    STAGE: z
      .string()
      .regex(/^[a-z][a-z0-9]{0,15}$/, 'expected 1 to 16 lower-case letters and digits, beginning with a letter')
      .default('dev'),
    ELEVENLABS_API_BASE_URL: z
      .url()
      .regex(safeBaseUrl, 'expected an address that begins with https://')
      .default('https://api.elevenlabs.io'),
    LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
    /** Shortest voice sample, in seconds. */
    VOICE_CLONE_MIN_DURATION: number(3, 1, 60),
    /** Lowest sample rate of a voice sample, in Hz. A clone of less than 16,000 sounds like a telephone. */
    VOICE_CLONE_MIN_SAMPLE_RATE: whole(16_000, 8_000, 48_000),
    /** What becomes of a sample whose sound is poor; pure silence is always refused. */
    SAMPLE_QUALITY: z.enum(['off', 'warn', 'refuse']).default('warn'),
    /** Whether ElevenLabs removes background noise from samples before it clones the voice. */
    REMOVE_BACKGROUND_NOISE: flag.default(false),
    /** Largest voice sample, in MB of 1,048,576 bytes; ElevenLabs accepts no more than about 11. */
    VOICE_CLONE_MAX_SIZE_MB: number(10, 0.1, 10),
    /** Whether a voice is deleted when its call ends. Otherwise it is kept for the caller's next call. */
    VOICE_CLONE_AUTO_DELETE: flag.default(true),
    /** How long a voice that is not deleted is kept after its call, in hours. */
    VOICE_RETENTION_HOURS: whole(24, 1, 720),
    /** Longest life of a voice when the end of its call is never reported, in hours. */
    VOICE_TTL_HOURS: whole(24, 1, 720),
    /** The greeting; `{name}` becomes the caller's name, and `{own}` the agent's own first message. */
    DEFAULT_FIRST_MESSAGE: z
      .string()
      .max(1000)
      .refine(hasMoreThanName, 'expected more than {name}, because the name of a caller may be unknown')
      .default('Hallo {name}, fijn dat je belt!'),
    /**
     * Greetings of single agents and languages, as a JSON object: `{"agent id or *": {"language or *": "greeting"}}`.
     */
    GREETINGS: greetingsByAgent.default('{}'),
    /** Whether every agent keeps its own first message; no greeting replaces it then. */
    KEEP_FIRST_MESSAGE: flag.default(false),
    /**
     * How an agent gets a caller's voice: by PATCH, by an override of the call, by both, or by PATCH only where an
     * override can't serve the call (`auto`).
     */
    AGENT_ACTIVATION: z.enum(['patch', 'override', 'both', 'auto']).default('patch'),
    /** What a starting call gets: only the voice of its caller's pre-call, or a cached voice as well. */
    INITIATION_SERVES: z.enum(['prepared', 'cached']).default('cached'),
    /** How old a pre-call may be that a starting call takes, in minutes. */
    PRECALL_VALID_MINUTES: whole(15, 1, 120),
    /** The voice that an agent gets when ElevenLabs refuses its own; empty: ElevenLabs' default voice. */
    FALLBACK_VOICE_ID: optionalId,
    /** Country of phone numbers without a country code: its two letters. */
    DEFAULT_COUNTRY: z
      .string()
      .refine(
        (text) => text === '' || isSupportedCountry(text),
        'expected the two capital letters of a country, such as NL',
      )
      .default(''),
    /** Whether a caller's consent is demanded before a voice is cloned: `off`, `warn` or `on`. */
    REQUIRE_CONSENT: z.enum(['off', 'warn', 'on']).default('off'),
    /** The version of the consent text that counts; empty: any. */
    CONSENT_TEXT_VERSION: z.string().max(64).default(''),
    /** Whether an erasure deletes the caller's conversations at ElevenLabs, where the key may do so. */
    ERASE_AT_ELEVENLABS: flag.default(true),
    /** How long evidence of consent and of withdrawals is kept, in days, erasures included. */
    CONSENT_EVIDENCE_DAYS: whole(1095, 1, 3650),
    /** Whether voice samples are kept in S3 until their voice is deleted. */
    ENABLE_SAMPLE_STORAGE: flag.default(true),
    /** How long samples are kept regardless of their voice, in days; 0: until their voice is deleted. */
    SAMPLE_RETENTION_DAYS: whole(0, 0, 3650),
    /** How often reconcile runs, in minutes. */
    RECONCILE_MINUTES: whole(60, 5, 1440),
    /** Whether transcripts are kept in S3. The record of a call is always kept. */
    ENABLE_TRANSCRIPT_STORAGE: flag.default(true),
    /** Whether recordings are kept in S3. */
    ENABLE_AUDIO_STORAGE: flag.default(false),
    /** How long transcripts and the records of calls are kept, in days. */
    TRANSCRIPT_RETENTION_DAYS: whole(365, 1, 3650),
    /** How long recordings are kept, in days. */
    RECORDING_RETENTION_DAYS: whole(90, 1, 3650),
    /** How long the bodies of post-call events are kept, in days; a failed event can be redriven for 14 days. */
    RAW_EVENT_RETENTION_DAYS: whole(30, 15, 3650),
    /** More agents whose missed calls are fetched, besides those that pre-calls name: ids, separated by commas. */
    AGENT_IDS: z
      .string()
      .regex(/^([\w-]{1,128}(,[\w-]{1,128})*)?$/, 'expected agent ids, separated by commas')
      .default(''),
    /** How long the samples of enrolled callers are kept, in days. */
    ENROLMENT_RETENTION_DAYS: whole(365, 1, 3650),
    /** How long a voice that was cloned for calls which start elsewhere is kept, in hours. */
    VOICE_CACHE_HOURS: whole(24, 2, 720),
    /** Longest possible call, in minutes. A call only gets a voice that lives at least that long. */
    LONGEST_CALL_MINUTES: whole(60, 1, 110),
    /** Dynamic variables of every call and pre-call, as a JSON object; `{name}` becomes the caller's name. */
    DYNAMIC_VARIABLES: dynamicVariables.default('{}'),
    /** The agent that takes 3CX calls. */
    ELEVENLABS_AGENT_ID: optionalId,
    /** ElevenLabs' id of the phone number that places the calls for 3CX. */
    ELEVENLABS_PHONE_NUMBER_ID: optionalId,
    /** How that phone number is connected. */
    THREECX_TRANSPORT: z.enum(['sip_trunk', 'twilio']).default('sip_trunk'),
    /** Who is called: `caller`, or an extension or queue. */
    THREECX_DIAL_TARGET: z
      .string()
      .regex(/^(caller|\+?[0-9*#]{1,32})$/, 'expected caller or the number of an extension or queue')
      .default('caller'),
    /** The voice that greets a caller whose own voice is being cloned; empty: the agent's voice. */
    GREETING_VOICE_ID: optionalId,
    GREETING_MESSAGE: z.string().min(1).max(1000).default('Een ogenblik geduld, u wordt zo verbonden.'),
    /** Longest greeting, in seconds. After it the line is free for the agent's call. */
    GREETING_MAX_SECONDS: whole(35, 5, 300),
    GREETING_MUSIC_ENABLED: flag.default(false),
    /** Music on hold; the greeting's agent gets its address as a dynamic variable. */
    GREETING_MUSIC_URL: z
      .string()
      .max(2000)
      .refine((text) => text === '' || URL.canParse(text), 'expected an address')
      .default(''),
    /** How long a 3CX call waits for the caller's own voice, in seconds. */
    CLONE_MAX_WAIT_SECONDS: whole(35, 1, 300),
    /** Whether the agent's call follows the greeting without further action. */
    AUTO_TRANSITION_ENABLED: flag.default(true),
    /** Oldest accepted signature, in seconds. */
    SIGNATURE_TOLERANCE_SECONDS: whole(1800, 60, 86_400),
    ...hostingSettings,
  })
  .refine(({ DOMAIN_NAME, CERTIFICATE_ARN }) => (DOMAIN_NAME === '') === (CERTIFICATE_ARN === ''), {
    path: ['DOMAIN_NAME'],
    message: 'expected both DOMAIN_NAME and CERTIFICATE_ARN, or neither',
  })
  .refine(
    ({ TABLE_NAME, TABLE_STREAM_ARN }) =>
      TABLE_NAME === '' ? TABLE_STREAM_ARN === '' : TABLE_STREAM_ARN.includes(`:table/${TABLE_NAME}/stream/`),
    { path: ['TABLE_STREAM_ARN'], message: 'expected the ARN of the stream of TABLE_NAME, or neither setting' },
  )
  .refine(({ DEPLOYMENT, MONITORING }) => DEPLOYMENT === 'all_at_once' || MONITORING !== 'none', {
    path: ['DEPLOYMENT'],
    message: 'expected MONITORING to be essential or all, because alarms roll a canary back',
  });

/** Returns the variables of functions that check consent. */
export const consentVariables = ({ REQUIRE_CONSENT, CONSENT_TEXT_VERSION }: Settings) => ({
  REQUIRE_CONSENT,
  CONSENT_TEXT_VERSION,
});

/** The account and region that a stage is pinned to; the CDK refuses to deploy it anywhere else. */
export const placeOf = ({ DEPLOY_ACCOUNT, DEPLOY_REGION }: Settings) => ({
  ...(DEPLOY_ACCOUNT !== '' && { account: DEPLOY_ACCOUNT }),
  ...(DEPLOY_REGION !== '' && { region: DEPLOY_REGION }),
});

/** The settings of one deployment. */
export type Settings = z.infer<typeof settingsSchema>;

/**
 * Reads the settings. Each comes from the first place that names it:
 * 1. the environment,
 * 2. the CDK context (`-c NAME=value` or cdk.json),
 * 3. `stages` in cdk.json, under the stage,
 * 4. its default.
 *
 * Empty text in one of the first three places also means the default. Throws one error that names every wrong setting
 * and what it must be.
 */
export const readSettings = (context: Pick<Node, 'tryGetContext'>, environment: NodeJS.ProcessEnv): Settings => {
  const names = Object.keys(settingsSchema.shape);
  const own = (name: string): unknown => environment[name] ?? context.tryGetContext(name);
  const stage = settingsSchema.shape.STAGE.safeParse(own('STAGE') === '' ? undefined : own('STAGE'));
  const ofStage = settingsOfStage(context.tryGetContext('stages'), stage.data ?? '', names);
  const values = names
    .map((name): [string, unknown] => [name, own(name) ?? ofStage[name]])
    .filter(([, value]) => value !== undefined && value !== '');
  const result = settingsSchema.safeParse(Object.fromEntries(values));
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new Error(`Settings are not valid: ${faults}. Correct them in the environment or in cdk.json's context.`);
};
