import * as z from 'zod';
import type { Answer } from './exchange';
import type { JsonObject } from './read-input';
import type { Recording } from './recording';
import type { SendOptions } from './send-options';
import type { Surroundings } from './surroundings';
import { upload } from './upload';
import { WrongUse } from './wrong-use';

/** The finished uploads, and the response that stopped them, if any. */
export interface Uploads {
  readonly uploadIds: readonly string[];
  readonly endedBy: Answer | undefined;
}

/**
 * Uploads the recordings for the event's conversation, one after the other. Throws WrongUse for invalid input, and
 * Unreachable if no response arrives.
 */
export const uploadAll = async (
  recordings: readonly Recording[],
  event: JsonObject,
  { endpoints, secret, timeoutS, isInvalid }: SendOptions,
  surroundings: Surroundings,
): Promise<Uploads> => {
  const conversationId = z.string().safeParse(event['conversation_id']).data;
  if (conversationId === undefined) throw new WrongUse("An upload needs the payload's conversation_id as a text.");
  const uploadIds: string[] = [];
  for (const recording of recordings) {
    const { consent } = event;
    const terms = { url: endpoints.uploads, conversationId, consent, secret, timeoutS, isInvalid };
    const outcome = await upload(recording, terms, surroundings);
    if (!outcome.uploaded) return { uploadIds, endedBy: outcome.answer };
    uploadIds.push(outcome.uploadId);
  }
  return { uploadIds, endedBy: undefined };
};
