import * as z from 'zod';
import { describeAgentBody } from './agent-settings';
import { type Answer, jsonAnswer } from './answers';
import { wholeNumber } from './requests';
import type { SimulatorState, StoredAgent } from './state';
import { type JsonObject, positionToken, readPosition } from './values';

const flag = z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' });

/** The query of `GET /v1/convai/agents`, as far as it is simulated. */
export const agentListQuery = z.strictObject({
  page_size: wholeNumber(1, 100).default(30),
  archived: flag.default(false),
  cursor: z.string().min(1).optional(),
});

const archivedField = z.object({ platform_settings: z.object({ archived: z.boolean().nullish() }).nullish() });

const isArchived = ({ body }: StoredAgent): boolean => archivedField.parse(body).platform_settings?.archived === true;

const summaryOf = (agent: StoredAgent): JsonObject => {
  const { name, voiceId } = describeAgentBody(agent.body);
  return {
    agent_id: agent.agentId,
    name: name ?? '',
    voice_id: voiceId,
    tags: [],
    created_at_unix_secs: 0,
    access_info: agent.body['access_info'] ?? null,
    last_call_time_unix_secs: null,
    archived: isArchived(agent),
    field_of_a_later_release: null,
  };
};

/** Returns a page of the agents, by id. */
export const listAgents = (
  { agents }: SimulatorState,
  { page_size, archived, cursor }: z.output<typeof agentListQuery>,
): Answer => {
  const [, after = ''] = cursor === undefined ? [] : readPosition(cursor, 'cursor');
  const wanted = agents.filter((agent) => isArchived(agent) === archived && agent.agentId > after);
  const sorted = wanted.sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
  const page = sorted.slice(0, page_size);
  const last = page.at(-1);
  const hasMore = sorted.length > page.length;
  return jsonAnswer(200, {
    agents: page.map(summaryOf),
    next_cursor: hasMore && last !== undefined ? positionToken([0, last.agentId]) : null,
    has_more: hasMore,
  });
};
