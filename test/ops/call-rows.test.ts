import { storedCall } from '../../lambdas/calls/stored-call';
import { isClaimed, threeCxCall } from '../../lambdas/three-cx/three-cx-call';
import { conversationItem } from '../../lambdas/voices/conversation';
import { type CallFacts, callRows } from '../../ops/call-rows';

const expires_at = 2_000_000_000;
const work = { attempt: 'a', samples: [], voice_id: 'voice_1', voice_expires_at: expires_at };
const preCall = (id: string, taker?: string) =>
  conversationItem.parse({
    conversation_id: id,
    agent_id: 'agent_1',
    signed_at: 1000,
    expires_at,
    work: taker === undefined ? { ...work, state: 'ready' } : { ...work, state: 'taken', call: taker, taken_at: 1001 },
  });
const took = (id: string, preCallId: string) =>
  conversationItem.parse({ conversation_id: id, took: preCallId, expires_at });
const ended = (id: string) => conversationItem.parse({ conversation_id: id, ended_at: 1_060_000, expires_at });
const record = (id: string, fields: Record<string, unknown> = {}) =>
  storedCall.parse({ record_id: id, conversation_id: id, outcome: 'completed', expires_at, ...fields });
const started = (id: string) => ({ id, atMs: 1_000_500, agentId: 'agent_1' });

const listed = (facts: Partial<Omit<CallFacts, 'records'>> & { readonly reports?: ReturnType<typeof record>[] }) => {
  const { reports = [], ...others } = facts;
  const records = new Map(reports.map((each) => [each.record_id, each]));
  const rows = callRows({ conversations: [], threeCx: [], legs: new Map(), started: [], ...others, records });
  return rows.map(({ id, otherIds, state }) => [id, [...otherIds].sort().join(), state]);
};

describe('the list of calls', () => {
  it.each<[string, Parameters<typeof listed>[0], string[][]]>([
    ['a pre-call', { conversations: [preCall('pre')] }, [['pre', '', 'under way']]],
    ['a call without a pre-call', { started: [started('conv')] }, [['conv', '', 'under way']]],
    [
      'a call without a pre-call that ended',
      { started: [started('conv')], conversations: [ended('conv')], reports: [record('conv')] },
      [['conv', '', 'completed']],
    ],
    [
      'a call that took its pre-call',
      { conversations: [preCall('pre', 'conv'), took('conv', 'pre')], started: [started('conv')] },
      [['pre', 'conv', 'under way']],
    ],
    [
      'a call that is about to be linked to the pre-call that it took',
      { conversations: [preCall('pre', 'conv')], started: [started('conv')] },
      [['pre', 'conv', 'under way']],
    ],
    [
      'a pre-call that a later call took over',
      { conversations: [preCall('pre', 'conv_b'), took('conv_a', 'pre'), took('conv_b', 'pre')] },
      [
        ['pre', 'conv_b', 'under way'],
        ['conv_a', '', 'over: a later call took its pre-call'],
      ],
    ],
    [
      'a call whose end names its pre-call',
      {
        conversations: [preCall('pre'), ended('conv')],
        reports: [record('conv', { precall_conversation_id: 'pre' })],
      },
      [['pre', 'conv', 'completed']],
    ],
    [
      'a flat call',
      { reports: [record('digest', { conversation_id: null, event_timestamp: 1060 })] },
      [['digest', '', 'completed']],
    ],
  ])('given %s, then it has one row', (_what, facts, rows) => {
    expect(listed(facts)).toEqual(rows);
  });

  it('given a 3CX call with a greeting and two agent calls, then it has one row, with the state of the last', () => {
    const leg = { state: 'placed', conversation_id: 'leg_3', is_redial: true };
    const claimed = { call: 'digest', threecx_call_id: '3cx-1', received_at: 1_000_000, expires_at };
    const call = threeCxCall.parse({ ...claimed, state: 'scheduled', agent_call: leg });
    const facts = {
      threeCx: isClaimed(call) ? [call] : [],
      legs: new Map(['leg_1', 'leg_2', 'leg_3'].map((id) => [id, 'digest'])),
      conversations: [ended('leg_1'), ended('leg_2')],
      started: [started('leg_3')],
    };

    expect(listed(facts)).toEqual([['3cx-1', 'leg_1,leg_2,leg_3', '3CX: agent call placed']]);
    expect(
      listed({ ...facts, conversations: [...facts.conversations, ended('leg_3')], reports: [record('leg_3')] }),
    ).toEqual([['3cx-1', 'leg_1,leg_2,leg_3', '3CX: completed']]);
  });
});
