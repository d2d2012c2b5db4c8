import { GetConversationsPageResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/GetConversationsPageResponseModel';
import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { expectViolations } from '../../support/elevenlabs';
import { agentId, ask, startSimulator } from './simulator-client';

let simulator: ElevenLabsSimulator;

beforeEach(async () => {
  simulator = await startSimulator();
  const add = (id: string, startTimeUnixS: number, status: 'done' | 'failed' | 'in-progress', agent = agentId) =>
    simulator.addConversation({ conversationId: id, agentId: agent, startTimeUnixS, status });
  add('conv_b', 200, 'failed');
  add('conv_a', 100, 'done');
  add('conv_d', 300, 'in-progress');
  add('conv_c', 300, 'done', 'agent_2');
});
afterEach(() => simulator.close());

const list = (query = '') => ask(simulator, 'GET', `/v1/convai/conversations${query}`);
const idsOf = ({ json }: { json: { conversations: { conversation_id: string }[] } }) =>
  json.conversations.map((each) => each.conversation_id.slice(-1)).join('');

describe('GET /v1/convai/conversations', () => {
  it('given conversations, when listed, then the newest are first and the SDK takes the answer', async () => {
    const reply = await list('?page_size=2');

    expect(reply.status).toBe(200);
    expect(idsOf(reply)).toBe('dc');
    expect(reply.json).toMatchObject({ has_more: true, next_cursor: expect.any(String) });
    const parsed = GetConversationsPageResponseModel.parse(reply.json, { unrecognizedObjectKeys: 'passthrough' });
    expect(parsed.ok ? [] : parsed.errors).toEqual([]);
  });

  it.each([
    ['?sort_direction=asc', 'abcd'],
    [`?agent_id=${agentId}`, 'dba'],
    ['?agent_id=nobody', ''],
    ['?call_start_after_unix=200', 'dcb'],
    ['?call_start_before_unix=200', 'ba'],
    ['?call_start_after_unix=101&call_start_before_unix=299', 'b'],
    ['?exclude_statuses=failed', 'dca'],
    ['?exclude_statuses=failed&exclude_statuses=in-progress', 'ca'],
  ])('given %s, when listed, then %s', async (query, ids) => {
    const reply = await list(query);

    expect(idsOf(reply)).toBe(ids);
    expect(reply.json).toMatchObject({ has_more: false, next_cursor: null });
  });

  it.each(['asc', 'desc'])('given pages of one, %s, when one starts in between, then none is missed', async (order) => {
    let seen = '';
    let cursor = '';
    do {
      const reply = await list(`?page_size=1&sort_direction=${order}${cursor}`);
      seen += idsOf(reply);
      cursor = reply.json.has_more === true ? `&cursor=${reply.json.next_cursor}` : '';
      if (seen.length === 1)
        simulator.addConversation({ conversationId: 'conv_x', agentId, startTimeUnixS: order === 'asc' ? 50 : 400 });
    } while (cursor !== '');

    expect(seen).toBe(order === 'asc' ? 'abcd' : 'dcba');
  });

  it('given more than a page, when no size is asked for, then 30 come', async () => {
    for (let n = 0; n < 30; n += 1) simulator.addConversation({ agentId });

    const { json } = await list();

    expect(json.conversations).toHaveLength(30);
    expect(json.has_more).toBe(true);
  });

  it.each([
    ['include', expect.any(String)],
    ['exclude', null],
  ])('given summary_mode=%s, when listed, then what is done has the summary as asked', async (mode, summary) => {
    const { json } = await list(`?summary_mode=${mode}&sort_direction=asc`);

    expect(json.conversations[0]).toMatchObject({
      call_successful: 'success',
      transcript_summary: summary,
      start_time_unix_secs: 100,
    });
  });

  it.each([
    ['?page_size=101', 'page_size'],
    ['?page_size=0', 'page_size'],
    ['?cursor=nonsense', 'cursor'],
    ['?call_start_after_unix=yesterday', 'call_start_after_unix'],
    ['?exclude_statuses=ringing', 'exclude_statuses'],
    ['?sort_direction=up', 'sort_direction'],
    ['?main_languages=nl', 'main_languages'],
  ])('given %s, when listed, then 422 names %s', async (query, name) => {
    const { status, json } = await list(query);

    expect(status).toBe(422);
    expectViolations(simulator, `query.${name}`);
    expect(json.detail[0].loc).toEqual(expect.arrayContaining(['query', name]));
  });
});
