import type { Conversations } from '../../ledger/conversations';
import { type HeldWork, moveOn } from '../conversation';

/** What an attempt has brought about at ElevenLabs: never less than is so. */
export type Reached =
  | { readonly clone: 'none' }
  /** A clone may exist whose id nobody has. */
  | { readonly clone: 'unknown' }
  /** The conversation has this voice, or may have: its own clone, or one that was kept of its caller. */
  | { readonly clone: 'made'; readonly voiceId: string };

/** A conversation that this attempt alone works on until its lease ends. */
export class Hold {
  constructor(
    readonly conversationId: string,
    private now: HeldWork,
    private soFar: Reached,
    private readonly conversations: Conversations,
    private readonly claimLost: (conversationId: string, conversations: Conversations) => Promise<Error>,
  ) {}

  /** The state of the work, as the ledger has it. */
  get work(): HeldWork {
    return this.now;
  }

  /** What clean-up has to deal with, should the attempt fail now. */
  get reached(): Reached {
    return this.soFar;
  }

  /** Notes what is about to be so, before it can be so. */
  reach(reached: Reached): void {
    this.soFar = reached;
  }

  /** Writes the next state of the work. Throws 409 or 503 when the claim is lost. */
  async moveOn(next: HeldWork): Promise<void> {
    if (!(await this.conversations.write(this.conversationId, moveOn(this.now, next)))) throw await this.lost();
    this.now = next;
  }

  /** What to answer when the claim is lost: 409 after the conversation's end, else 503. */
  lost(): Promise<Error> {
    return this.claimLost(this.conversationId, this.conversations);
  }
}
