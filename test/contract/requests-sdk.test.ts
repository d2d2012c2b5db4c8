import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js';
import { UpdateAgentRequest } from '@elevenlabs/elevenlabs-js/serialization/resources/conversationalAi/resources/agents/client/requests/UpdateAgentRequest';
import { BodyHandleAnOutboundCallViaSipTrunkV1ConvaiSipTrunkOutboundCallPost as SipTrunkCall } from '@elevenlabs/elevenlabs-js/serialization/resources/conversationalAi/resources/sipTrunk/client/requests/BodyHandleAnOutboundCallViaSipTrunkV1ConvaiSipTrunkOutboundCallPost';
import { BodyHandleAnOutboundCallViaTwilioV1ConvaiTwilioOutboundCallPost as TwilioCall } from '@elevenlabs/elevenlabs-js/serialization/resources/conversationalAi/resources/twilio/client/requests/BodyHandleAnOutboundCallViaTwilioV1ConvaiTwilioOutboundCallPost';
import { patchAgentVoice } from '../../lambdas/elevenlabs/agents';
import { placeCall } from '../../lambdas/elevenlabs/outbound-calls';
import type { Connection } from '../../lambdas/elevenlabs/request';
import { createVoice } from '../../lambdas/elevenlabs/voices';
import { deadlineAt } from '../../lambdas/platform/deadline';
import { allOverrides } from '../support/calls-stack';
import { expectViolations, startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { recordingLog } from '../support/recording-log';
import { measuredSample, spokenSample } from '../support/samples';

const clone = {
  name: 'Ivan_Clone_20251210_123456_0badcafe',
  description: 'Instant clone for conversation conv_1 [precall/0011223344556677]',
};
const deadline = () => deadlineAt(Date.now() + 5000, Date.now);
let elevenLabs: TestElevenLabs;
let connection: Connection;

beforeAll(async () => {
  elevenLabs = await startElevenLabs({
    apiKey: 'sk',
    agents: [
      {
        agentId: 'agent_1',
        voiceId: 'own',
        firstMessage: 'Hi',
        platformSettings: allOverrides,
      },
    ],
  });
  connection = { baseUrl: elevenLabs.url, apiKey: () => Promise.resolve('sk'), log: recordingLog() };
});

afterAll(async () => {
  await elevenLabs.close();
});

const fields = (index: number) =>
  elevenLabs.seen[index]!.form.map(({ name, bytes, mimeType }) => ({
    name,
    value: name === 'files' ? bytes.length : bytes.toString(),
    mimeType,
  })).sort((a, b) => a.name.localeCompare(b.name));

describe('what we send to ElevenLabs, beside the official SDK', () => {
  it('given the PATCH of an agent, when parsed by the strict schema of the SDK, then it is valid, whole and unchanged', async () => {
    const pair = { voice_id: 'voice1', first_message: 'Hallo Ivan' };
    const beforeRepeat = () => Promise.resolve();
    await patchAgentVoice(connection, { agentId: 'agent_1', pair, description: 'A call', beforeRepeat }, deadline());

    const sent = elevenLabs.seen.at(-1)!.json as Record<string, unknown>;
    const parsed = UpdateAgentRequest.parse(sent, { unrecognizedObjectKeys: 'fail' });
    expect(parsed).toMatchObject({ ok: true });
    expect(parsed.ok && UpdateAgentRequest.json(parsed.value)).toEqual({ ok: true, value: sent });
  });

  it('given the naive path agent.voice, when parsed by the same schema, then it is not valid: the check can fail', () => {
    const naive = { conversation_config: { agent: { voice: { voice_id: 'voice1' } } } };

    const parsed = UpdateAgentRequest.parse(naive, {
      unrecognizedObjectKeys: 'fail',
    });

    expect(parsed).toMatchObject({ ok: false });
  });

  it.each([
    ['sip_trunk', SipTrunkCall],
    ['twilio', TwilioCall],
  ] as const)(
    'given a call by %s, when parsed by the strict schema of the SDK, then it is valid and unchanged',
    async (transport, schema) => {
      const call = {
        transport,
        agentId: 'agent_1',
        phoneNumberId: 'phnum_1',
        toNumber: '+31612345678',
        override: {
          tts: { voice_id: 'own' },
          agent: { first_message: 'Hallo Ivan' },
          conversation: { max_duration_seconds: 35 },
        },
        dynamicVariables: { caller_number: '+31612345678', threecx_call_id: '3cx-1', voice_id: 'own' },
        userId: 'f'.repeat(64),
        ringingS: 35,
      };

      const { conversationId, callId } = await placeCall(connection, call, deadline());

      const sent = elevenLabs.seen.at(-1)!.json;
      const parsed = schema.parse(sent, { unrecognizedObjectKeys: 'fail' });
      expect(parsed).toMatchObject({ ok: true });
      expect(parsed.ok && schema.json(parsed.value as never)).toEqual({ ok: true, value: sent });
      expect(callId).toBe(conversationId);
    },
  );

  it("given a clone, when compared with the SDK's own recorded request, then fields and values are the same", async () => {
    const sdk = new ElevenLabsClient({ apiKey: 'sk', baseUrl: elevenLabs.url });
    const first = elevenLabs.seen.length;
    const file = { data: spokenSample('caller.wav'), filename: 'sample-1.wav', contentType: 'audio/wav' };
    await sdk.voices.ivc
      .create({ ...clone, files: [file] }, { maxRetries: 0 })
      .then(() => expectViolations(elevenLabs, /header x-fern-/)); // the SDK's own
    const second = elevenLabs.seen.length;
    await createVoice(connection, { ...clone, samples: [measuredSample()] }, deadline());

    const [theirs, ours] = [fields(first), fields(second)];
    expect(ours).toEqual(theirs);
    expect(ours.map(({ name }) => name)).toEqual(['description', 'files', 'name']);
    expect(elevenLabs.seen[second]!.path).toBe(elevenLabs.seen[first]!.path);
  });
});
