import { adviceFor } from '../../lambdas/elevenlabs/error-codes';
import { readErrorAnswer } from '../../lambdas/elevenlabs/errors';

const coded = (code: string): unknown => ({ detail: { code, message: 'm', status: code } });
const html = '<html><head><title>Error</title></head></html>';

/** What ElevenLabs, or the network before it, answered; what it means; a word of the advice. */
const answers: readonly (readonly [string, number, unknown, string, RegExp])[] = [
  ...(
    [
      ['invalid_api_key', 401, 'access', /./],
      ['missing_api_key', 401, 'access', /./],
      ['missing_permissions', 401, 'access', /./],
      ['missing_permissions', 403, 'access', /./],
      ['insufficient_permissions', 403, 'access', /./],
      ['unauthorized', 401, 'access', /./],
      ['needs_authorization', 401, 'access', /./],
      ['api_key_expired', 401, 'access', /./],
      ['rate_limit_exceeded', 429, 'busy', /./],
      ['concurrent_limit_exceeded', 429, 'busy', /./],
      ['too_many_concurrent_requests', 429, 'busy', /./],
      ['system_busy', 429, 'busy', /./],
      ['system_busy', 503, 'busy', /./],
      ['concurrent_modification', 409, 'unavailable', /./],
      ['internal_server_error', 500, 'unavailable', /./],
      ['paid_plan_required', 400, 'refused', /plan has no instant voice cloning/],
      ['paid_plan_required', 402, 'refused', /plan has no instant voice cloning/],
      ['can_not_use_instant_voice_cloning', 403, 'refused', /plan has no instant voice cloning/],
      ['subscription_required', 403, 'refused', /plan/],
      ['voice_limit_reached', 400, 'refused', /voice slots/],
      ['voice_add_edit_limit_reached', 400, 'refused', /monthly quota of voice changes/],
      ['voice_add_edit_limit_reached', 403, 'refused', /monthly quota of voice changes/],
      ['quota_exceeded', 401, 'refused', /credits/],
      ['insufficient_credits', 402, 'refused', /credits/],
      ['payment_required', 402, 'refused', /open payment/],
      ['detected_unusual_activity', 401, 'refused', /unusual activity.*paid plan/],
      ['blocked_by_moderation', 403, 'refused', /moderation/],
      ['content_policy_violation', 400, 'refused', /moderation/],
      ['voice_moderation_rejected', 403, 'refused', /moderation/],
      ['captcha_required', 403, 'refused', /verify/],
      ['voice_verification_required', 403, 'refused', /verify/],
      ['invalid_audio', 400, 'refused', /convert it to MP3/],
      ['invalid_audio_format', 400, 'refused', /convert it to MP3/],
      ['invalid_file', 400, 'refused', /convert it to MP3/],
      ['invalid_file_type', 400, 'refused', /convert it to MP3/],
      ['unreadable_audio_stream', 400, 'refused', /convert it to MP3/],
      ['audio_too_short', 400, 'refused', /too short.*30 s/],
      ['audio_too_long', 400, 'refused', /too long.*2 minutes/],
      ['request_too_large', 413, 'refused', /too large.*128 kbit/],
      ['upload_file_size_exceeded', 400, 'refused', /too large.*128 kbit/],
      ['duplicated_files', 400, 'refused', /send each once/],
      ['voice_already_exists', 409, 'refused', /new conversation_id/],
      ['invalid_labels', 400, 'refused', /tell its operator/],
      ['agent_not_found', 404, 'refused', /correct it/],
      ['some_new_code', 400, 'refused', /refused again/],
      ['some_new_code', 401, 'refused', /refused again/],
      ['some_new_code', 403, 'refused', /refused again/],
      ['constructor', 403, 'refused', /refused again/],
    ] as const
  ).map(([code, status, kind, advice]) => [code, status, coded(code), kind, advice] as const),
  ['http_401', 401, { detail: 'Invalid API key' }, 'access', /./],
  ['http_403', 403, { detail: 'Forbidden' }, 'refused', /./],
  ['http_413', 413, html, 'refused', /too large/],
  ['http_403', 403, html, 'unavailable', /./],
  ['http_401', 401, '', 'unavailable', /./],
  ['http_400', 400, html, 'unavailable', /./],
  ['http_404', 404, html, 'unavailable', /./],
  ['http_429', 429, html, 'busy', /./],
  ['http_502', 502, html, 'unavailable', /./],
  ['http_408', 408, '', 'unavailable', /./],
  ['http_400', 400, { detail: null }, 'unavailable', /./],
  ['validation_error', 422, { detail: [{ loc: ['body', 'name'], msg: 'm' }] }, 'refused', /tell its operator/],
  ['quota_exceeded', 401, { detail: { code: 'unusual_word', status: 'quota_exceeded' } }, 'refused', /credits/],
  ['http_409', 409, { detail: 'The agent was changed meanwhile.' }, 'unavailable', /./],
  ['some_conflict', 409, coded('some_conflict'), 'unavailable', /./],
  ['http_423', 423, { detail: { message: 'Locked' } }, 'unavailable', /./],
  ['http_425', 425, { detail: 'Too Early' }, 'unavailable', /./],
  ['authentication_error', 401, { detail: { type: 'authentication_error', message: 'm' } }, 'access', /./],
  ['new_code', 401, { detail: { type: 'authentication_error', code: 'new_code' } }, 'access', /./],
  ['new_code', 400, { detail: { type: 'rate_limit_error', code: 'new_code' } }, 'busy', /./],
  ['new_code', 403, { detail: { type: 'authorization_error', code: 'new_code' } }, 'refused', /./],
  ['paid_plan_required', 401, { detail: { type: 'authentication_error', code: 'paid_plan_required' } }, 'refused', /./],
  ['http_401', 401, { detail: { message: 'Invalid API key' } }, 'access', /./],
  ['not_found', 404, { detail: { type: 'not_found', message: 'm' } }, 'refused', /./],
  ['not_found', 404, { detail: 'A voice with voice_id x was not found.' }, 'refused', /./],
  ['not_found', 400, { detail: { message: 'Voice does not exist.' } }, 'refused', /./],
  ['not_found', 410, { detail: 'The voice was not found.' }, 'refused', /./],
  ['http_404', 404, { detail: 'Not Found' }, 'refused', /./],
  ['http_422', 422, { detail: ['name is missing'] }, 'refused', /./],
  ['http_422', 422, { detail: {} }, 'refused', /./],
];

