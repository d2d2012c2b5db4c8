import { type Voice, voiceItem } from '../voices/voice';
import { type Aggregate, aggregate, itemKey } from './aggregate';
import type { LedgerTable } from './table';

/** The VOICE items: every voice of this installation that may exist at ElevenLabs. */
export interface Voices extends Aggregate<Voice> {
  /** Deletes the item of a deleted voice before it expires. Throws 503 when DynamoDB fails. */
  purge(voiceId: string): Promise<void>;
}

/** Creates the store of voices in this ledger. */
export const voices = (table: LedgerTable): Voices => ({
  ...aggregate<Voice>(table, { kind: 'voice', schema: voiceItem }),
  purge: (voiceId) => table.remove(itemKey('voice', voiceId)),
});
