import * as z from 'zod';
import { describeAgentBody } from './agent-body';
import { type Answer, jsonAnswer } from './answer';
import { conversationBody } from './conversation-body';
import { ApiError } from './errors';
import { apiId, newCallSid, newConversationId } from './ids';
import { jsonObject } from './json';
import type { SimulatorState, StoredConversation } from './state';

/** Reads the state of a conversation; the first two are those of one that goes on. */
export const conversationStatus = z.enum(['initiated', 'in-progress', 'processing', 'done', 'failed']);

/** Reads the variables that a conversation is started with. */
export const dynamicVariables = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const transcript = z.array(
  z.strictObject({ role: z.enum(['user', 'agent']), message: z.string(), timeInCallS: z.int().min(0).default(0) }),
);
/** Up to 1 GB. */
const audioBytes = z.int().min(1024).max(1_000_000_000);

/** Reads a conversation to start with. */
export const conversationSeed = z.strictObject({
  conversationId: apiId.default(newConversationId),
  agentId: apiId,
  status: conversationStatus.default('in-progress'),
  /** @default now */
  startTimeUnixS: z
    .int()
    .min(0)
    .default(() => Math.floor(Date.now() / 1000)),
  durationS: z.int().min(0).default(0),
  direction: z.enum(['inbound', 'outbound']).default('inbound'),
  provider: z.enum(['twilio', 'sip_trunk']).default('sip_trunk'),
  externalNumber: z.string().nullable().default(null),
  agentNumber: z.string().default('+31201234567'),
  dynamicVariables: dynamicVariables.default({}),
  configOverride: jsonObject.nullable().default(null),
  terminationReason: z.string().nullable().default(null),
  transcript: transcript.default([]),
  hasAudio: z.boolean().default(false),
  audioBytes: audioBytes.default(64_000),
});

/** A conversation as the simulator is told of it. */
export type ConversationSeed = z.input<typeof conversationSeed>;

/** What of a conversation can change. */
export const conversationChange = z.strictObject({
  status: conversationStatus.exactOptional(),
  durationS: z.int().min(0).exactOptional(),
  terminationReason: z.string().nullable().exactOptional(),
  transcript: transcript.exactOptional(),
  hasAudio: z.boolean().exactOptional(),
  audioBytes: audioBytes.exactOptional(),
});

/** A change of a conversation. */
export type ConversationChange = z.input<typeof conversationChange>;

/** Adds a conversation. Throws Error when there is one of that id. */
export const addConversation = (state: SimulatorState, seed: ConversationSeed): StoredConversation => {
  const parsed = conversationSeed.parse(seed);
  const conversation = { ...parsed, callSid: newCallSid(parsed.provider) };
  if (state.conversations.some(({ conversationId }) => conversationId === conversation.conversationId))
    throw new Error(`The conversation ${conversation.conversationId} exists. Choose another conversationId, or reset.`);
  state.conversations.push(conversation);
  return conversation;
};

/** Changes anything of a conversation but its id. Throws Error when there is none of that id. */
export const amendConversation = (
  state: SimulatorState,
  conversationId: string,
  change: Partial<Omit<StoredConversation, 'conversationId'>>,
): StoredConversation => {
  const index = state.conversations.findIndex((known) => known.conversationId === conversationId);
  const known = state.conversations[index];
  if (known === undefined) throw new Error(`There is no conversation ${conversationId}. Add it first.`);
  const changed = { ...known, ...change };
  state.conversations[index] = changed;
  return changed;
};

/** Changes a conversation from outside. Throws Error when there is none of that id. */
export const changeConversation = (
  state: SimulatorState,
  conversationId: string,
  change: ConversationChange,
): StoredConversation => amendConversation(state, conversationId, conversationChange.parse(change));

/** The name of a conversation's agent; null when that agent does not exist. */
export const agentNameOf = ({ agents }: SimulatorState, { agentId }: StoredConversation): string | null => {
  const agent = agents.find((known) => known.agentId === agentId);
  return agent === undefined ? null : describeAgentBody(agent.body).name;
};

const conversationNotFound = (conversationId: string): ApiError =>
  new ApiError(
    404,
    'conversation_not_found',
    `Conversation with id ${conversationId} was not found.`,
    'conversation_id',
  );

/** `GET /v1/convai/conversations/{conversation_id}`. */
export const getConversation = (state: SimulatorState, conversationId: string): Answer => {
  const found = state.conversations.find((known) => known.conversationId === conversationId);
  if (found === undefined) throw conversationNotFound(conversationId);
  return jsonAnswer(200, conversationBody(found, agentNameOf(state, found)));
};

/** `GET /v1/convai/conversations/{conversation_id}/audio`: an MP3. 404 also for a conversation that has no recording. */
export const getConversationAudio = ({ conversations }: SimulatorState, conversationId: string): Answer => {
  const found = conversations.find((known) => known.conversationId === conversationId);
  if (found?.hasAudio !== true) throw conversationNotFound(conversationId);
  const { audioBytes: sizeBytes } = found;
  return { status: 200, headers: { 'content-type': 'audio/mpeg' }, body: { sizeBytes, sentBytes: sizeBytes } };
};
