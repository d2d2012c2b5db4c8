import * as z from 'zod';

/** The SETUP item in the ledger: which fields of an agent a call may override, as of the last set-up check. */
export const agentSetup = z.object({
  /** A call that overrides a field without permission fails. */
  overrides: z.object({ voice: z.boolean(), first_message: z.boolean(), max_duration: z.boolean() }),
  /** The agent's own phone numbers, from which it calls. */
  numbers: z.array(z.string()).default([]),
  /** Whether a starting call asks Precall's initiation webhook. Absent if ElevenLabs did not show it. */
  asks_precall: z.boolean().optional(),
  /** The agent's language, such as `nl`. Absent if ElevenLabs did not show it. */
  language: z.string().optional(),
  /** Unix seconds. */
  checked_at: z.number(),
});

/** Which fields of an agent a call may override. */
export type AgentSetup = z.infer<typeof agentSetup>;

/**
 * Returns whether each starting call of the agent can get its own voice and greeting. The agent must ask Precall, and
 * allow overrides of both.
 */
export const isServedPerCall = ({ overrides, asks_precall }: AgentSetup): boolean =>
  asks_precall === true && overrides.voice && overrides.first_message;

/** The settings that a call should have instead of its agent's. */
export interface WantedOverrides {
  readonly voiceId?: string | undefined;
  readonly firstMessage?: string | undefined;
  /** The longest duration of the call, in seconds. */
  readonly maxDurationS?: number | undefined;
}

/** The format of ElevenLabs' `conversation_config_override`. */
export interface ConfigOverride {
  readonly tts?: { readonly voice_id: string };
  readonly agent?: { readonly first_message: string };
  readonly conversation?: { readonly max_duration_seconds: number };
}

/**
 * Reduces a call's override to the fields that the agent allows, because any other field fails the call
 * (https://elevenlabs.io/docs/eleven-agents/customization/personalization/overrides). Returns undefined if no field is
 * left.
 */
export const allowedOverride = (
  setup: AgentSetup | undefined,
  { voiceId, firstMessage, maxDurationS }: WantedOverrides,
): ConfigOverride | undefined => {
  const { voice = false, first_message = false, max_duration = false } = setup?.overrides ?? {};
  const override: ConfigOverride = {
    ...(voice && voiceId !== undefined && { tts: { voice_id: voiceId } }),
    ...(first_message && firstMessage !== undefined && { agent: { first_message: firstMessage } }),
    ...(max_duration && maxDurationS !== undefined && { conversation: { max_duration_seconds: maxDurationS } }),
  };
  return Object.keys(override).length > 0 ? override : undefined;
};
