import * as z from 'zod';
import type { Deadline } from '../platform/deadline';
import { elevenLabsId } from '../platform/ids';
import { ElevenLabsError, isMissing } from './errors';
import { deletionAnswer } from './lenient';
import { type Connection, request } from './request';

const conversation = z.object({ status: z.string() });

const conversationSummary = z.object({
  conversation_id: elevenLabsId,
  status: z.string(),
  start_time_unix_secs: z.number(),
  call_duration_secs: z.number().nullish(),
});
const conversationPage = z.object({
  conversations: z.array(z.unknown()),
  has_more: z.boolean().nullish(),
  next_cursor: z.string().nullish(),
});

/** A short description of an agent's conversation. */
export type ConversationSummary = z.infer<typeof conversationSummary>;

const timeoutMs = 5_000;
const pageSize = 100;

/** States of a conversation that is not over. `processing`, `done`, `failed` and any other state come after its end. */
const goingOn = ['initiated', 'in-progress'];

/** Returns whether a conversation is live or over, or `unknown` to ElevenLabs. Throws ElevenLabsError on failure. */
export const callStatus = async (
  connection: Connection,
  conversationId: string,
  deadline: Deadline,
): Promise<'live' | 'over' | 'unknown'> => {
  try {
    const { status } = await request(
      connection,
      {
        operation: 'get_conversation',
        method: 'GET',
        path: `/v1/convai/conversations/${conversationId}`,
        timeoutMs,
        answer: conversation,
        isRepeatable: true,
      },
      deadline,
    );
    return isLiveStatus(status) ? 'live' : 'over';
  } catch (error) {
    if (error instanceof ElevenLabsError && error.kind === 'refused') return 'unknown';
    throw error;
  }
};

/** Returns whether a conversation is live. An unknown one is not. Throws ElevenLabsError on failure. */
export const isConversationLive = async (
  connection: Connection,
  conversationId: string,
  deadline: Deadline,
): Promise<boolean> => (await callStatus(connection, conversationId, deadline)) === 'live';

/** Reads the full conversation in the format of the event's `data`. Throws ElevenLabsError on failure. */
export const getConversation = (
  connection: Connection,
  conversationId: string,
  deadline: Deadline,
): Promise<Record<string, unknown>> => {
  return request(
    connection,
    {
      operation: 'get_conversation',
      method: 'GET',
      path: `/v1/convai/conversations/${conversationId}`,
      timeoutMs,
      answer: z.record(z.string(), z.unknown()),
      isRepeatable: true,
    },
    deadline,
  );
};

/**
 * Deletes a conversation with its transcript and recording. Returns `gone` if ElevenLabs does not know the id. Throws
 * ElevenLabsError on failure.
 */
export const deleteConversation = async (
  connection: Connection,
  conversationId: string,
  deadline: Deadline,
): Promise<'deleted' | 'gone'> => {
  try {
    await request(
      connection,
      {
        operation: 'delete_conversation',
        method: 'DELETE',
        path: `/v1/convai/conversations/${conversationId}`,
        timeoutMs,
        answer: deletionAnswer,
        isRepeatable: true,
      },
      deadline,
    );
    return 'deleted';
  } catch (error) {
    if (isMissing(error, 'conversation', 'document')) return 'gone';
    throw error;
  }
};

/** Returns whether a conversation with this status is live, however the status is written. */
export const isLiveStatus = (status: string): boolean =>
  goingOn.includes(status.trim().toLowerCase().replace(/[_ ]/g, '-'));

/** Selects an agent's conversations. Both times are those of the call's start, in unix seconds. */
export interface ConversationFilter {
  readonly agentId: string;
  /** @default every user */
  readonly userId?: string | undefined;
  readonly startedAfterS: number;
  /** @default no limit */
  readonly startedBeforeS?: number | undefined;
}

/** A page of a list. An item is undefined if it cannot be read. */
export type ConversationPage = readonly (ConversationSummary | undefined)[];

/**
 * Lists an agent's conversations page by page, newest first, up to 100 a page. Throws ElevenLabsError on failure.
 */
export const listConversations = (
  connection: Connection,
  { agentId, userId, startedAfterS, startedBeforeS }: ConversationFilter,
  deadline: Deadline,
): AsyncIterable<ConversationPage> =>
  pages(
    connection,
    {
      agent_id: agentId,
      call_start_after_unix: String(startedAfterS),
      ...(userId !== undefined && { user_id: userId }),
      ...(startedBeforeS !== undefined && { call_start_before_unix: String(startedBeforeS) }),
    },
    deadline,
  );

/**
 * Lists the conversations with this user id that started after `startedAfterS` (unix seconds), on all pages. Yields
 * undefined for each conversation that cannot be read. Throws ElevenLabsError on failure.
 */
export const listConversationsOfUser = async function* (
  connection: Connection,
  userId: string,
  deadline: Deadline,
  startedAfterS?: number,
): AsyncIterable<ConversationSummary | undefined> {
  const after = startedAfterS === undefined ? {} : { call_start_after_unix: String(startedAfterS) };
  for await (const page of pages(connection, { user_id: userId, ...after }, deadline)) yield* page;
};

const pages = async function* (
  connection: Connection,
  filter: Readonly<Record<string, string>>,
  deadline: Deadline,
): AsyncIterable<ConversationPage> {
  let cursor: string | null | undefined;
  do {
    const query = new URLSearchParams({ ...filter, page_size: String(pageSize), ...(cursor != null && { cursor }) });
    const page = await request(
      connection,
      {
        operation: 'list_conversations',
        method: 'GET',
        path: `/v1/convai/conversations?${query.toString()}`,
        timeoutMs,
        answer: conversationPage,
        isRepeatable: true,
      },
      deadline,
    );
    yield page.conversations.map((each) => conversationSummary.safeParse(each).data);
    cursor = page.has_more === true ? page.next_cursor : undefined;
  } while (cursor != null);
};
