import { createHash } from 'node:crypto';
import * as z from 'zod';
import { heldVoiceIds } from './agent-branches';
import { type Answer, jsonAnswer, ApiError } from './answers';
import { list } from './requests';
import type { SimulatorState, StoredSample, StoredVoice } from './state';
import { apiId, newVoiceId } from './values';
import { voiceBody } from './voice-list';

const text = (bytes: Buffer, start: number, end: number): string => bytes.toString('latin1', start, end);

/** Tells whether a file begins like audio: WAV, MP3 (with or without ID3), OGG, FLAC, MP4/M4A or Matroska/WebM. */
export const looksLikeAudio = (bytes: Buffer): boolean => {
  const start = text(bytes, 0, 4);
  if (['RIFF', 'RF64', 'BW64', 'RIFX'].includes(start)) return text(bytes, 8, 12) === 'WAVE';
  if (start === 'OggS' || start === 'fLaC' || start.startsWith('ID3')) return true;
  if (text(bytes, 4, 8) === 'ftyp' || start === '\x1a\x45\xdf\xa3') return true;
  return start === 'APET' || hasMpegFrame(bytes);
};

/** How far players search for the first frame, in bytes. */
const maxStrayBytes = 65_536;

const hasMpegFrame = (bytes: Buffer): boolean => {
  for (let at = bytes.indexOf(0xff); at !== -1 && at <= maxStrayBytes; at = bytes.indexOf(0xff, at + 1))
    if ((bytes[at + 1] ?? 0) >= 0xe0) return true;
  return false;
};

const labelMap = z.record(z.string(), z.string());

const labels = z.string().transform((text, context) => {
  try {
    return labelMap.parse(JSON.parse(text));
  } catch {
    context.addIssue('must be a JSON object whose values are strings');
    return z.NEVER;
  }
});

const formFile = z.strictObject({
  fileName: z.string().min(1),
  mimeType: z.string().min(1),
  bytes: z.instanceof(Buffer),
});

/** A file of a form. */
export type FormFile = z.infer<typeof formFile>;

/** The form of an instant voice clone: Body_Add_voice_v1_voices_add_post in ElevenLabs' OpenAPI document. */
export const voiceForm = z.strictObject({
  name: z.string().min(1),
  files: list(formFile),
  description: z.string().nullable().default(null),
  labels: labels.default({}),
  remove_background_noise: z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' }).default(false),
});

/** The request of `POST /v1/voices/add`. */
export type VoiceForm = z.infer<typeof voiceForm>;

/** Not in ElevenLabs' docs; several clients enforce 11 MB per file and recognise the error. */
const maxFileBytes = 11 * 1024 * 1024;

/** Counts the voices that use a slot. */
export const slotsUsed = (voices: readonly StoredVoice[]): number =>
  voices.filter(({ category }) => category !== 'premade').length;

const digest = (algorithm: 'md5' | 'sha256', bytes: Buffer): string =>
  createHash(algorithm).update(bytes).digest('hex');

const sampleOf = ({ fileName, mimeType, bytes }: FormFile): StoredSample => ({
  sampleId: newVoiceId(),
  fileName,
  mimeType,
  sizeBytes: bytes.length,
  hash: digest('md5', bytes),
  sha256: digest('sha256', bytes),
});

const refuseBadFiles = (files: readonly FormFile[]): void => {
  for (const { fileName, bytes } of files) {
    if (bytes.length > maxFileBytes) {
      const message = `The file ${fileName} has ${bytes.length} bytes; the maximum is ${maxFileBytes}.`;
      throw new ApiError(400, 'upload_file_size_exceeded', message, 'files');
    }
    if (!looksLikeAudio(bytes)) throw new ApiError(400, 'invalid_audio', `The file ${fileName} is not audio.`, 'files');
  }
};

const refuseDuplicates = (samples: readonly StoredSample[]): void => {
  if (new Set(samples.map(({ sha256 }) => sha256)).size < samples.length)
    throw new ApiError(400, 'duplicated_files', 'You cannot upload the same file twice.', 'files');
};

