import type { AgentDetails } from './details';
import { attention, type Finding, listed, ok, problem } from './finding';

/** Models that speak only English. */
const englishModels = ['eleven_flash_v2', 'eleven_turbo_v2'];

/** Returns findings about settings that decide whether a caller hears the pre-call's voice. */
export const hearingFindings = (agent: AgentDetails): readonly Finding[] => [
  agent.isTextOnly
    ? problem(
        'text_only',
        'The agent only writes: nobody hears a voice.',
        'Switch conversation.text_only off, or do not send pre-calls for it.',
      )
    : ok('text_only', 'The agent speaks.'),
  agent.isArchived
    ? problem('archived', 'The agent is archived.', 'Restore it in ElevenLabs, or use another agent.')
    : ok('archived', 'The agent is not archived.'),
  modelFinding(agent),
  otherVoicesFinding(agent),
  transferFinding(agent),
  agent.keepsNothing
    ? attention(
        'zero_retention',
        'The agent keeps nothing (privacy.zero_retention_mode): recordings and calls whose webhook was missed can’t ' +
          'be fetched later.',
        'To have them, switch zero retention off for this agent.',
      )
    : ok('zero_retention', 'ElevenLabs keeps the agent’s calls, so that Precall can fetch those that it missed.'),
  agent.recordsNoAudio
    ? attention(
        'record_voice',
        'The agent records no audio (privacy.record_voice): ENABLE_AUDIO_STORAGE has no recording to keep.',
        'To keep recordings, switch record_voice on for this agent.',
      )
    : ok('record_voice', 'ElevenLabs records the agent’s calls.'),
  concurrencyFinding(agent),
];

const modelFinding = ({ model, language, languagePresets }: AgentDetails): Finding => {
  const about = 'model_language';
  const languages = [...(language === undefined ? [] : [language]), ...languagePresets.map(({ name }) => name)];
  const others = languages.filter((name) => name !== 'en');
  if (model === undefined || others.length === 0 || !englishModels.includes(model))
    return ok(about, 'Nothing shows that the agent’s model does not speak its languages.');
  return problem(
    about,
    `The model ${model} speaks English only, but the agent also has these languages: ${listed(others)}.`,
    `Set tts.model_id to a model of several languages, such as ${model}_5, or use English alone.`,
  );
};

const otherVoicesFinding = ({ otherVoices }: AgentDetails): Finding =>
  otherVoices.length === 0
    ? ok('supported_voices', 'The agent speaks with one voice.')
    : attention(
        'supported_voices',
        `The agent may switch to other voices during a call: ${listed(otherVoices)}.`,
        'To keep the caller’s voice throughout, remove them from tts.supported_voices.',
      );

const transferFinding = ({ transfersWithoutVoice }: AgentDetails): Finding =>
  transfersWithoutVoice.length === 0
    ? ok('transfers', 'No transfer to another agent drops the voice of the call.')
    : attention(
        'transfers',
        `Calls that are handed to these agents lose the caller’s voice: ${listed(transfersWithoutVoice)}.`,
        'Enable preserve_client_tts_overrides in each transfer of transfer_to_agent.',
      );

const concurrencyFinding = ({ concurrencyLimit }: AgentDetails): Finding => {
  const about = 'concurrency_limit';
  if (concurrencyLimit === undefined || concurrencyLimit < 0 || concurrencyLimit > 1)
    return ok(about, 'The agent may have more than one call at a time.');
  return attention(
    about,
    `The agent may have ${concurrencyLimit} calls at a time: further callers are refused or wait.`,
    'Raise call_limits.agent_concurrency_limit; -1 is no limit.',
  );
};
