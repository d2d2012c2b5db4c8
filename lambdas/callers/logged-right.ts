import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';

/** An entry in the log of erasures and withdrawals. */
export const loggedRight = z.object({
  kind: z.enum(['erasure', 'withdrawal']),
  caller_hashes: z.array(z.string()),
  /** The conversations of a caller without a number, if one was erased. */
  conversation_ids: z.array(elevenLabsId).exactOptional(),
  /** Unix seconds. Requests signed at or before this time are void. */
  at: z.number(),
});

/** A logged erasure or withdrawal. */
export type LoggedRight = z.infer<typeof loggedRight>;

/** Prefix of the log in the bucket. The day of each entry follows. */
export const rightsLogPrefix = 'rights-log/';
