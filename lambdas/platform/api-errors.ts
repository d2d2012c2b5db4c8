/**
 * Lists every error code of the API, its status, and when the API returns it. docs/openapi.json is generated from it.
 */
export const apiErrors = {
  SIGNATURE_EXPIRED: [400, 'the signature is valid, but too old'],
  INVALID_JSON: [400, 'the body, or the part metadata, is not valid JSON'],
  INVALID_MULTIPART: [400, 'the multipart body is truncated, malformed, or has too many or too large parts'],
  INVALID_PAYLOAD: [400, 'a field or part is missing or wrong; the message names it'],
  INVALID_VOICE_SAMPLE: [400, 'not a WAV, MP3 or OGG file; too short; sample rate too low; damaged'],
  DUPLICATE_VOICE_SAMPLE: [400, 'two samples are the same file'],
  UPLOAD_NOT_FOUND: [400, 'there is no such upload'],
  UPLOAD_FOREIGN: [400, 'the upload was made for another conversation'],
  UPLOAD_EXPIRED: [400, 'the upload is older than a day'],
  UPLOAD_CHANGED: [400, 'the upload is not the file that was announced'],
  INVALID_SIGNATURE: [401, 'missing, unreadable, wrong, or more than 300 s in the future'],
  INVALID_SECRET: [401, 'the secret header is missing or wrong'],
  CONSENT_MISSING: [
    403,
    'the consent that this installation demands is missing, of another text version, or withdrawn',
  ],
  ERASURE_NOT_FOUND: [404, 'there is no such erasure, or it was done more than 90 days ago'],
  EXPORT_NOT_FOUND: [404, 'there is no such export, its archive is older than a day, or the caller was erased'],
  CALLER_ERASED: [409, 'the caller was erased after this request was signed'],
  ERASURE_RUNNING: [409, 'the caller is being erased'],
  CONVERSATION_ENDED: [409, 'this conversation is over, or its voice has expired'],
  VOICE_SAMPLE_TOO_LARGE: [413, 'the sample is over the limit (beyond 6 MB of request AWS answers by itself)'],
  VOICE_CLONING_FAILED: [
    422,
    'ElevenLabs refused the clone; the message begins with its code, such as voice_limit_reached:',
  ],
  VOICE_NEEDS_VERIFICATION: [
    422,
    'ElevenLabs made the voice, but lets nobody use it before it is verified; Precall deletes it',
  ],
  AGENT_UPDATE_FAILED: [
    422,
    "ElevenLabs refused the agent's update; the message begins with its code, such as agent_not_found:",
  ],
  ELEVENLABS_ACCESS_DENIED: [500, "ElevenLabs refused this installation's key or its scopes"],
  INTERNAL_ERROR: [500, 'an internal error'],
  CLONE_IN_PROGRESS: [503, 'another delivery of this conversation is being worked on, or its outcome is not known yet'],
  ELEVENLABS_UNAVAILABLE: [503, 'ElevenLabs is busy, failing, or slower than there is time'],
  SERVICE_UNAVAILABLE: [503, 'the database, the storage or a queue does not answer'],
  TIMED_OUT: [503, 'a part of this installation did not answer in time'],
  PAUSED: [503, 'an operator has paused this installation; Retry-After says when to try again'],
  NOT_CONFIGURED: [503, 'a secret of this installation is not set or cannot be read'],
} as const satisfies Record<string, readonly [number, string]>;

/** An error code that the API returns. */
export type ApiErrorCode = keyof typeof apiErrors;
