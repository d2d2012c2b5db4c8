import * as z from 'zod';
import { elevenLabsId } from '../../platform/ids';
import { qualityCodes } from '../../samples/audio/sample-quality';

/** What a completed pre-call answers, kept so that a redelivery gets the same answer. */
export const preCallAnswer = z.object({
  status: z.literal('success'),
  conversation_id: elevenLabsId,
  voice_id: elevenLabsId,
  voice_name: z.string(),
  agent_updated: z.boolean(),
  /**
   * What the caller hears: `patched`: the agent has the voice; `by_override`: the call has it if it is started with
   * this answer, or asks the initiation webhook; `no`: the agent was not PATCHed and does not allow the override.
   */
  voice_reaches_caller: z.enum(['patched', 'by_override', 'no']).default('by_override'),
  /**
   * How the call gets the voice: when ElevenLabs asks the initiation webhook, by the PATCHed agent, or only if the
   * sender passes this answer on.
   */
  recognised_by: z.enum(['initiation', 'agent', 'answer']).default('answer'),
  caller_info: z.object({ Name: z.string().optional(), DateOfBirth: z.string().optional() }),
  processing_time_ms: z.number(),
  /** What is poor about the samples, if anything is. */
  sample_warnings: z.array(z.object({ code: z.enum(qualityCodes), message: z.string() })).optional(),
  type: z.literal('conversation_initiation_client_data'),
  /** Those of DYNAMIC_VARIABLES and `precall_conversation_id`. */
  dynamic_variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Only what the agent allows calls to override; absent if it allows neither. */
  conversation_config_override: z
    .object({
      tts: z.object({ voice_id: elevenLabsId }).exactOptional(),
      agent: z.object({ first_message: z.string() }).exactOptional(),
    })
    .exactOptional(),
  /** The keyed hash of the caller's number; absent where the number makes no key. */
  user_id: z.string().exactOptional(),
});

/** The answer to a pre-call, usable as conversation initiation data too. */
export type PreCallAnswer = z.infer<typeof preCallAnswer>;
