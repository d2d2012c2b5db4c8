/** The message attribute of a job that had to wait: when it was first sent, in unix milliseconds. */
export const firstSent = 'FirstSentMs';

/** Thrown by a job that must wait. The job has not failed: a fresh one is queued for after the wait. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';

  constructor(
    readonly blockedBy:
      | 'lease'
      | 'pending_patch'
      | 'agent_restored'
      | 'announcement'
      | 'greeting'
      | 'clone'
      | 'call_not_taken'
      | 'busy_line'
      | 'voice_used'
      | 'precall_valid'
      | 'erasure'
      | 'export'
      | 'deadline',
    /** Seconds until the next attempt. */
    readonly afterS: number,
  ) {
    super(`The job waits for ${blockedBy} and is retried in ${Math.ceil(afterS)} s.`);
  }
}
