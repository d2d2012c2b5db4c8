import type { ElevenLabsOptions, ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { startElevenLabs, type TestElevenLabs } from '../../support/elevenlabs';

/** A whole answer of the simulator, its JSON read. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look wherever they like
  readonly json: any;
}

export const apiKey = 'sk_of_the_tests';
export const agentId = 'agent_reception';
export const houseVoiceId = 'HouseVoice0000000001';

/** Starts a simulator that answers at once and has one agent. */
export const startSimulator = (options: Partial<ElevenLabsOptions> = {}): Promise<TestElevenLabs> =>
  startElevenLabs(
    { apiKey, agents: [{ agentId, voiceId: houseVoiceId, firstMessage: 'Good day.' }], ...options },
    'anyone',
  );

/** Asks the simulator; FormData goes as a form, everything else as JSON. */
export const ask = async (
  { url }: { readonly url: string },
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { 'xi-api-key': apiKey },
): Promise<Reply> => {
  const isForm = body instanceof FormData;
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body !== undefined && !isForm && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : text };
};

/** A file that begins like WAV and differs by its seed. */
export const wav = (seed: string, sizeBytes = 64): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(sizeBytes);
  bytes.set(Buffer.from(`RIFF    WAVE${seed}`));
  return bytes;
};

/** A form of text fields and of files in the field `files`. */
export const voiceForm = (fields: Record<string, string>, ...files: Uint8Array<ArrayBuffer>[]): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const file of files) form.append('files', new Blob([file], { type: 'audio/wav' }), 'caller.wav');
  return form;
};

/** Adds a voice and returns its id. */
export const addVoice = async (
  simulator: ElevenLabsSimulator,
  name: string,
  fields: Record<string, string> = {},
): Promise<string> => {
  const { status, json } = await ask(simulator, 'POST', '/v1/voices/add', voiceForm({ name, ...fields }, wav(name)));
  if (status !== 200) throw new Error(`The voice ${name} was refused with ${status}`);
  return json.voice_id as string;
};
