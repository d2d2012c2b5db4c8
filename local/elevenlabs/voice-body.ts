import type { StoredSample, StoredVoice } from './state';

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

/** The Voice object of the API, with nulls where it has them and with a field that no client knows yet. */
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
