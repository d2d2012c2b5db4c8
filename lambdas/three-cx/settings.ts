import * as z from 'zod';
import { consentPart } from '../callers/consent';
import { dynamicVariables } from '../initiation/dynamic-variables';
import { greetingTerms, greetingVariables } from '../voices/greeting';
import type { ThreeCxSettings } from './deps';

/** How long a 3CX call and its link to a conversation are stored, in seconds. */
export const callKeptS = 48 * 3600;

/** The environment variables for placing 3CX calls. */
export const threeCxEnvironment = z.object({
  ELEVENLABS_AGENT_ID: z.string(),
  ELEVENLABS_PHONE_NUMBER_ID: z.string(),
  THREECX_TRANSPORT: z.enum(['sip_trunk', 'twilio']),
  THREECX_DIAL_TARGET: z.string().min(1),
  GREETING_VOICE_ID: z.string(),
  GREETING_MESSAGE: z.string().min(1),
  GREETING_MAX_SECONDS: z.coerce.number().positive(),
  GREETING_MUSIC_URL: z.string(),
  ...greetingVariables,
  DYNAMIC_VARIABLES: dynamicVariables,
  CLONE_MAX_WAIT_SECONDS: z.coerce.number().positive(),
  AUTO_TRANSITION_ENABLED: z.stringbool(),
  LONGEST_CALL_MINUTES: z.coerce.number().positive(),
  ...consentPart.variables,
});

const undefinedIfEmpty = (text: string): string | undefined => (text === '' ? undefined : text);

/** Returns the 3CX settings of this environment. */
export const threeCxSettings = (env: z.infer<typeof threeCxEnvironment>): ThreeCxSettings => ({
  agentId: env.ELEVENLABS_AGENT_ID,
  phoneNumberId: env.ELEVENLABS_PHONE_NUMBER_ID,
  transport: env.THREECX_TRANSPORT,
  dialTarget: env.THREECX_DIAL_TARGET,
  greetingVoiceId: undefinedIfEmpty(env.GREETING_VOICE_ID),
  greetingMessage: env.GREETING_MESSAGE,
  greetingMaxS: env.GREETING_MAX_SECONDS,
  musicUrl: undefinedIfEmpty(env.GREETING_MUSIC_URL),
  ...greetingTerms(env),
  dynamicVariables: env.DYNAMIC_VARIABLES,
  cloneMaxWaitS: env.CLONE_MAX_WAIT_SECONDS,
  isTransitionAutomatic: env.AUTO_TRANSITION_ENABLED,
  longestCallS: env.LONGEST_CALL_MINUTES * 60,
  consent: consentPart.build(env),
});
