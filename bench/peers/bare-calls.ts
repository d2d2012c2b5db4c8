import { wav } from '../measure/wav';

const baseUrl = process.env['ELEVENLABS_API_BASE_URL'] ?? '';
const samples = new Map<number, Buffer<ArrayBuffer>>();

const send = async (method: string, path: string, body: FormData | string): Promise<unknown> => {
  const headers = {
    'xi-api-key': process.env['API_KEY'] ?? '',
    ...(typeof body === 'string' && { 'content-type': 'application/json' }),
  };
  const response = await fetch(`${baseUrl}${path}`, { method, headers, body });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
};

/** The two calls to ElevenLabs that no pre-call can do without, and nothing else. */
export const handler = async ({ bytes, agentId }: { bytes: number; agentId: string }): Promise<object> => {
  const sample = samples.get(bytes) ?? wav(bytes);
  samples.set(bytes, sample);
  const form = new FormData();
  form.set('name', 'bench');
  form.set('files', new Blob([sample], { type: 'audio/wav' }), 'sample.wav');
  const { voice_id } = (await send('POST', '/v1/voices/add', form)) as { voice_id: string };
  const conversation_config = { tts: { voice_id }, agent: { first_message: 'Hello' } };
  await send('PATCH', `/v1/convai/agents/${agentId}`, JSON.stringify({ conversation_config }));
  return { statusCode: 200 };
};
