import * as z from 'zod';
import type { Deadline } from '../platform/deadline';
import type { Plan } from '../setup/details';
import { lenient } from './lenient';
import { type Connection, request } from './request';

const number = lenient(z.number());
const subscription = z.object({
  voice_slots_used: number,
  voice_limit: number,
  voice_add_edit_counter: number,
  max_voice_add_edits: number,
  can_use_instant_voice_cloning: lenient(z.boolean()),
});

const timeoutMs = 3_000;

/**
 * Reads the plan's voice slots and monthly add/edit quota. It is also the cheapest check of the API key. Throws
 * ElevenLabsError on failure.
 */
export const getSubscription = async (connection: Connection, deadline: Deadline): Promise<Plan> => {
  const plan = await request(
    connection,
    {
      operation: 'get_subscription',
      method: 'GET',
      path: '/v1/user/subscription',
      timeoutMs,
      answer: subscription,
      isRepeatable: true,
    },
    deadline,
  );
  return {
    slotsUsed: plan.voice_slots_used,
    slotLimit: plan.voice_limit,
    addEdits: plan.voice_add_edit_counter,
    addEditLimit: plan.max_voice_add_edits,
    canClone: plan.can_use_instant_voice_cloning,
  };
};
