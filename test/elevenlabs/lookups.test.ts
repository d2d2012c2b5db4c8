import { isConversationLive, isLiveStatus } from '../../lambdas/elevenlabs/conversations';
import type { Connection } from '../../lambdas/elevenlabs/request';
import { listMarkedVoices } from '../../lambdas/elevenlabs/voices';
import { deadlineAt } from '../../lambdas/platform/deadline';
import { voiceDescription, voiceMark } from '../../lambdas/voices/voice-identity';
import { startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { recordingLog } from '../support/recording-log';

const deadline = () => deadlineAt(Date.now() + 3000, Date.now);
const ours = '0011223344556677';

let elevenLabs: TestElevenLabs;
let connection: Connection;

beforeEach(async () => {
  const voices = Array.from({ length: 230 }, (_, n) => ({
    voiceId: `voice_${n}`,
    name: `Voice ${n}`,
    description: voiceDescription(`conv_${n}`, n < 210 ? ours : '8899aabbccddeeff'),
    createdAtMs: n * 1000,
  }));
  elevenLabs = await startElevenLabs({ apiKey: 'sk', settings: { voiceLimit: 500 } });
  voices.forEach((voice) => elevenLabs.addVoice(voice));
  connection = { baseUrl: elevenLabs.url, apiKey: () => Promise.resolve('sk'), log: recordingLog() };
});

afterEach(async () => {
  await elevenLabs.close();
});

describe('listMarkedVoices', () => {
  it('given 210 voices of ours among others, then all of them come, from every page, the oldest first', async () => {
    const found: string[] = [];
    for await (const { voice_id } of listMarkedVoices(connection, voiceMark(ours), deadline())) found.push(voice_id);

    expect(found).toEqual(Array.from({ length: 210 }, (_, n) => `voice_${n}`));
    expect(elevenLabs.seen.map(({ operation }) => operation)).toEqual(['listVoices', 'listVoices', 'listVoices']);
  });
});

describe('isConversationLive', () => {
  it.each([
    ['initiated', true],
    ['in-progress', true],
    ['processing', false],
    ['done', false],
    ['failed', false],
  ] as const)('given a conversation that is %s, then it is told', async (status, isLive) => {
    elevenLabs.addConversation({ conversationId: 'conv_1', agentId: 'agent_1', status });

    expect(await isConversationLive(connection, 'conv_1', deadline())).toBe(isLive);
  });

  it('given a conversation that ElevenLabs does not know, then it does not go on', async () => {
    expect(await isConversationLive(connection, 'sender_1', deadline())).toBe(false);
  });

  it('given ElevenLabs is down or refuses the key, then nobody knows', async () => {
    elevenLabs.failNext('getConversation', {
      kind: 'answer',
      status: 401,
      body: { detail: { status: 'invalid_api_key' } },
    });

    await expect(isConversationLive(connection, 'conv_1', deadline())).rejects.toMatchObject({ kind: 'access' });
  });
});

describe('isLiveStatus', () => {
  it.each([
    ['in-progress', true],
    ['in_progress', true],
    ['In Progress', true],
    ['INITIATED', true],
    ['processing', false],
    ['progress', false],
    ['', false],
  ])('given the status %j, then it is %s', (status, isLive) => {
    expect(isLiveStatus(status)).toBe(isLive);
  });
});
