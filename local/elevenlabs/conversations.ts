import * as z from 'zod';
import { describeAgentBody } from './agent-settings';
import { type Answer, jsonAnswer, ApiError } from './answers';
import { conversationBody, conversationSummary } from './conversation-body';
import { list, wholeNumber } from './requests';
import type { SimulatorState, StoredConversation } from './state';
import {
  apiId,
  newCallSid,
  newConversationId,
  jsonObject,
  comparePositions,
  type Position,
  positionToken,
  readPosition,
} from './values';

/** The status of a conversation. The first two statuses mean that it is in progress. */
export const conversationStatus = z.enum(['initiated', 'in-progress', 'processing', 'done', 'failed']);

/** Parses the variables that start a conversation. */
export const dynamicVariables = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const transcript = z.array(
  z.strictObject({ role: z.enum(['user', 'agent']), message: z.string(), timeInCallS: z.int().min(0).default(0) }),
);
/** Up to 1 GB. */
const audioBytes = z.int().min(1024).max(1_000_000_000);

/** Parses an initial conversation. */
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
  userId: z.string().nullable().default(null),
  dynamicVariables: dynamicVariables.default({}),
  configOverride: jsonObject.nullable().default(null),
  heard: z.strictObject({ voiceId: z.string(), firstMessage: z.string() }).nullable().default(null),
  terminationReason: z.string().nullable().default(null),
  transcript: transcript.default([]),
  hasAudio: z.boolean().default(false),
  audioBytes: audioBytes.default(64_000),
});

/** A conversation to add. */
export type ConversationSeed = z.input<typeof conversationSeed>;

/** The fields of a conversation that can change. */
export const conversationChange = z.strictObject({
  status: conversationStatus.exactOptional(),
  durationS: z.int().min(0).exactOptional(),
  terminationReason: z.string().nullable().exactOptional(),
  transcript: transcript.exactOptional(),
  hasAudio: z.boolean().exactOptional(),
  audioBytes: audioBytes.exactOptional(),
});

/** A change to a conversation. */
export type ConversationChange = z.input<typeof conversationChange>;

/** Adds a conversation. Throws Error if it exists. */
export const addConversation = (state: SimulatorState, seed: ConversationSeed): StoredConversation => {
  const parsed = conversationSeed.parse(seed);
  const conversation = { ...parsed, callSid: newCallSid(parsed.provider) };
  if (state.conversations.some(({ conversationId }) => conversationId === conversation.conversationId))
    throw new Error(
      `The conversation ${conversation.conversationId} already exists. Choose another conversationId, or reset.`,
    );
  state.conversations.push(conversation);
  return conversation;
};

/** Changes any field of a conversation except its id. Throws Error if it does not exist. */
export const amendConversation = (
  state: SimulatorState,
  conversationId: string,
  change: Partial<Omit<StoredConversation, 'conversationId'>>,
): StoredConversation => {
  const index = state.conversations.findIndex((known) => known.conversationId === conversationId);
  const known = state.conversations[index];
  if (known === undefined)
    throw new Error(`Conversation ${conversationId} does not exist in the simulator. Add it first.`);
  const changed = { ...known, ...change };
  state.conversations[index] = changed;
  return changed;
};

/** Changes a conversation for a control request. Throws Error if it does not exist. */
export const changeConversation = (
  state: SimulatorState,
  conversationId: string,
  change: ConversationChange,
): StoredConversation => amendConversation(state, conversationId, conversationChange.parse(change));

/** Returns the name of a conversation's agent, or null if the agent does not exist. */
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

/** Handles `GET /v1/convai/conversations/{conversation_id}`. */
export const getConversation = (state: SimulatorState, conversationId: string): Answer => {
  const found = state.conversations.find((known) => known.conversationId === conversationId);
  if (found === undefined) throw conversationNotFound(conversationId);
  return jsonAnswer(200, conversationBody(found, agentNameOf(state, found)));
};

/**
 * Handles `GET /v1/convai/conversations/{conversation_id}/audio`: returns an MP3, or 404 if the conversation has no
 * recording.
 */
