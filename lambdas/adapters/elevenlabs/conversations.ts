import * as z from 'zod';
import type { Deadline } from '../../shared/deadline';
import { ElevenLabsError } from './errors';
import { type Connection, request } from './request';

const conversation = z.object({ status: z.string() });

const timeoutMs = 5_000;

/** Of a conversation that still goes on; `processing`, `done`, `failed` and what else there may be come after its end. */
const goingOn = ['initiated', 'in-progress'];

/** Whether ElevenLabs says that this conversation goes on; one that it does not know does not. */
export const isConversationLive = async (
  connection: Connection,
  conversationId: string,
  deadline: Deadline,
): Promise<boolean> => {
  const call = {
    operation: 'get_conversation',
    method: 'GET',
    path: `/v1/convai/conversations/${conversationId}`,
    timeoutMs,
  } as const;
  try {
    const { status } = await request(connection, { ...call, answer: conversation, isRepeatable: true }, deadline);
    return goingOn.includes(status);
  } catch (error) {
    if (error instanceof ElevenLabsError && error.kind === 'refused') return false;
    throw error;
  }
};
