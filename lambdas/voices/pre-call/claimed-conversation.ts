import type { Conversations } from '../../ledger/conversations';
import { ServiceError } from '../../platform/errors';
import { type HeldWork, moveOn } from '../conversation';

/** What an attempt has, or may have, created at ElevenLabs. */
export type CloneProgress =
  | { readonly clone: 'none' }
  /** A clone may exist, but its id is unknown. */
  | { readonly clone: 'unknown' }
  /** The conversation has or may have this voice: its own clone, or a voice that was kept for its caller. */
  | { readonly clone: 'made'; readonly voiceId: string };

/** A conversation that only this attempt works on until its lease ends. */
export class ClaimedConversation {
  constructor(
    readonly conversationId: string,
    private currentWork: HeldWork,
    private currentProgress: CloneProgress,
    private readonly conversations: Conversations,
  ) {}

  /** The state of the work in the ledger. */
  get work(): HeldWork {
    return this.currentWork;
  }

  /** What the clean-up must handle if the attempt fails now. */
  get progress(): CloneProgress {
    return this.currentProgress;
  }

  /** Notes what the attempt is about to create, before it can exist. */
  noteProgress(progress: CloneProgress): void {
    this.currentProgress = progress;
  }

  /** Writes the next state of the work. Throws 409 or 503 when the claim is lost. */
  async moveOn(next: HeldWork): Promise<void> {
    const isWritten = await this.conversations.write(this.conversationId, moveOn(this.currentWork, next));
    if (!isWritten) throw await this.lostError();
    this.currentWork = next;
  }

  /**
   * Returns the error for a lost claim: 409 if the conversation has ended, else 503, because another attempt holds it.
   * Throws 503 when the ledger fails.
   */
  async lostError(): Promise<ServiceError> {
    const conversation = await this.conversations.read(this.conversationId);
    return conversation?.ended_at === undefined ? inProgress(1) : conversationEnded();
  }
}

/** Returns 503 `CLONE_IN_PROGRESS`, for a conversation that another attempt holds. */
export const inProgress = (retryAfterS: number): ServiceError =>
  new ServiceError({
    code: 'CLONE_IN_PROGRESS',
    message:
      'Another delivery of this conversation is in progress, or its outcome is not known yet. ' +
      `Retry after ${retryAfterS} s to get its answer.`,
    retryAfterS,
  });

/** Returns 409 `CONVERSATION_ENDED`. */
export const conversationEnded = (): ServiceError =>
  new ServiceError({
    code: 'CONVERSATION_ENDED',
    message: 'This conversation has already ended, and its voice is gone. Use a new conversation_id for a new call.',
  });
