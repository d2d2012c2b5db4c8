import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

/** What a completed pre-call answers, kept so that a redelivery gets the same answer. */
export const preCallAnswer = z.object({
  status: z.literal('success'),
  conversation_id: elevenLabsId,
  voice_id: elevenLabsId,
  voice_name: z.string(),
  agent_updated: z.boolean(),
  caller_info: z.object({ Name: z.string().optional(), DateOfBirth: z.string().optional() }),
  processing_time_ms: z.number(),
  type: z.literal('conversation_initiation_client_data'),
  dynamic_variables: z.object({ precall_conversation_id: elevenLabsId }),
  conversation_config_override: z.object({
    tts: z.object({ voice_id: elevenLabsId }),
    agent: z.object({ first_message: z.string() }),
  }),
});

/** The answer of R1, usable as conversation initiation data too. */
export type PreCallAnswer = z.infer<typeof preCallAnswer>;

/** The CONVERSATION item of the ledger: who works on it until when, and what came of it. */
export const conversation = z.object({
  conversation_id: elevenLabsId,
  agent_id: elevenLabsId.optional(),
  /**
   * `cloning`: a clone may exist that nobody has the id of. `cloned`: `voice_id` is known. `ready`: answered.
   * `failed`: nothing of it is left at ElevenLabs, or a `voice_id` that is being taken back. Absent on a conversation that is known by its end alone.
   */
  state: z.enum(['cloning', 'cloned', 'ready', 'failed']).optional(),
  /** Random id of the attempt that holds the lease. */
  attempt: z.string().optional(),
  /** Unix milliseconds. */
  lease_until: z.number().optional(),
  voice_name: z.string().optional(),
  voice_id: elevenLabsId.optional(),
  answer: preCallAnswer.optional(),
  /** Unix seconds: the answer names a voice that lives until then. */
  voice_expires_at: z.number().optional(),
  /** HMAC of the caller's number; absent where the number makes no key. */
  caller_hash: z.string().optional(),
  /** Keys of the samples in S3. */
  samples: z.array(z.string()).default([]),
  /** Unix milliseconds. */
  ended_at: z.number().optional(),
  /** When its pre-call was signed, in unix seconds. */
  signed_at: z.number().optional(),
  /** Unix seconds: its caller was erased, and nothing of them or of the voice is left in the item. */
  erased_at: z.number().optional(),
  /** Unix seconds, as DynamoDB's TTL wants it. */
  expires_at: z.number(),
});

/** A conversation as the ledger has it. */
export type Conversation = z.infer<typeof conversation>;

/** What a delivery may do with a conversation that the ledger knows already. */
export type ClaimVerdict =
  | { may: 'answer-again'; answer: PreCallAnswer }
  | { may: 'wait'; waitS: number }
  | { may: 'refuse-ended' }
  /** `from` is the attempt whose lease ran out or was given back; the take-over is conditional on it. */
  | {
      may: 'take-over';
      from: string | undefined;
      voiceName: string | undefined;
      voiceId: string | undefined;
      search: boolean;
    };

/** Longest wait that a sender is told, in seconds: most pre-calls that are under way end long before their lease. */
const maxWaitS = 5;

/** Judges a conversation that has been claimed before, at `nowMs`. An expired one counts as never seen; an answer does not outlive its voice. */
export const judgeClaim = (seen: Conversation, nowMs: number): ClaimVerdict => {
  const { state, attempt, answer, lease_until = 0 } = seen;
  const anew = { may: 'take-over', from: attempt, voiceName: undefined, voiceId: undefined, search: false } as const;
  if (seen.expires_at * 1000 <= nowMs) return anew;
  const isVoiceGone = seen.voice_expires_at !== undefined && seen.voice_expires_at * 1000 <= nowMs;
  if (seen.ended_at !== undefined || isVoiceGone) return { may: 'refuse-ended' };
  if (state === 'ready' && answer !== undefined) return { may: 'answer-again', answer };
  if (lease_until > nowMs) return { may: 'wait', waitS: Math.min(maxWaitS, Math.ceil((lease_until - nowMs) / 1000)) };
  if (state === 'failed' && seen.voice_id !== undefined) return { may: 'wait', waitS: maxWaitS };
  if (state === 'cloning') return { ...anew, voiceName: seen.voice_name, search: true };
  if (state === 'cloned') return { ...anew, voiceName: seen.voice_name, voiceId: seen.voice_id };
  return anew;
};
