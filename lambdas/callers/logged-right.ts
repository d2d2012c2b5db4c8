import * as z from 'zod';

/** An entry of the log of erasures and withdrawals. */
export const loggedRight = z.object({
  kind: z.enum(['erasure', 'withdrawal']),
  caller_hashes: z.array(z.string()),
  /** Unix seconds: what was signed up to then is void. */
  at: z.number(),
});

/** An erasure or a withdrawal, as the log keeps it. */
export type LoggedRight = z.infer<typeof loggedRight>;

/** Where the log is in the bucket; the day of each entry follows. */
export const rightsLogPrefix = 'rights-log/';
