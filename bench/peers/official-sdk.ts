import { createHmac } from 'node:crypto';
import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js';

interface Body {
  readonly agent_id: string;
  readonly voice_sample: { readonly data: string };
}

const client = new ElevenLabsClient({
  apiKey: process.env['API_KEY'] ?? '',
  baseUrl: process.env['ELEVENLABS_API_BASE_URL'] ?? '',
});

/** What a plain receiver does: checks the signature, clones with the official SDK, sets the voice. Keeps no state. */
export const handler = async (event: { body: string; headers: Record<string, string> }): Promise<object> => {
  const [, t = '', v0 = ''] = /t=(\d+),v0=(\w+)/.exec(event.headers['ElevenLabs-Signature'] ?? '') ?? [];
  const expected = createHmac('sha256', process.env['SECRET'] ?? '')
    .update(`${t}.${event.body}`)
    .digest('hex');
  if (expected !== v0) return { statusCode: 401 };
  const { agent_id, voice_sample } = JSON.parse(event.body) as Body;
  const data = Buffer.from(voice_sample.data, 'base64');
  const files = [{ data, filename: 'sample.wav', contentType: 'audio/wav' }];
  const { voiceId } = await client.voices.ivc.create({ name: 'bench', files });
  await client.conversationalAi.agents.update(agent_id, {
    conversationConfig: { tts: { voiceId }, agent: { firstMessage: 'Hello' } },
  });
  return { statusCode: 200 };
};
