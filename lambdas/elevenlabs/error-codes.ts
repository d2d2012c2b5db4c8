/**
 * The meaning of a failed ElevenLabs request.
 *
 * `refused`: the request can never succeed unchanged. `access`: the API key or its scope is the cause. `busy`: nothing
 * happened; a retry may succeed. `unavailable`: a transient fault, or no response in time.
 */
export type ElevenLabsErrorKind = 'refused' | 'access' | 'busy' | 'unavailable';

const slots = 'All voice slots of the ElevenLabs plan are in use: delete voices or raise the plan.';
const edits = 'The plan\u2019s monthly quota of voice changes is used up: wait for the next cycle or raise the plan.';
const cloningPlan = 'The ElevenLabs plan has no instant voice cloning: the operator has to raise it.';
const credits =
  'The credits of the ElevenLabs plan are used up: add credits, raise the plan, or wait for the next cycle.';
const billing = 'The ElevenLabs account has an open payment: the operator has to settle it.';
const unusual =
  'ElevenLabs has blocked the account for unusual activity: ' +
  'the operator has to take a paid plan or contact ElevenLabs.';
const moderation =
  'ElevenLabs\u2019 moderation refused it: send another recording or name, or contact ElevenLabs\u2019 support.';
const verification = 'ElevenLabs wants to verify whose voice it is: the operator has to confirm it in ElevenLabs.';
const unreadable = 'ElevenLabs cannot read the recording: convert it to MP3 and send it again.';
const tooShort = 'The recording is too short for ElevenLabs: send 30 s to 2 minutes of speech.';
const tooLong = 'The recording is too long for ElevenLabs: send 1 to 2 minutes of speech.';
const tooLarge = 'The recording is too large for ElevenLabs: send a shorter one, or MP3 of 128 kbit/s.';
const noSpeech = 'ElevenLabs hears no speech in the recording: send one of a single person who speaks.';
const twice = 'ElevenLabs got the same recording twice: send each once.';

/** Codes of refusals that do not concern the API key, whatever their status, and what helps. */
const refusals: Readonly<Record<string, string>> = {
  voice_limit_reached: slots,
  maximum_voices_reached: slots,
  voice_add_edit_limit_reached: edits,
  can_not_use_instant_voice_cloning: cloningPlan,
  cannot_use_instant_voice_cloning: cloningPlan,
  instant_voice_cloning_not_allowed: cloningPlan,
  paid_plan_required: cloningPlan,
  free_users_not_allowed: cloningPlan,
  subscription_required: cloningPlan,
  missing_subscription: cloningPlan,
  feature_not_available: cloningPlan,
  quota_exceeded: credits,
  insufficient_credits: credits,
  character_limit_exceeded: credits,
  max_character_limit_exceeded: credits,
  payment_required: billing,
  payment_issue: billing,
  payment_failed: billing,
  http_402: billing,
  detected_unusual_activity: unusual,
  account_suspended: unusual,
  account_disabled: unusual,
  user_banned: unusual,
  content_policy_violation: moderation,
  content_moderation: moderation,
  moderation_failed: moderation,
  blocked_by_moderation: moderation,
  flagged_content: moderation,
  voice_not_allowed: moderation,
  prohibited_voice: moderation,
  verification_required: verification,
  voice_verification_required: verification,
  captcha_required: verification,
  voice_captcha_required: verification,
  invalid_audio: unreadable,
  invalid_audio_format: unreadable,
  invalid_file: unreadable,
  invalid_file_type: unreadable,
  invalid_sample: unreadable,
  unsupported_file_type: unreadable,
  corrupted_file: unreadable,
  audio_corrupted: unreadable,
  empty_file: unreadable,
  audio_too_short: tooShort,
  sample_too_short: tooShort,
  audio_too_long: tooLong,
  sample_too_long: tooLong,
  request_too_large: tooLarge,
  file_too_large: tooLarge,
  upload_file_size_exceeded: tooLarge,
  payload_too_large: tooLarge,
  http_413: tooLarge,
  audio_too_quiet: noSpeech,
  no_speech_detected: noSpeech,
  duplicated_files: twice,
  voice_already_exists: 'A voice of this name exists already: send the event with a new conversation_id.',
  invalid_labels: 'This version of Precall sends a field that ElevenLabs does not accept: tell its operator.',
  validation_error: 'This version of Precall sends a field that ElevenLabs does not accept: tell its operator.',
  procedure_without_version:
    'The owner of the API key has drafts of procedures that a change of the agent would publish: ' +
    'publish or discard them, or use the key of a service account.',
  agent_not_found: 'ElevenLabs knows no agent with this agent_id: correct it.',
  voice_not_found: 'ElevenLabs does not have this voice any more: send the event with a new conversation_id.',
};

const kinds: Readonly<Record<Exclude<ElevenLabsErrorKind, 'refused'>, readonly string[]>> = {
  unavailable: [
    'concurrent_modification',
    'conflict',
    'internal_error',
    'internal_server_error',
    'service_unavailable',
    'timeout',
  ],
  busy: [
    'rate_limit_error',
    'rate_limit_exceeded',
    'concurrent_limit_exceeded',
    'too_many_concurrent_requests',
    'too_many_requests',
    'system_busy',
  ],
  access: [
    'authentication_error',
    'invalid_api_key',
    'missing_api_key',
    'api_key_expired',
    'api_key_disabled',
    'invalid_authorization_header',
    'needs_authorization',
    'missing_permissions',
    'insufficient_permissions',
    'unauthorized',
  ],
};

/** Returns the meaning of a code, or of an error's type, by itself. Returns undefined for an unknown one. */
export const kindOfCode = (code: string): ElevenLabsErrorKind | undefined => {
  if (kinds.busy.includes(code)) return 'busy';
  if (kinds.access.includes(code)) return 'access';
  if (kinds.unavailable.includes(code)) return 'unavailable';
  return Object.hasOwn(refusals, code) ? 'refused' : undefined;
};

const patterns: readonly (readonly [RegExp, string])[] = [
  [/moderat|policy|prohibit|flagged|banned/, moderation],
  [/verif|captcha/, verification],
  [/too_short/, tooShort],
  [/too_long/, tooLong],
  [/too_large|size_exceeded/, tooLarge],
  [/quota|credit/, credits],
  [/plan|subscription|tier/, cloningPlan],
  [/audio|file|sample/, unreadable],
];

/** Returns what the sender can do about a refusal with this code, in a sentence. */
export const adviceFor = (code: string): string =>
  (Object.hasOwn(refusals, code) ? refusals[code] : undefined) ??
  patterns.find(([pattern]) => pattern.test(code))?.[1] ??
  'The same request will be refused again: look the code up in ElevenLabs\u2019 documentation of errors.';