const nowMs = Date.UTC(2026, 10, 30, 10, 0, 0);

describe('when ElevenLabs says to come back', () => {
  it.each([
    [null, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['0', 0],
    ['7', 7],
    ['1.2', 2],
    ['36000', 36_000],
    ['99999999', 86_400],
    ['Mon, 30 Nov 2026 10:00:30 GMT', 30],
    ['Mon, 30 Nov 2026 09:59:00 GMT', 0],
  ])('given the Retry-After %j, then it is %j seconds', (retryAfter, retryAfterS) => {
    expect(readErrorAnswer(429, coded('system_busy'), retryAfter, nowMs).details.retryAfterS).toBe(retryAfterS);
  });
});

describe('what ElevenLabs answers', () => {
  it.each(answers)('given %s with %i %j, when read, then it is %s', (code, status, body, kind, advice) => {
    const error = readErrorAnswer(status, body, null, nowMs);

    expect(error).toMatchObject({ code, kind });
    expect(adviceFor(error.code)).toMatch(advice);
  });

  it.each([
    [403, html, false],
    [401, '', false],
    [409, coded('concurrent_modification'), false],
    [408, '', true],
    [500, coded('internal_server_error'), true],
    [503, coded('system_busy'), false],
  ])(
    'given %i %j, when read, then it is known whether it may have taken effect: %s',
    (status, body, outcomeUnknown) => {
      expect(readErrorAnswer(status, body, null, nowMs)).toMatchObject({ outcomeUnknown });
    },
  );
});