export const getConversationAudio = ({ conversations }: SimulatorState, conversationId: string): Answer => {
  const found = conversations.find((known) => known.conversationId === conversationId);
  if (found?.hasAudio !== true) throw conversationNotFound(conversationId);
  const { audioBytes: sizeBytes } = found;
  return { status: 200, headers: { 'content-type': 'audio/mpeg' }, body: { sizeBytes, sentBytes: sizeBytes } };
};

/** Handles `DELETE /v1/convai/conversations/{conversation_id}`. */
export const deleteConversation = (state: SimulatorState, conversationId: string): Answer => {
  const index = state.conversations.findIndex((known) => known.conversationId === conversationId);
  if (index < 0) throw conversationNotFound(conversationId);
  state.conversations.splice(index, 1);
  return jsonAnswer(200, {});
};

/** How often a conversation that ends by itself looks at the clock, which may be moved meanwhile. */
const clockLookMs = 500;

/** Ends a conversation after this time, unless it has already ended or was reset. Does not keep the process alive. */
export const endConversationAfter = (state: SimulatorState, conversationId: string, ms: number): void => {
  const endsAtMs = Date.now() + ms;
  const end = (): void => {
    const status = state.conversations.find((known) => known.conversationId === conversationId)?.status;
    if (status === undefined || status === 'done' || status === 'failed') return;
    amendConversation(state, conversationId, { status: 'done', durationS: Math.ceil(ms / 1000) });
  };
  const wait = (): void => {
    const leftMs = endsAtMs - Date.now();
    if (leftMs <= 0) end();
    else setTimeout(wait, Math.min(leftMs, clockLookMs)).unref();
  };
  wait();
};

const unixS = wholeNumber(0, Number.MAX_SAFE_INTEGER).optional();

/** The query of `GET /v1/convai/conversations`, as far as it is simulated. */
export const listQuery = z.strictObject({
  cursor: z.string().min(1).optional(),
  agent_id: z.string().min(1).optional(),
  user_id: z.string().min(1).optional(),
  page_size: wholeNumber(1, 100).default(30),
  call_start_after_unix: unixS,
  call_start_before_unix: unixS,
  exclude_statuses: list(conversationStatus).default([]),
  sort_direction: z.enum(['asc', 'desc']).default('desc'),
  summary_mode: z.enum(['exclude', 'include']).default('exclude'),
});

/** The query of `GET /v1/convai/conversations`. */
export type ListQuery = z.infer<typeof listQuery>;

const positionOf = ({ startTimeUnixS, conversationId }: StoredConversation): Position => [
  startTimeUnixS,
  conversationId,
];

const selects = ({ agentId, userId, startTimeUnixS, status }: StoredConversation, query: ListQuery): boolean =>
  (query.agent_id ?? agentId) === agentId &&
  (query.user_id ?? userId) === userId &&
  startTimeUnixS >= (query.call_start_after_unix ?? 0) &&
  startTimeUnixS <= (query.call_start_before_unix ?? Infinity) &&
  !query.exclude_statuses.includes(status);

/**
 * Handles `GET /v1/convai/conversations`, sorted by start. Both time bounds are inclusive here; the docs do not specify
 * it. Throws InvalidRequest if the cursor is invalid.
 */
export const listConversations = (state: SimulatorState, query: ListQuery): Answer => {
  const { cursor, page_size: pageSize, summary_mode: summaryMode } = query;
  const sign = query.sort_direction === 'asc' ? 1 : -1;
  const after = cursor === undefined ? undefined : readPosition(cursor, 'cursor');
  const left = state.conversations
    .filter((conversation) => selects(conversation, query))
    .filter((conversation) => after === undefined || sign * comparePositions(positionOf(conversation), after) > 0)
    .sort((a, b) => sign * comparePositions(positionOf(a), positionOf(b)));
  const page = left.slice(0, pageSize);
  const last = page.at(-1);
  const hasMore = left.length > pageSize;
  return jsonAnswer(200, {
    conversations: page.map((conversation) =>
      conversationSummary(conversation, agentNameOf(state, conversation), summaryMode === 'include'),
    ),
    next_cursor: hasMore && last !== undefined ? positionToken(positionOf(last)) : null,
    has_more: hasMore,
  });
};
