import * as z from 'zod';
import { type Answer, jsonAnswer } from './answers';
import { list, wholeNumber } from './requests';
import type { StoredSample, StoredVoice, SimulatorState } from './state';
import { comparePositions, type Position, positionToken, readPosition } from './values';

const sampleBody = ({ sampleId, fileName, mimeType, sizeBytes, hash }: StoredSample): unknown => ({
  sample_id: sampleId,
  file_name: fileName,
  mime_type: mimeType,
  size_bytes: sizeBytes,
  hash,
  duration_secs: null,
  remove_background_noise: null,
  has_isolated_audio: null,
  trim_start: null,
  trim_end: null,
});

/** Creates the API's Voice object, with nulls where the API has them and a field that clients do not know yet. */
export const voiceBody = (voice: StoredVoice): unknown => {
  const isOwn = voice.category !== 'premade';
  return {
    voice_id: voice.voiceId,
    name: voice.name,
    samples: isOwn ? voice.samples.map(sampleBody) : null,
    category: voice.category,
    fine_tuning: { is_allowed_to_fine_tune: isOwn, state: {}, verification_failures: [], language: null },
    labels: voice.labels,
    description: voice.description,
    preview_url: isOwn ? null : `https://storage.googleapis.com/example/${voice.voiceId}.mp3`,
    available_for_tiers: [],
    settings: null,
    sharing: null,
    high_quality_base_model_ids: [],
    verified_languages: [],
    safety_control: null,
    voice_verification: {
      requires_verification: false,
      is_verified: false,
      verification_failures: [],
      verification_attempts_count: 0,
      language: null,
      verification_attempts: null,
    },
    permission_on_resource: isOwn ? 'admin' : null,
    is_owner: isOwn,
    is_legacy: false,
    is_mixed: false,
    favorited_at_unix: null,
    created_at_unix: isOwn ? Math.floor(voice.createdAtMs / 1000) : null,
    recording_quality: null,
    labelling_status: null,
    field_of_a_later_release: { is_known: false },
  };
};

const voiceTypes = ['personal', 'community', 'default', 'workspace', 'non-default', 'non-community', 'saved'] as const;

/** The query of `GET /v2/voices`, as far as it is simulated. */
export const searchQuery = z.strictObject({
  search: z.string().min(1).default(''),
  page_size: wholeNumber(1, 100).default(10),
  next_page_token: z.string().min(1).optional(),
  sort: z.enum(['created_at_unix', 'name']).default('created_at_unix'),
  sort_direction: z.enum(['asc', 'desc']).default('desc'),
  voice_type: z.enum(voiceTypes).optional(),
  category: z.enum(['premade', 'cloned', 'generated', 'professional']).optional(),
  voice_ids: list(z.string())
    .default([])
    .refine((ids) => ids.length <= 100, 'at most 100'),
  include_total_count: z.enum(['true', 'false']).default('true'),
});

/** The query of `GET /v2/voices`. */
export type SearchQuery = z.infer<typeof searchQuery>;

const positionOf = (voice: StoredVoice, sort: SearchQuery['sort']): Position => [
  sort === 'name' ? voice.name : Math.floor(voice.createdAtMs / 1000),
  voice.voiceId,
];

const isOfType = ({ category }: StoredVoice, type: SearchQuery['voice_type']): boolean => {
  if (type === undefined || type === 'non-community') return true;
  if (type === 'community') return false;
  return (category === 'premade') === (type === 'default');
};

const selects = (voice: StoredVoice, query: SearchQuery): boolean => {
  const texts = [voice.name, voice.description ?? '', voice.category, ...Object.entries(voice.labels).flat()];
  return (
    texts.some((text) => text.toLowerCase().includes(query.search.toLowerCase())) &&
    isOfType(voice, query.voice_type) &&
    (query.category ?? voice.category) === voice.category &&
    (query.voice_ids.length === 0 || query.voice_ids.includes(voice.voiceId))
  );
};

/**
 * Handles `GET /v2/voices`: lists voices. Default voices are added to the first page, which may therefore exceed
 * `page_size`, as documented (VoicesSearchRequest in ElevenLabs' JavaScript SDK). Voices younger than the setting
 * `searchLagMs` are missing. Throws InvalidRequest if the token is invalid.
 */
export const listVoices = (state: SimulatorState, query: SearchQuery, nowMs: number): Answer => {
  const { sort, page_size: pageSize, next_page_token: token } = query;
  const sign = query.sort_direction === 'asc' ? 1 : -1;
  const after = token === undefined ? undefined : readPosition(token, 'next_page_token');
  const selected = state.voices
    .filter((voice) => voice.category === 'premade' || nowMs - voice.createdAtMs >= state.settings.searchLagMs)
    .filter((voice) => selects(voice, query))
    .sort((a, b) => sign * comparePositions(positionOf(a, sort), positionOf(b, sort)));
  const defaults = selected.filter(({ category }) => category === 'premade' && after === undefined);
  const others = selected
    .filter(({ category }) => category !== 'premade')
    .filter((voice) => after === undefined || sign * comparePositions(positionOf(voice, sort), after) > 0);
  const page = others.slice(0, pageSize);
  const last = page.at(-1);
  const hasMore = others.length > pageSize;
  return jsonAnswer(200, {
    voices: [...defaults, ...page].map(voiceBody),
    has_more: hasMore,
    total_count: query.include_total_count === 'true' ? selected.length : 0,
    next_page_token: hasMore && last !== undefined ? positionToken(positionOf(last, sort)) : null,
  });
};
