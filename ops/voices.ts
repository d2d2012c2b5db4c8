import { type Voice, voiceItem } from '../lambdas/voices/voice';
import { type Installation, OperationError } from './installation';
import { itemKey, listItems, readItem } from './ledger';
import { queueDeletion } from './queues';

/** Lists every voice in the ledger, soonest expiry first. Includes deleted voices only with `includesDeleted`. */
export const listVoices = async (
  installation: Installation,
  { includesDeleted = false }: { readonly includesDeleted?: boolean } = {},
): Promise<Voice[]> => {
  const voices: Voice[] = [];
  const listing = includesDeleted ? {} : { exceptState: 'deleted' };
  for await (const item of listItems(installation, 'voice', voiceItem, listing))
    if (includesDeleted || item.state !== 'deleted') voices.push(item);
  return voices;
};

/** Returns one voice. Throws OperationError if the ledger does not have it. */
export const showVoice = async (installation: Installation, voiceId: string): Promise<Voice> => {
  const found = await readItem(installation, itemKey('voice', voiceId), voiceItem);
  if (found !== undefined) return found;
  throw new OperationError(
    'not_found',
    `The ledger has no voice ${voiceId}. It was deleted more than a day ago, or is not of ${installation.title}.`,
  );
};

/**
 * Queues the deletion of a voice, even if it is in use. Precall then treats its calls as ended, and their agents get
 * their own voices back. Throws OperationError if the voice is unknown or already deleted.
 */
export const deleteVoice = async (installation: Installation, voiceId: string): Promise<Voice> => {
  const found = await showVoice(installation, voiceId);
  if (found.state === 'deleted') throw new OperationError('refused', `The voice ${voiceId} is deleted already.`);
  await queueDeletion(installation, { reason: 'caller_erased', voice_id: voiceId });
  return found;
};
