import type { LocalSettings } from '../settings';
import { playCall } from './demo';
import type { DemoOptions } from './demo-options';

/** Plays the demo's call unless the settings disable it or it would cost money. Returns true if nothing went wrong. */
export const runDemo = async (
  settings: LocalSettings,
  options: Omit<DemoOptions, 'agentId' | 'webhookSecret'>,
): Promise<boolean> => {
  if (settings.PRECALL_DEMO === 'off') return true;
  const isRealService = new URL(options.places.elevenLabsUrl).hostname.endsWith('elevenlabs.io');
  if (isRealService && settings.ELEVENLABS_AGENT_ID === undefined) {
    options.print('No call is played: on the real ElevenLabs, name one of your agents in ELEVENLABS_AGENT_ID.');
    return true;
  }
  const webhookSecret = settings.ELEVENLABS_WEBHOOK_SECRET.split(',')[0]?.trim() ?? '';
  try {
    return await playCall({ ...options, webhookSecret, agentId: settings.ELEVENLABS_AGENT_ID });
  } catch (error) {
    options.print(`  The call could not be played: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
};
