import { readInitiation } from '../../lambdas/initiation/initiation';

describe('readInitiation', () => {
  it('given a request with fields that nobody knows, when read, then what is used is taken', () => {
    const request = {
      caller_id: '+31612345678',
      called_number: '+31850000000',
      agent_id: 'agent_1',
      call_sid: '',
      conversation_id: 'conv_1',
      sip_headers: { 'X-Foo': null },
    };

    expect(readInitiation(request)).toEqual({
      callerId: '+31612345678',
      calledNumber: '+31850000000',
      agentId: 'agent_1',
      conversationId: 'conv_1',
    });
  });

  it('given a number that JSON holds as one, when read, then it is the caller', () => {
    expect(readInitiation({ caller_id: 31612345678 }).callerId).toBe('31612345678');
  });

  it.each([
    ['null', null],
    ['a text', 'x'],
    ['a list', [{ agent_id: 'agent_1' }]],
    ['nulls', { caller_id: null, agent_id: null, conversation_id: null }],
    ['other types', { caller_id: [31612345678], agent_id: {}, conversation_id: [] }],
    ['paths for ids', { agent_id: '../x', conversation_id: 'a/b' }],
    ["an object's own parts for ids", { agent_id: '__proto__', conversation_id: 'constructor' }],
  ])('given %s, when read, then nothing is taken of it', (_given, json) => {
    expect(readInitiation(json)).toEqual({
      callerId: undefined,
      calledNumber: undefined,
      agentId: undefined,
      conversationId: undefined,
    });
  });
});
