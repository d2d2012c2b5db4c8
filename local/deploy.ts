import * as z from 'zod';
import { type AwsEmulators, startAwsEmulators } from './aws/emulators';
import type { ElevenLabsSimulator } from './elevenlabs/elevenlabs-simulator';
import type { KeptState } from './kept-state';
import type { Resources } from './open-resources';
import type { LocalSettings } from './settings';
import { simulatedCallSettings, startSimulatedAccount } from './simulated-account';
import { deployStack } from './stack/deploy-stack';
import type { DeployedStack } from './stack/deployed-stack';
import { synthesize } from './synth';

/** The template's resources on their emulators, and their addresses. */
export interface Deployment {
  readonly deployed: DeployedStack;
  readonly awsUrl: string;
  readonly elevenLabsUrl: string;
  /** The local stack's own simulator; undefined if the settings name another. */
  readonly simulator: ElevenLabsSimulator | undefined;
  readonly aws: AwsEmulators | undefined;
  /** Whether an earlier synth was reused. */
  readonly isReused: boolean;
}

interface DeploymentOptions {
  readonly settings: LocalSettings;
  /** Variables that replace those of the template in functions. */
  readonly environment: Readonly<Record<string, string>>;
  readonly kept: KeptState | undefined;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Synthesizes the stack, starts the emulators of AWS and ElevenLabs, and creates the template's resources on them. */
export const deploy = async (
  { settings, environment, kept, print, signal }: DeploymentOptions,
  opened: Resources,
): Promise<Deployment> => {
  const onSynth = (): void => print('Synthesizes the stack. That takes about 15 s after each change of its sources …');
  const [{ assemblyDir, isReused }, aws, simulator] = await Promise.all([
    synthesize(signal, onSynth),
    settings.AWS_ENDPOINT_URL === undefined
      ? opened.add(startAwsEmulators({ port: settings.AWS_PORT, kept }))
      : undefined,
    settings.ELEVENLABS_API_BASE_URL === undefined ? opened.add(startSimulatedAccount(settings, kept)) : undefined,
  ]);
  const awsUrl = settings.AWS_ENDPOINT_URL ?? aws?.url ?? '';
  const elevenLabsUrl = settings.ELEVENLABS_API_BASE_URL ?? simulator?.url ?? '';
  const created = deployStack({
    assemblyDir,
    awsUrl,
    region: settings.AWS_REGION,
    secretValues: withoutKept(secretValues(settings), kept),
    environmentOverrides: {
      ...(simulator !== undefined && simulatedCallSettings(settings)),
      ...environment,
      ELEVENLABS_API_BASE_URL: elevenLabsUrl,
    },
  });
  const deployed = await created.catch((error: unknown) => {
    if (isUnreachable(error))
      throw new Error(`AWS_ENDPOINT_URL ${awsUrl} does not answer. Start that emulator, or unset the variable.`);
    throw error;
  });
  return { deployed, awsUrl, elevenLabsUrl, simulator, aws, isReused };
};

/** Tells whether the emulator is unreachable. Its errors name the failed resource and quote the connection's error. */
const isUnreachable = (error: unknown): boolean =>
  error instanceof Error && /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT/.test(error.message);

/** Returns the template's secrets, by logical id. */
const secretValues = (settings: LocalSettings): Record<string, string> => ({
  ElevenLabsApiKey: settings.ELEVENLABS_API_KEY,
  ElevenLabsWebhookSecret: settings.ELEVENLABS_WEBHOOK_SECRET,
  ThreeCxWebhookSecret: settings.THREECX_WEBHOOK_SECRET,
  InitiationSecret: settings.INITIATION_SECRET,
  CallerHashKey: settings.CALLER_HASH_KEY,
  ...(settings.FLAT_POSTCALL_SECRET !== undefined && { FlatPostCallSecret: settings.FLAT_POSTCALL_SECRET }),
});

const keptSecrets = z.object({ secrets: z.array(z.object({ name: z.string() })) });

/**
 * Leaves out secrets with a kept value, which may have been rotated. ElevenLabs' key always comes from the settings.
 */
const withoutKept = (values: Record<string, string>, kept: KeptState | undefined): Record<string, string> => {
  const { secrets } = keptSecrets.safeParse(kept?.load('secrets')).data ?? { secrets: [] };
  const isKept = (id: string): boolean => secrets.some(({ name }) => name.startsWith(`${id}-`));
  return Object.fromEntries(Object.entries(values).filter(([id]) => id === 'ElevenLabsApiKey' || !isKept(id)));
};
