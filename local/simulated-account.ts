import { type ElevenLabsSimulator, startElevenLabs } from './elevenlabs/elevenlabs-simulator';
import type { LocalSettings } from './settings';

/** The agent that the sample events name. */
const agentIdOf = ({ ELEVENLABS_AGENT_ID: agentId = 'agent_def456uvw' }: LocalSettings): string => agentId;

/** The simulated ElevenLabs, with one agent that is set up as Precall wants it. */
export const startSimulatedAccount = (settings: LocalSettings): Promise<ElevenLabsSimulator> => {
  const agent = {
    agentId: agentIdOf(settings),
    name: 'Reception',
    voiceId: 'EXAVITQu4vr4xnSDxMaL',
    firstMessage: 'Hallo, waarmee kan ik helpen?',
    platformSettings: {
      overrides: {
        conversation_config_override: {
          tts: { voice_id: true },
          agent: { first_message: true },
          conversation: { max_duration_seconds: true },
        },
        enable_conversation_initiation_client_data_from_webhook: true,
      },
    },
  };
  return startElevenLabs({ apiKey: settings.ELEVENLABS_API_KEY, agents: [agent] });
};

/** What 3CX calls need if nobody has set it: the simulated account takes any number's id. */
export const simulatedCallSettings = (settings: LocalSettings): Record<string, string> => ({
  ELEVENLABS_AGENT_ID: agentIdOf(settings),
  ELEVENLABS_PHONE_NUMBER_ID: settings.ELEVENLABS_PHONE_NUMBER_ID ?? 'phnum_local',
});

/** Sets the account's webhooks to the local stack's routes, as an operator does it at ElevenLabs. */
export const useLocalStack = (account: ElevenLabsSimulator, url: string, settings: LocalSettings): void => {
  const [secret = ''] = settings.INITIATION_SECRET.split(',');
  account.changeWorkspace({
    webhooks: [{ webhookId: 'wh_local', name: 'Precall', url: `${url}/webhook/postcall`, retryEnabled: true }],
    postCallWebhookId: 'wh_local',
    events: ['transcript', 'call_initiation_failure'],
    transcriptFormat: 'json',
    initiationWebhook: {
      url: `${url}/webhook/initiation`,
      requestHeaders: { 'X-Precall-Secret': { secretId: 'precall_initiation' } },
    },
    secrets: { precall_initiation: secret.trim() },
  });
};
