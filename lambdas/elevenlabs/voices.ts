import * as z from 'zod';
import type { Deadline } from '../platform/deadline';
import { elevenLabsId } from '../platform/ids';
import { contentTypes, type MeasuredSample } from '../samples/voice-sample';
import type { VoiceIdentity } from '../voices/voice-identity';
import { isMissing } from './errors';
import type { FormPart } from './form';
import { deletionAnswer, lenient } from './lenient';
import { type Connection, request } from './request';

/** A clone to create. */
export interface NewClone extends VoiceIdentity {
  readonly samples: readonly Pick<MeasuredSample, 'bytes' | 'format'>[];
  /** Whether ElevenLabs removes background noise from the samples first. @default false */
  readonly removesNoise?: boolean;
}

/** A voice at ElevenLabs, with the fields that Precall reads. */
export type VoiceSummary = z.infer<typeof voiceSummary>;

const voiceSummary = z.object({
  voice_id: elevenLabsId,
  name: lenient(z.string()),
  description: lenient(z.string()),
  created_at_unix: lenient(z.number()),
});
const voicePage = z.object({
  // One voice that can't be read must not hide the others.
  voices: z.array(lenient(voiceSummary)),
  has_more: lenient(z.boolean()),
  next_page_token: lenient(z.string()),
});

const cloneTimeoutMs = 25_000;
const readTimeoutMs = 5_000;
const pageSize = 100;

/** Reads the voice with this id. Returns undefined if it does not exist. */
export const getVoice = async (
  connection: Connection,
  voiceId: string,
  deadline: Deadline,
): Promise<VoiceSummary | undefined> => {
  return request(
    connection,
    {
      operation: 'get_voice',
      method: 'GET',
      path: `/v1/voices/${voiceId}`,
      timeoutMs: readTimeoutMs,
      answer: voiceSummary,
      isRepeatable: true,
    },
    deadline,
  ).catch(undefinedWhenGone);
};

/** A voice with Precall's mark. */
export type MarkedVoice = VoiceSummary;

/**
 * Finds the voice with exactly this name and description, on any page of the search results. Returns undefined if no
 * voice matches.
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

/** Lists all clones whose texts contain this mark, oldest first. Throws ElevenLabsError on failure. */
export const listMarkedVoices = (
  connection: Connection,
  mark: string,
  deadline: Deadline,
): AsyncIterable<MarkedVoice> =>
  search(connection, { search: mark, category: 'cloned', sort: 'created_at_unix', sort_direction: 'asc' }, deadline);

const search = async function* (
  connection: Connection,
  filter: Readonly<Record<string, string>>,
  deadline: Deadline,
): AsyncIterable<VoiceSummary> {
  let token: string | undefined;
  do {
    const query = new URLSearchParams({
      ...filter,
      page_size: String(pageSize),
      ...(token !== undefined && { next_page_token: token }),
    });
    const page = await request(
      connection,
      {
        operation: 'list_voices',
        method: 'GET',
        path: `/v2/voices?${query.toString()}`,
        timeoutMs: readTimeoutMs,
        answer: voicePage,
        isRepeatable: true,
      },
      deadline,
    );
    yield* page.voices.filter((voice) => voice !== undefined);
    token = page.has_more === true ? page.next_page_token : undefined;
  } while (token !== undefined);
};

/** Deletes the voice. A voice that no longer exists counts as deleted. */
export const deleteVoice = async (connection: Connection, voiceId: string, deadline: Deadline): Promise<void> => {
  await request(
    connection,
    {
      operation: 'delete_voice',
      method: 'DELETE',
      path: `/v1/voices/${voiceId}`,
      timeoutMs: readTimeoutMs,
      answer: deletionAnswer,
      isRepeatable: true,
    },
    deadline,
  ).catch(undefinedWhenGone);
};

/** A created clone. */
export interface NewVoice {
  readonly voiceId: string;
  /** Whether ElevenLabs requires proof of whose voice it is before it can be used. */
  readonly needsVerification: boolean;
}

const newVoice = z.object({ voice_id: elevenLabsId, requires_verification: z.boolean().nullish().catch(undefined) });

/**
 * Clones a voice (`POST /v1/voices/add`). Retries only if nothing can have happened, because the API has no idempotency
 * key. Throws ElevenLabsError if the clone fails.
 */
export const createVoice = async (
  connection: Connection,
  { name, description, samples, removesNoise }: NewClone,
  deadline: Deadline,
): Promise<NewVoice> => {
  const form: FormPart[] = [
    { name: 'name', text: name },
    { name: 'description', text: description },
    ...(removesNoise === true ? [{ name: 'remove_background_noise', text: 'true' }] : []),
    ...samples.map(({ bytes, format }, index) => {
      return { name: 'files', fileName: `sample-${index + 1}.${format}`, type: contentTypes[format], bytes };
    }),
  ];
  const voice = await request(
    connection,
    {
      operation: 'create_voice',
      method: 'POST',
      path: '/v1/voices/add',
      timeoutMs: cloneTimeoutMs,
      body: { form },
      answer: newVoice,
      isRepeatable: false,
    },
    deadline,
  );
  return { voiceId: voice.voice_id, needsVerification: voice.requires_verification === true };
};

const undefinedWhenGone = (error: unknown): undefined => {
  if (isMissing(error, 'voice', 'voice_id')) return undefined;
  throw error;
};
