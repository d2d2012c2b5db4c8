import * as z from 'zod';
import { elevenLabsId } from '../../platform/ids';
import { qualityCodes } from '../../samples/audio/quality-warning';

/** The answer of a completed pre-call, kept for redeliveries. */
export const preCallAnswer = z.object({
  status: z.literal('success'),
  conversation_id: elevenLabsId,
  voice_id: elevenLabsId,
  voice_name: z.string(),
  agent_updated: z.boolean(),
  /**
   * Which voice the caller hears. `patched`: the agent has the voice; `by_override`: the call has the voice if started
   * with this answer, or through the initiation webhook; `no`: the agent was not PATCHed and does not allow the
   * override.
   */
  voice_reaches_caller: z.enum(['patched', 'by_override', 'no']).default('by_override'),
  /**
   * How the call gets the voice: from the initiation webhook, from the PATCHed agent, or only if the sender passes this
   * answer on.
   */
  recognised_by: z.enum(['initiation', 'agent', 'answer']).default('answer'),
  caller_info: z.object({ Name: z.string().optional(), DateOfBirth: z.string().optional() }),
  processing_time_ms: z.number(),
  /** Problems with the samples' quality, if any. */
  sample_warnings: z.array(z.object({ code: z.enum(qualityCodes), message: z.string() })).optional(),
  type: z.literal('conversation_initiation_client_data'),
  /** The variables of DYNAMIC_VARIABLES, and `precall_conversation_id`. */
  dynamic_variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Only what the agent allows calls to override; absent if it allows neither. */
  conversation_config_override: z
    .object({
      tts: z.object({ voice_id: elevenLabsId }).exactOptional(),
      agent: z.object({ first_message: z.string() }).exactOptional(),
    })
    .exactOptional(),
  /** The keyed hash of the caller's number; absent without a usable number. */
  user_id: z.string().exactOptional(),
});

/** The answer to a pre-call, which is also valid conversation initiation data. */
export type PreCallAnswer = z.infer<typeof preCallAnswer>;
