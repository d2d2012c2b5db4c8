import * as z from 'zod';

/** Tells whether a process with this id runs. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process runs, but belongs to another user.
    return z.object({ code: z.literal('EPERM') }).safeParse(error).success;
  }
};
