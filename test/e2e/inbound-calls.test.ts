import { type CallsStack, allOverrides, startCallsStack } from '../support/calls-stack';
import { eventually } from '../support/eventually';
import { spokenSample } from '../support/samples';
import { post } from '../support/sender';

const number = '+31612345678';
let calls: CallsStack;

beforeAll(async () => {
  calls = await startCallsStack();
  const fromWebhook = { enable_conversation_initiation_client_data_from_webhook: true };
  calls.elevenLabs.addAgent({
    agentId: 'agent_inbound',
    voiceId: 'ownVoice1',
    firstMessage: 'Hello',
    platformSettings: { overrides: { ...allOverrides.overrides, ...fromWebhook } },
  });
  calls.elevenLabs.changeWorkspace({
    initiationWebhook: {
      url: `${calls.running.stack.url}/webhook/initiation`,
      requestHeaders: { 'X-Precall-Secret': 'initiation secret of the tests' },
    },
  });
});
afterAll(() => calls.close());

const ring = (callerNumber = number) =>
  calls.elevenLabs.startInboundCall({ agentId: 'agent_inbound', callerNumber, calledNumber: '+31201234567' });

describe('a call that ElevenLabs asks about while it rings', () => {
  it('given an enrolled caller, then the first call starts without a voice, and a later one with the caller’s own', async () => {
    const data = spokenSample('caller.wav').toString('base64');
    const enrolment = {
      type: 'caller_enrol',
      phone_number: number,
      name: 'Ada',
      voice_sample: { format: 'base64', data },
    };
    expect((await post(`${calls.running.stack.url}/callers`, JSON.stringify(enrolment))).status).toBe(200);

    const first = await ring();
    const later = await eventually(async () => {
      const { conversation } = await ring();
      return conversation.configOverride === null ? undefined : conversation;
    });

    expect(first.conversation).toMatchObject({ status: 'in-progress', configOverride: null });
    expect(later).toMatchObject({
      status: 'in-progress',
      configOverride: {
        tts: { voice_id: calls.elevenLabs.state.voices.find(({ category }) => category === 'cloned')?.voiceId },
        agent: { first_message: 'Hallo Ada, fijn dat je belt!' },
      },
    });
    const clones = calls.elevenLabs.state.voices.filter(({ category }) => category === 'cloned');
    expect(clones).toHaveLength(1);
    expect(calls.elevenLabs.state.agents.map(({ versionCount }) => versionCount)).toEqual([1, 1]);
  });

  it('given a stranger, then the call starts as the agent is', async () => {
    const { conversation, webhook } = await ring('+31687654321');

    expect(webhook?.status).toBe(200);
    expect(conversation).toMatchObject({ status: 'in-progress', configOverride: null });
  });
});
