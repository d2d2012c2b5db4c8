import * as z from 'zod';
import { type ElevenLabsSimulator, startElevenLabs } from './elevenlabs/elevenlabs-simulator';
import type { SimulatorState } from './elevenlabs/state';
import type { KeptState } from './kept-state';
import type { LocalSettings } from './settings';

/** Returns the agent that the sample events name. */
const agentIdOf = ({ ELEVENLABS_AGENT_ID: agentId = 'agent_def456uvw' }: LocalSettings): string => agentId;

/** Starts the simulated ElevenLabs with one agent that is set up for Precall, or in the state of an earlier run. */
export const startSimulatedAccount = (
  settings: LocalSettings,
  kept?: Pick<KeptState, 'load'>,
): Promise<ElevenLabsSimulator> => {
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
  const restored = keptParts.safeParse(kept?.load('elevenlabs')).data;
  return startElevenLabs({
    port: settings.ELEVENLABS_PORT ?? 0,
    apiKey: settings.ELEVENLABS_API_KEY,
    agents: [agent],
    restored,
  });
};

/** Returns defaults for the settings of 3CX calls. The simulated account accepts any number's id. */
export const simulatedCallSettings = (settings: LocalSettings): Record<string, string> => ({
  ELEVENLABS_AGENT_ID: agentIdOf(settings),
  ELEVENLABS_PHONE_NUMBER_ID: settings.ELEVENLABS_PHONE_NUMBER_ID ?? 'phnum_local',
});

/** The parts of the simulated account that survive a run. */
const keptParts = z.object({
  workspace: z.custom<SimulatorState['workspace']>(),
  voices: z.custom<SimulatorState['voices']>(),
  agents: z.custom<SimulatorState['agents']>(),
  conversations: z.custom<SimulatorState['conversations']>(),
  voiceAddEditCounter: z.number(),
});

const saveEveryMs = 1_000;

/** Saves the account for the next run: every second if it has changed, and at the end. */
export const keepSimulator = ({ state }: Pick<ElevenLabsSimulator, 'state'>, kept: Pick<KeptState, 'save'>) => {
  let saved = '';
  const save = (): void => {
    const parts = keptParts.parse(state);
    const text = JSON.stringify(parts);
    if (text !== saved) kept.save('elevenlabs', parts);
    saved = text;
  };
  save();
  const timer = setInterval(save, saveEveryMs);
  return {
    close: () => {
      clearInterval(timer);
      save();
      return Promise.resolve();
    },
  };
};

/**
 * Sets the account's webhooks to the local stack's routes, as an operator does at ElevenLabs. Without settings, the
 * account keeps its secret.
 */
export const useLocalStack = (account: ElevenLabsSimulator, url: string, settings: LocalSettings | undefined): void => {
  const [secret = ''] = (settings?.INITIATION_SECRET ?? '').split(',');
  account.changeWorkspace({
    webhooks: [{ webhookId: 'wh_local', name: 'Precall', url: `${url}/webhook/postcall`, retryEnabled: true }],
    postCallWebhookId: 'wh_local',
    events: ['transcript', 'call_initiation_failure'],
    transcriptFormat: 'json',
    initiationWebhook: {
      url: `${url}/webhook/initiation`,
      requestHeaders: { 'X-Precall-Secret': { secretId: 'precall_initiation' } },
    },
    ...(settings !== undefined && { secrets: { precall_initiation: secret.trim() } }),
  });
};
