import * as z from 'zod';
import { elevenLabsId } from '../../domain/ids';
import type { LedgerTable } from './table';

/** A clone that was just made or adopted. */
export interface NewVoice {
  readonly voiceId: string;
  readonly conversationId: string;
  readonly agentId: string;
  /** SHA-256 of the sample in hex. */
  readonly sampleDigest: string;
  /** Unix seconds; DynamoDB's TTL then starts the voice's deletion. */
  readonly expiresAtS: number;
}

/** The VOICE items: every voice of ours that may exist at ElevenLabs. */
export interface Voices {
  /** Makes a new voice durable as live; one that is recorded already is left as it is. */
  record(voice: NewVoice): Promise<void>;
  /** Whether we made this voice. */
  isOurs(voiceId: string): Promise<boolean>;
}

const key = (voiceId: string): string => `VOICE#${voiceId}`;

/** The voices of this ledger. */
export const voices = (table: LedgerTable): Voices => ({
  record: async ({ voiceId, conversationId, agentId, sampleDigest, expiresAtS }) => {
    await table.put({
      Item: {
        pk: key(voiceId),
        kind: 'voice',
        voice_id: voiceId,
        state: 'live',
        users: { [conversationId]: agentId },
        sample_digest: sampleDigest,
        expires_at: expiresAtS,
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  },
  isOurs: async (voiceId) => (await table.get(key(voiceId), z.object({ voice_id: elevenLabsId }))) !== undefined,
});
