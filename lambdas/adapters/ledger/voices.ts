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
  /**
   * Makes a voice durable as live and used by this conversation until its expiry; one that is recorded already gets the user
   * and the later expiry. False when it is being deleted: nothing leaves that state.
   */
  keep(voice: NewVoice): Promise<boolean>;
  /** Whether we made this voice. */
  isOurs(voiceId: string): Promise<boolean>;
}

const key = (voiceId: string): string => `VOICE#${voiceId}`;

/** The voices of this ledger. */
export const voices = (table: LedgerTable): Voices => ({
  keep: async (voice) => (await insert(table, voice)) || addUser(table, voice),
  isOurs: async (voiceId) => (await table.get(key(voiceId), z.object({ voice_id: elevenLabsId }))) !== undefined,
});

const insert = (table: LedgerTable, voice: NewVoice): Promise<boolean> =>
  table.put({
    Item: {
      pk: key(voice.voiceId),
      kind: 'voice',
      voice_id: voice.voiceId,
      state: 'live',
      users: { [voice.conversationId]: voice.agentId },
      sample_digest: voice.sampleDigest,
      expires_at: voice.expiresAtS,
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  });

const addUser = (table: LedgerTable, { voiceId, conversationId, agentId, expiresAtS }: NewVoice): Promise<boolean> =>
  table.update(key(voiceId), {
    UpdateExpression: 'SET #users.#conversation = :agent, expires_at = :expiry',
    ConditionExpression: '#state = :live',
    ExpressionAttributeNames: { '#users': 'users', '#conversation': conversationId, '#state': 'state' },
    ExpressionAttributeValues: { ':agent': agentId, ':expiry': expiresAtS, ':live': 'live' },
  });
