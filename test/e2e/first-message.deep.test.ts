import { allOverrides } from '../support/calls-stack';
import { until } from '../support/eventually';
import { type PostCallStack, postCallPayload, startPostCallStack } from '../support/postcall-stack';
import { newConversationId, post, preCallEvent } from '../support/sender';

let running: PostCallStack;
const start = async (settings: Readonly<Record<string, string>>) => {
  running = await startPostCallStack({}, settings);
  const overrides = { ...allOverrides.overrides, enable_conversation_initiation_client_data_from_webhook: true };
  running.elevenLabs.addAgent({
    agentId: 'agent_open',
    voiceId: 'ownVoice1',
    firstMessage: 'Hello',
    platformSettings: { overrides },
  });
  running.elevenLabs.changeWorkspace({
    initiationWebhook: {
      url: `${running.stack.url}/webhook/initiation`,
      requestHeaders: { 'X-Precall-Secret': { secretId: 'secret_1' } },
    },
    secrets: { secret_1: 'initiation secret of the tests' },
  });
};
const said = 'Good evening, this is our AI assistant. Your order 4711 is on its way.';
const preCall = async (fields: Record<string, unknown>) => {
  const conversation_id = newConversationId();
  const event = preCallEvent({ conversation_id, agent_id: 'agent_open', ...fields });
  return { conversation_id, ...(await post(running.precallUrl, JSON.stringify(event))) };
};
const firstMessage = () => running.elevenLabs.agent('agent_open').firstMessage;
const recordOf = async (conversation_id: string) => {
  const payload = postCallPayload('transcription', { conversation_id, agent_id: 'agent_open', has_audio: false });
  expect((await post(running.postcallUrl, JSON.stringify(payload))).status).toBe(200);
  return running.finishedCall(conversation_id);
};
const eventOf = (conversation_id: string) =>
  running.aws.busEvents.find(
    ({ detail }) => (detail as Record<string, unknown>)['conversation_id'] === conversation_id,
  );

describe('a pre-call with a first message of its own', () => {
  beforeAll(() => start({ ENABLE_AUDIO_STORAGE: 'true' }));
  afterAll(() => running.close());

  it('given one, then agent, answer, call, record and bus event have it, and the agent gets its own back', async () => {
    const number = '+31612345678';
    const { conversation_id, status, json } = await preCall({
      first_message: said,
      caller_metadata: { name: 'Ada', phone_number: number },
    });

    expect(status).toBe(200);
    expect(firstMessage()).toBe(said);
    expect(json).toMatchObject({ conversation_config_override: { agent: { first_message: said } } });
    const call = { agentId: 'agent_open', callerNumber: number, calledNumber: '+31201234567' };
    const { conversation } = await running.elevenLabs.startInboundCall(call);
    expect(conversation.heard).toEqual({ voiceId: json['voice_id'], firstMessage: said });
    expect(await recordOf(conversation_id)).toMatchObject({ greeting: 'event', voice_id: json['voice_id'] });
    expect(eventOf(conversation_id)).toMatchObject({ detail: { greeting: 'event' } });
    await until(() => firstMessage() === 'Hello');
  });

  it.each([
    ['a variable of ElevenLabs', 'Hello {{name}}'],
    ['a placeholder of ours', 'Hello {own}'],
    ['nothing to say', ' '],
    ['more than 1,000 characters', 'x'.repeat(1_001)],
  ])('given one with %s, then it is refused, and nothing is cloned', async (_given, first_message) => {
    const clones = () => running.elevenLabs.seen.filter(({ operation }) => operation === 'createVoice').length;
    const before = clones();

    const { status, json } = await preCall({ first_message });

    expect([status, json['error_code']]).toEqual([400, 'INVALID_PAYLOAD']);
    expect(json['error_message']).toMatch(/first_message/);
    expect(clones()).toBe(before);
  });
});

describe('where agents keep their own first message', () => {
  beforeAll(() => start({ KEEP_FIRST_MESSAGE: 'true' }));
  afterAll(() => running.close());

  it('given an event with another one, then the agent’s own stays, and the record says so', async () => {
    const { conversation_id, status, json } = await preCall({ first_message: said });

    expect(status).toBe(200);
    expect(firstMessage()).toBe('Hello');
    expect(JSON.stringify(json)).not.toContain(said);
    expect(await recordOf(conversation_id)).toMatchObject({ greeting: 'own' });
  });
});
