import * as z from 'zod';
import { elevenLabsId } from './ids';

/** The CALLER item of the ledger, under the HMAC of a phone number. */
export const caller = z.object({
  /** The voice that was made last of this caller, and of what; it may be gone. */
  reusable: z.object({ voice_id: elevenLabsId, sample_digest: z.string() }).optional(),
  /** Conversations that were begun and whose end has not come, each with its agent and its beginning in unix seconds. */
  calls: z.record(z.string(), z.object({ agent_id: elevenLabsId, started_at: z.number() })).default({}),
  /** Unix seconds. */
  expires_at: z.number(),
});

/** A caller as the ledger has it. */
export type Caller = z.infer<typeof caller>;

/** A call is begun at most this long after its pre-call, or its two clocks differ by this, in seconds. */
const clockSlackS = 300;

/**
 * The conversation that this caller has with this agent: of several the newest that was begun before the call was, as far as that
 * is known.
 */
export const conversationWith = (
  { calls }: Pick<Caller, 'calls'>,
  agentId: string,
  startedAtS: number | undefined,
): string | undefined =>
  Object.entries(calls)
    .filter(([, call]) => call.agent_id === agentId)
    .filter(([, call]) => startedAtS === undefined || call.started_at <= startedAtS + clockSlackS)
    .sort(([, a], [, b]) => b.started_at - a.started_at)
    .map(([conversationId]) => conversationId)[0];
