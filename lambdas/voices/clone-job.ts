import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** A message of the clone queue. It contains only ids and keyed hashes, and may arrive late, twice or out of order. */
export const cloneJob = z.discriminatedUnion('kind', [
  /** A known caller has no voice. The job clones one for the next call. */
  z.object({ kind: z.literal('caller_clone'), caller_hash: sha256Hex }),
  /** An agent was never checked. The job checks it; until then, calls override nothing on the agent. */
  z.object({ kind: z.literal('agent_check'), agent_id: elevenLabsId }),
  /** A 3CX call waits for its caller's voice. The job clones it; `call` is the SHA-256 of the 3CX call id. */
  z.object({ kind: z.literal('threecx_clone'), call: sha256Hex }),
  /** A 3CX call's wait is over. The job places the agent call, with or without the caller's voice. */
  z.object({ kind: z.literal('threecx_agent_call'), call: sha256Hex }),
]);

/** A job that prepares or places a call. */
export type CloneJob = z.infer<typeof cloneJob>;
