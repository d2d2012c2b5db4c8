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
   * How the call gets the voice: when ElevenLabs asks the initiation webhook, by the PATCHed agent, or only if the
   * sender passes this answer on.
   */
  recognised_by: z.enum(['initiation', 'agent', 'answer']).default('answer'),
  caller_info: z.object({ Name: z.string().optional(), DateOfBirth: z.string().optional() }),
  processing_time_ms: z.number(),
  /** What is poor about the samples, if anything is. */
  sample_warnings: z.array(z.object({ code: z.enum(qualityCodes), message: z.string() })).optional(),
  type: z.literal('conversation_initiation_client_data'),
  dynamic_variables: z.object({ precall_conversation_id: elevenLabsId }),
  conversation_config_override: z.object({
    tts: z.object({ voice_id: elevenLabsId }),
    agent: z.object({ first_message: z.string() }),
  }),
});

/** The answer to a pre-call, usable as conversation initiation data too. */
export type PreCallAnswer = z.infer<typeof preCallAnswer>;
