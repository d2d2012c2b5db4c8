import * as z from 'zod';
import { type Answer, jsonAnswer } from './answer';
import { conversationSummary } from './conversation-body';
import { agentNameOf, conversationStatus } from './conversations';
import { comparePositions, type Position, positionToken, readPosition } from './page-position';
import { list, wholeNumber } from './requests';
import type { SimulatorState, StoredConversation } from './state';

const unixS = wholeNumber(0, Number.MAX_SAFE_INTEGER).optional();

/** The query of `GET /v1/convai/conversations`, as far as it is simulated. */
export const listQuery = z.strictObject({
  cursor: z.string().min(1).optional(),
  agent_id: z.string().min(1).optional(),
  page_size: wholeNumber(1, 100).default(30),
  call_start_after_unix: unixS,
  call_start_before_unix: unixS,
  exclude_statuses: list(conversationStatus).default([]),
  sort_direction: z.enum(['asc', 'desc']).default('desc'),
  summary_mode: z.enum(['exclude', 'include']).default('exclude'),
});

/** What `GET /v1/convai/conversations` is asked for. */
export type ListQuery = z.infer<typeof listQuery>;

const positionOf = ({ startTimeUnixS, conversationId }: StoredConversation): Position => [
  startTimeUnixS,
  conversationId,
];

const selects = ({ agentId, startTimeUnixS, status }: StoredConversation, query: ListQuery): boolean =>
  (query.agent_id ?? agentId) === agentId &&
  startTimeUnixS >= (query.call_start_after_unix ?? 0) &&
  startTimeUnixS <= (query.call_start_before_unix ?? Infinity) &&
  !query.exclude_statuses.includes(status);

/**
 * `GET /v1/convai/conversations`, by the start of the conversation. Both bounds of that are inclusive, which the docs leave open.
 * Throws InvalidRequest for a cursor that is none.
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
