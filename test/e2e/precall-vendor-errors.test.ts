import { refusal } from '../support/refusals';
import { type RunningStack, startStack } from '../support/running-stack';
import { newConversationId, post, preCallEvent } from '../support/sender';

let running: RunningStack;

beforeAll(async () => {
  running = await startStack();
});

afterAll(async () => {
  await running.close();
});

const send = (conversation_id: string, agent_id = 'agent_1') =>
  post(running.precallUrl, JSON.stringify(preCallEvent({ conversation_id, agent_id })));

describe('what ElevenLabs answers to a clone, and what we answer then', () => {
  it.each([
    ['paid_plan_required', 400, 422, 'VOICE_CLONING_FAILED'],
    ['can_not_use_instant_voice_cloning', 403, 422, 'VOICE_CLONING_FAILED'],
    ['voice_limit_reached', 400, 422, 'VOICE_CLONING_FAILED'],
    ['voice_add_edit_limit_reached', 400, 422, 'VOICE_CLONING_FAILED'],
    ['invalid_api_key', 401, 500, 'ELEVENLABS_ACCESS_DENIED'],
    ['missing_api_key', 401, 500, 'ELEVENLABS_ACCESS_DENIED'],
    ['missing_permissions', 401, 500, 'ELEVENLABS_ACCESS_DENIED'],
    ['insufficient_permissions', 403, 500, 'ELEVENLABS_ACCESS_DENIED'],
    ['insufficient_credits', 402, 422, 'VOICE_CLONING_FAILED'],
    ['invalid_audio', 400, 422, 'VOICE_CLONING_FAILED'],
    ['audio_too_short', 400, 422, 'VOICE_CLONING_FAILED'],
    ['invalid_file', 400, 422, 'VOICE_CLONING_FAILED'],
    ['voice_already_exists', 409, 422, 'VOICE_CLONING_FAILED'],
    ['detected_unusual_activity', 401, 422, 'VOICE_CLONING_FAILED'],
    ['quota_exceeded', 401, 422, 'VOICE_CLONING_FAILED'],
    ['blocked_by_moderation', 403, 422, 'VOICE_CLONING_FAILED'],
    ['system_busy', 503, 503, 'ELEVENLABS_UNAVAILABLE'],
  ])(
    'given %s with %i, then it is %i %s, and nothing is left behind',
    async (code, vendorStatus, status, error_code) => {
      const conversation_id = newConversationId();
      const tries = code === 'system_busy' ? 4 : 1; // only what is busy is tried again
      const before = { voices: running.elevenLabs.clones().length, jobs: await running.deletionJobs() };
      running.elevenLabs.failNext('createVoice', ...Array.from({ length: tries }, () => refusal(code, vendorStatus)));

      const answer = await send(conversation_id);

      const json = {
        status: 'error',
        error_code,
        error_message: expect.stringContaining(`${code}: `),
        conversation_id,
      };
      expect(answer).toMatchObject({ status, json });
      expect({ voices: running.elevenLabs.clones().length, jobs: await running.deletionJobs() }).toEqual(before);
      expect(Object.keys(await running.objects())).toEqual([]);
      expect(running.elevenLabs.agent('agent_1')).toMatchObject({ voiceId: 'ownVoice1' });
    },
  );
});

describe('an answer that comes from the network before ElevenLabs', () => {
  it.each([
    ['HTML', 403, '<html>403 Forbidden</html>', 503, 'ELEVENLABS_UNAVAILABLE'],
    ['nothing', 401, undefined, 503, 'ELEVENLABS_UNAVAILABLE'],
    ['HTML', 413, '<html>413</html>', 422, 'VOICE_CLONING_FAILED'],
  ])(
    'given %s with %i, then nobody blames the key, and nothing is left behind',
    async (_given, from, body, status, error_code) => {
      const before = { voices: running.elevenLabs.clones().length, jobs: await running.deletionJobs() };
      running.elevenLabs.failNext('createVoice', { kind: 'answer', status: from, body });

      expect(await send(newConversationId())).toMatchObject({ status, json: { error_code } });
      expect({ voices: running.elevenLabs.clones().length, jobs: await running.deletionJobs() }).toEqual(before);
    },
  );
});
