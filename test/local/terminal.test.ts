import { readableLines } from '../../local/terminal';

const taken = { event: 'agent_activation_superseded', level: 'WARN', timestamp: '2026-01-02T03:04:05.678Z' };

describe('the lines in the terminal', () => {
  it('given a call that takes the agent over, then one line names both calls, and the other event has none', () => {
    const lineOf = readableLines();

    expect(lineOf({ ...taken, conversation_id: 'conv_2', superseded_conversation_id: 'conv_1' })).toBe(
      '  03:04:05                  takes the agent over from conv_1, whose caller hears this voice from now on  · conv_2',
    );
    expect(lineOf({ ...taken, conversation_id: 'conv_1', superseding_conversation_id: 'conv_2' })).toBeUndefined();
  });
});