const refuseBeyondPlan = ({ voices, voiceAddEditCounter, settings }: SimulatorState): void => {
  const used = slotsUsed(voices);
  const { voiceLimit, maxVoiceAddEdits } = settings;
  if (used >= voiceLimit) {
    const message = `You have reached your maximum amount of custom voices (${used} / ${voiceLimit}).`;
    throw new ApiError(400, 'voice_limit_reached', message);
  }
  if (voiceAddEditCounter >= maxVoiceAddEdits) {
    const counted = `${voiceAddEditCounter} / ${maxVoiceAddEdits}`;
    const message = `You have reached your monthly limit of voice add/edit operations (${counted}).`;
    throw new ApiError(400, 'voice_add_edit_limit_reached', message);
  }
};

const findVoice = ({ voices, settings }: SimulatorState, voiceId: string): StoredVoice => {
  const voice = voices.find((candidate) => candidate.voiceId === voiceId);
  if (voice !== undefined) return voice;
  const message = `A voice with voice_id '${voiceId}' was not found.`;
  throw new ApiError(settings.missingVoiceStatus, 'voice_not_found', message, 'voice_id');
};

/**
 * Handles `POST /v1/voices/add`: creates a clone. It uses a slot and one of the month's adds, which is never restored.
 */
export const createVoice = (state: SimulatorState, form: VoiceForm, nowMs: number): Answer => {
  const { files, remove_background_noise: removeBackgroundNoise, ...described } = form;
  refuseBadFiles(files);
  const samples = files.map(sampleOf);
  refuseDuplicates(samples);
  refuseBeyondPlan(state);
  const voiceId = newVoiceId();
  state.voices.push({ voiceId, ...described, removeBackgroundNoise, category: 'cloned', createdAtMs: nowMs, samples });
  state.voiceAddEditCounter += 1;
  return {
    ...jsonAnswer(200, { voice_id: voiceId, requires_verification: state.settings.clonesNeedVerification }),
    madeId: voiceId,
  };
};

/** Handles `GET /v1/voices/{voice_id}`. */
export const getVoice = (state: SimulatorState, voiceId: string): Answer =>
  jsonAnswer(200, voiceBody(findVoice(state, voiceId)));

/** Handles `DELETE /v1/voices/{voice_id}`: deletes a voice. Each agent that still has it is recorded as an incident. */
export const deleteVoice = (state: SimulatorState, voiceId: string, nowMs: number): Answer => {
  const voice = findVoice(state, voiceId);
  state.voices.splice(state.voices.indexOf(voice), 1);
  const at = new Date(nowMs).toISOString();
  for (const { agentId } of state.agents.filter((agent) => heldVoiceIds(agent).includes(voiceId)))
    state.incidents.push({ kind: 'danglingVoice', cause: 'deleted', agentId, voiceId, at });
  return jsonAnswer(200, { status: 'ok' });
};

/** Parses a voice that was not created through this API. */
export const voiceSeed = z.strictObject({
  voiceId: apiId.default(newVoiceId),
  name: z.string().min(1),
  description: z.string().nullable().default(null),
  category: z.enum(['cloned', 'premade']).default('cloned'),
  /** When it was created, in unix milliseconds. @default now */
  createdAtMs: z
    .int()
    .min(0)
    .default(() => Date.now()),
});

/** A voice that was not created through this API. */
export type VoiceSeed = z.input<typeof voiceSeed>;

/** Adds a voice. It uses a slot, but does not count as one of the month's adds. Throws Error if its id exists. */
export const addVoice = (state: SimulatorState, seed: VoiceSeed): StoredVoice => {
  const voice = { ...voiceSeed.parse(seed), labels: {}, removeBackgroundNoise: false, samples: [] };
  if (state.voices.some(({ voiceId }) => voiceId === voice.voiceId))
    throw new Error(`The voice ${voice.voiceId} already exists. Choose another voiceId, or reset the simulator.`);
  state.voices.push(voice);
  return voice;
};

/** Adds a voice that ElevenLabs provides, unless its id exists. It uses no slot. */
export const ensurePremadeVoice = (state: SimulatorState, voiceId: string): void => {
  if (state.voices.some((voice) => voice.voiceId === voiceId)) return;
  state.voices.push({
    voiceId,
    name: `Premade ${voiceId}`,
    description: null,
    labels: { accent: 'american', gender: 'female', age: 'middle_aged', use_case: 'conversational' },
    category: 'premade',
    createdAtMs: 0,
    removeBackgroundNoise: false,
    samples: [],
  });
};
