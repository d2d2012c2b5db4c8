/** What a job waits for; it is no failure, and the same job is tried again. */
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
      | 'erasure',
    /** Seconds after which it is worth another try. */
    readonly afterS: number,
  ) {
    super(`The job waits for ${blockedBy}, about ${Math.ceil(afterS)} s.`);
  }
}
