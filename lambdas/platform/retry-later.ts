/** The message attribute with the time at which a waiting job was first sent, in unix milliseconds. */
export const firstSent = 'FirstSentMs';

/** Thrown by a job that must wait. The job has not failed; a new message is queued for when the wait is over. */
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
      | 'live_call'
      | 'erasure'
      | 'export'
      | 'deadline',
    /** Seconds until the next attempt. */
    readonly afterS: number,
  ) {
    super(`The job waits for ${blockedBy} and is retried in ${Math.ceil(afterS)} s.`);
  }
}
