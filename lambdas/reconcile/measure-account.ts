import { getSubscription } from '../elevenlabs/subscription';
import type { Deadline } from '../platform/deadline';
import type { ReconcileDeps } from './deps';

const percent = (used: number, limit: number): number => Math.round((100 * used) / limit);

/** Counts the voices that are alive in the ledger, and how much of the plan's voice slots and monthly voice changes is used. Throws ElevenLabsError, 503. */
export const measureAccount = async (
  deadline: Deadline,
  { voices, elevenLabs, meter, log }: ReconcileDeps,
): Promise<void> => {
  let alive = 0;
  for await (const { state } of voices.list()) if (state !== 'deleted') alive += 1;
  meter.count('VoicesAlive', alive);
  const { slotsUsed, slotLimit, addEdits, addEditLimit } = await getSubscription(elevenLabs, deadline);
  if (slotsUsed !== undefined && slotLimit !== undefined && slotLimit > 0)
    meter.count('VoiceSlotsUsedPercent', percent(slotsUsed, slotLimit));
  if (addEdits !== undefined && addEditLimit !== undefined && addEditLimit > 0)
    meter.count('VoiceEditsUsedPercent', percent(addEdits, addEditLimit));
  log.info('account_measured', { voices_alive: alive, slots_used: slotsUsed, edits_used: addEdits });
};
