import * as z from 'zod';
import type { Deadline } from '../../shared/deadline';
import { type Connection, request } from './request';

const subscription = z.object({
  tier: z.string().nullish(),
  voice_slots_used: z.number().nullish(),
  voice_limit: z.number().nullish(),
  voice_add_edit_counter: z.number().nullish(),
  max_voice_add_edits: z.number().nullish(),
});

const timeoutMs = 3_000;

/** The plan's voice slots and monthly add/edit quota; also the cheapest proof that our key is accepted. */
export const getSubscription = (connection: Connection, deadline: Deadline): Promise<z.infer<typeof subscription>> => {
  const call = { operation: 'get_subscription', method: 'GET', path: '/v1/user/subscription', timeoutMs } as const;
  return request(connection, { ...call, answer: subscription, isRepeatable: true }, deadline);
};
