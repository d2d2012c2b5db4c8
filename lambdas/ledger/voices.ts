import { type Voice, voice } from '../voices/voice';
import { type Aggregate, aggregate, itemKey } from './aggregate';
import type { LedgerTable } from './table';

/** The VOICE items: every voice of this installation that may exist at ElevenLabs. */
export interface Voices extends Aggregate<Voice> {
  /** Takes the item of a deleted voice away before its time. Throws 503. */
  purge(voiceId: string): Promise<void>;
}

/** The voices of this ledger. */
export const voices = (table: LedgerTable): Voices => ({
  ...aggregate<Voice>(table, { kind: 'voice', schema: voice }),
  purge: (voiceId) => table.remove(itemKey('voice', voiceId)),
});
