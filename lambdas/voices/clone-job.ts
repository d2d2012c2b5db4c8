import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** A message of the clone queue. It carries ids and keyed hashes alone, and may come late, twice, or in any order. */
export const cloneJob = z.discriminatedUnion('kind', [
  /** A known caller had no voice: one is made for the next call. */
  z.object({ kind: z.literal('caller_clone'), caller_hash: sha256Hex }),
  /** An agent was never checked: nothing of it may be overridden until it is. */
  z.object({ kind: z.literal('agent_check'), agent_id: elevenLabsId }),
  /** A 3CX call waits for its caller's voice; `call` is the SHA-256 of its id. */
  z.object({ kind: z.literal('threecx_clone'), call: sha256Hex }),
  /** The time of a 3CX call is up: its agent call is placed with what there is. */
  z.object({ kind: z.literal('threecx_agent_call'), call: sha256Hex }),
]);

/** Something to be made ready for a call, or a call to be placed. */
export type CloneJob = z.infer<typeof cloneJob>;
