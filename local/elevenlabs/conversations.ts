import * as z from 'zod';
import { type Answer, jsonAnswer } from './answer';
import { conversationBody } from './conversation-body';
import { ApiError } from './errors';
import { apiId, newConversationId } from './ids';
import type { SimulatorState, StoredConversation } from './state';

const conversationStatus = z.enum(['initiated', 'in-progress', 'processing', 'done', 'failed']);

/** Reads a conversation to start with. */
export const conversationSeed = z.strictObject({
  conversationId: apiId.default(newConversationId),
  agentId: apiId,
  status: conversationStatus.default('in-progress'),
  /** Unix seconds. @default now */
  startedAtS: z
    .int()
    .min(0)
    .default(() => Math.floor(Date.now() / 1000)),
  durationS: z.int().min(0).default(0),
  dynamicVariables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  externalNumber: z.string().nullable().default(null),
});

/** A conversation as the simulator is told of it. */
export type ConversationSeed = z.input<typeof conversationSeed>;

/** What of a conversation can change. */
export const conversationChange = z.strictObject({
  status: conversationStatus.exactOptional(),
  durationS: z.int().min(0).exactOptional(),
});

/** A change of a conversation. */
export type ConversationChange = z.input<typeof conversationChange>;

/** Adds a conversation. Throws Error when there is one of that id. */
export const addConversation = (state: SimulatorState, seed: ConversationSeed): StoredConversation => {
  const conversation = conversationSeed.parse(seed);
  if (state.conversations.some(({ conversationId }) => conversationId === conversation.conversationId))
    throw new Error(`The conversation ${conversation.conversationId} exists. Choose another conversationId, or reset.`);
  state.conversations.push(conversation);
  return conversation;
};

/** Changes a conversation. Throws Error when there is none of that id. */
export const changeConversation = (
  state: SimulatorState,
  conversationId: string,
  change: ConversationChange,
): StoredConversation => {
  const index = state.conversations.findIndex((known) => known.conversationId === conversationId);
  const known = state.conversations[index];
  if (known === undefined) throw new Error(`There is no conversation ${conversationId}. Add it first.`);
  const changed = { ...known, ...conversationChange.parse(change) };
  state.conversations[index] = changed;
  return changed;
};

/** `GET /v1/convai/conversations/{conversation_id}`. */
export const getConversation = (state: SimulatorState, conversationId: string): Answer => {
  const found = state.conversations.find((known) => known.conversationId === conversationId);
  if (found !== undefined) return jsonAnswer(200, conversationBody(found));
  const message = `Conversation with id ${conversationId} was not found.`;
  throw new ApiError(404, 'conversation_not_found', message, 'conversation_id');
};
