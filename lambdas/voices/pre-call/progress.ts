import type { Conversations } from '../../ledger/conversations';
import { type HeldWork, moveOn } from '../conversation';

/** What an attempt has, or may have, created at ElevenLabs. */
export type Reached =
  | { readonly clone: 'none' }
  /** A clone may exist, but its id is unknown. */
  | { readonly clone: 'unknown' }
  /** The conversation has or may have this voice: its own clone, or a voice that was kept for its caller. */
  | { readonly clone: 'made'; readonly voiceId: string };

/** A conversation that only this attempt works on until its lease ends. */
export class Hold {
  constructor(
    readonly conversationId: string,
    private now: HeldWork,
    private soFar: Reached,
    private readonly conversations: Conversations,
    private readonly claimLost: (conversationId: string, conversations: Conversations) => Promise<Error>,
  ) {}

  /** The state of the work in the ledger. */
  get work(): HeldWork {
    return this.now;
  }

  /** What the clean-up must handle if the attempt fails now. */
  get reached(): Reached {
    return this.soFar;
  }

  /** Notes what the attempt is about to create, before it can exist. */
  reach(reached: Reached): void {
    this.soFar = reached;
  }

  /** Writes the next state of the work. Throws 409 or 503 when the claim is lost. */
  async moveOn(next: HeldWork): Promise<void> {
    if (!(await this.conversations.write(this.conversationId, moveOn(this.now, next)))) throw await this.lost();
    this.now = next;
  }

  /** Returns the error for a lost claim: 409 after the conversation's end, else 503. */
  lost(): Promise<Error> {
    return this.claimLost(this.conversationId, this.conversations);
  }
}
