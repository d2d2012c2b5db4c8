import * as z from 'zod';
import type { Deadline } from '../platform/deadline';
import { elevenLabsId } from '../platform/ids';
import { contentTypes, type MeasuredSample } from '../samples/voice-sample';
import type { VoiceIdentity } from '../voices/voice-identity';
import { ElevenLabsError } from './errors';
import { type Connection, request } from './request';

/** A clone to make. */
export interface NewClone extends VoiceIdentity {
  readonly samples: readonly Pick<MeasuredSample, 'bytes' | 'format'>[];
  /** Whether ElevenLabs removes background noise from the samples first. @default false */
  readonly removesNoise?: boolean;
}

/** A voice at ElevenLabs, as far as we look at it. */
export type VoiceSummary = z.infer<typeof voiceSummary>;

const voiceSummary = z.object({
  voice_id: elevenLabsId,
  name: z.string().nullish(),
  description: z.string().nullish(),
  created_at_unix: z.number().nullish(),
});
const voicePage = z.object({
  voices: z.array(voiceSummary),
  has_more: z.boolean(),
  next_page_token: z.string().nullish(),
});

const cloneTimeoutMs = 25_000;
const lookTimeoutMs = 5_000;
const pageSize = 100;

/** The voice of this id; undefined when there is none. */
export const getVoice = async (
  connection: Connection,
  voiceId: string,
  deadline: Deadline,
): Promise<VoiceSummary | undefined> => {
  const call = {
    operation: 'get_voice',
    method: 'GET',
    path: `/v1/voices/${voiceId}`,
    timeoutMs: lookTimeoutMs,
  } as const;
  return request(connection, { ...call, answer: voiceSummary, isRepeatable: true }, deadline).catch(undefinedWhenGone);
};

/** A voice that was found by our mark. */
export type MarkedVoice = VoiceSummary;

/**
 * Finds the voice with exactly this name and description, on any page of the search results. Returns undefined if there
 * is none.
 */
export const findVoice = async (
  connection: Connection,
  { name, description }: VoiceIdentity,
  deadline: Deadline,
): Promise<string | undefined> => {
  for await (const voice of search(connection, { search: name }, deadline)) {
    if (voice.name === name && voice.description === description) return voice.voice_id;
  }
  return undefined;
};

/** Every clone whose texts hold this mark, oldest first, through all pages. Throws ElevenLabsError. */
export const listMarkedVoices = (
  connection: Connection,
  mark: string,
  deadline: Deadline,
): AsyncIterable<MarkedVoice> =>
  search(connection, { search: mark, category: 'cloned', sort: 'created_at_unix', sort_direction: 'asc' }, deadline);

const search = async function* (
  connection: Connection,
  wanted: Readonly<Record<string, string>>,
  deadline: Deadline,
): AsyncIterable<VoiceSummary> {
  let token: string | null | undefined;
  do {
    const query = new URLSearchParams({
      ...wanted,
      page_size: String(pageSize),
      ...(token != null && { next_page_token: token }),
    });
    const call = {
      operation: 'list_voices',
      method: 'GET',
      path: `/v2/voices?${query.toString()}`,
      timeoutMs: lookTimeoutMs,
    } as const;
    const page = await request(connection, { ...call, answer: voicePage, isRepeatable: true }, deadline);
    yield* page.voices;
    token = page.has_more ? page.next_page_token : undefined;
  } while (token != null);
};

/** Deletes the voice; one that is gone already counts as deleted. */
export const deleteVoice = async (connection: Connection, voiceId: string, deadline: Deadline): Promise<void> => {
  const call = {
    operation: 'delete_voice',
    method: 'DELETE',
    path: `/v1/voices/${voiceId}`,
    timeoutMs: lookTimeoutMs,
  } as const;
  await request(connection, { ...call, answer: z.unknown(), isRepeatable: true }, deadline).catch(undefinedWhenGone);
};

/** A clone that was made. */
export interface NewVoice {
  readonly voiceId: string;
  /** Whether ElevenLabs lets nobody use it before somebody has proved whose voice it is. */
  readonly needsVerification: boolean;
}

const newVoice = z.object({ voice_id: elevenLabsId, requires_verification: z.boolean().nullish().catch(undefined) });

/**
 * Clones a voice (`POST /v1/voices/add`). Repeated only where nothing can have happened: the API has
 * no idempotency key. Throws ElevenLabsError.
 */
export const createVoice = async (
  connection: Connection,
  { name, description, samples, removesNoise }: NewClone,
  deadline: Deadline,
): Promise<NewVoice> => {
  const form = new FormData();
  form.set('name', name);
  form.set('description', description);
  if (removesNoise === true) form.set('remove_background_noise', 'true');
  samples.forEach(({ bytes, format }, index) => {
    form.append(
      'files',
      new Blob([new Uint8Array(bytes)], { type: contentTypes[format] }),
      `sample-${index + 1}.${format}`,
    );
  });
  const call = {
    operation: 'create_voice',
    method: 'POST',
    path: '/v1/voices/add',
    timeoutMs: cloneTimeoutMs,
  } as const;
  const made = await request(connection, { ...call, body: form, answer: newVoice, isRepeatable: false }, deadline);
  return { voiceId: made.voice_id, needsVerification: made.requires_verification === true };
};

const undefinedWhenGone = (error: unknown): undefined => {
  if (error instanceof ElevenLabsError && error.code === 'voice_not_found') return undefined;
  throw error;
};
