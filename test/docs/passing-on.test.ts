import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js';
import { expectViolations, startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { functionIn } from '../support/guide';
import { eventually } from '../support/postcall-stack';
import { preCallAnswerOf } from '../support/pre-call-answer';

const guideOf = (name: string): string =>
  readFileSync(join(__dirname, '..', '..', 'docs', 'guides', `${name}.md`), 'utf8');
const guides = guideOf('backend') + guideOf('twilio');

/** The function of this name, as its guide shows it. */
const shown = (name: string): unknown => functionIn(guides, name);

const agentId = 'agent_1';
const apiKey = 'sk';
const call = { agentId, from: '+31612345678', to: '+31201234567' };
const answer = preCallAnswerOf('conv_1', 'clone1');
let elevenLabs: TestElevenLabs;

beforeEach(async () => {
  const overrides = { conversation_config_override: { tts: { voice_id: true }, agent: { first_message: true } } };
  const agent = { agentId, voiceId: 'ownVoice1', firstMessage: 'Hello', platformSettings: { overrides } };
  elevenLabs = await startElevenLabs({ apiKey, agents: [agent] }, 'anyone');
  elevenLabs.addVoice({ voiceId: 'clone1', name: 'Ivan' });
});
afterEach(() => elevenLabs.close());

const expectHeard = (): void =>
  expect(elevenLabs.state.conversations).toMatchObject([
    {
      status: 'in-progress',
      heard: { voiceId: 'clone1', firstMessage: 'Hi' },
      dynamicVariables: { precall_conversation_id: 'conv_1' },
    },
  ]);

describe('code that passes the answer of a pre-call on', () => {
  type Start = (url: string, given: object) => Promise<{ socket: WebSocket; conversationId: string }>;
  const url = () => `${elevenLabs.url.replace('http', 'ws')}/v1/convai/conversation?agent_id=${agentId}`;

  it('given a WebSocket, when it runs, then the conversation has the voice, and ends with the socket', async () => {
    const { socket, conversationId } = await (shown('startConversation') as Start)(url(), answer);

    expect(elevenLabs.state.conversations).toMatchObject([{ conversationId }]);
    expectHeard();
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
    socket.close();
    await closed;
    await eventually(() => Promise.resolve(elevenLabs.state.conversations[0]?.status === 'done' || undefined));
  });

  it('given an agent that forbids the override, when it runs, then it fails with the reason', async () => {
    elevenLabs.changeAgent(agentId, {
      platform_settings: { overrides: { conversation_config_override: { tts: { voice_id: false } } } },
    });

    await expect((shown('startConversation') as Start)(url(), answer)).rejects.toThrow(/^1008 .*tts.voice_id/);
  });

  it('given the SDK, when a call is registered, then it has the voice', async () => {
    type Register = (client: ElevenLabsClient, wanted: typeof call, given: object) => Promise<string>;
    const client = new ElevenLabsClient({ apiKey, environment: elevenLabs.url, maxRetries: 0 });

    const twiml = await (shown('registerCall') as Register)(client, call, answer);

    expect(twiml).toContain('<Connect>');
    expectHeard();
    // The SDK names itself in headers of its own.
    expectViolations(elevenLabs, 'x-fern');
  });

  it('given plain HTTP, when a call is registered, then it has the voice', async () => {
    type Register = (api: string, key: string, wanted: typeof call, given: object) => Promise<string>;

    expect(await (shown('registerCallByHttp') as Register)(elevenLabs.url, apiKey, call, answer)).toContain(
      '<Connect>',
    );
    expectHeard();
  });
});
