import { startAwsEmulators } from '../../local/aws/emulators';
import { type Functions, startFunctions } from '../../local/lambda/functions';
import type { InvocationReport } from '../../local/lambda/invocation-result';
import { openResources, type Resources } from '../../local/open-resources';
import type { LocalSettings } from '../../local/settings';
import { simulatedCallSettings, startSimulatedAccount } from '../../local/simulated-account';
import { createAwsClients } from '../../local/stack/aws-clients';
import { deployStack } from '../../local/stack/deploy-stack';
import type { DeployedStack } from '../../local/stack/deployed-stack';
import { fillSecrets, localSecrets, type SecretValues } from './secret-values';

/** What functions are to be run from, and on what. */
export interface StageOptions {
  /** Directory that `cdk synth` wrote. */
  readonly assemblyDir: string;
  /** Emulators that it names are used; those that it does not name are started. */
  readonly settings: LocalSettings;
  /** Replaces variables of those functions that declare them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onLog?: (functionId: string, line: string) => void;
  readonly onReport?: (functionId: string, report: InvocationReport) => void;
}

/** The functions, ready to be invoked one by one: nothing polls queues, runs schedules or serves the API. */
export interface Stage {
  readonly awsUrl: string;
  readonly elevenLabsUrl: string;
  readonly deployed: DeployedStack;
  /** What the secrets hold, by logical id. */
  readonly secrets: SecretValues;
  readonly invoke: Functions['invoke'];
  /** Ends what was started. */
  readonly close: () => Promise<void>;
}

/**
 * Brings up what the functions need. What runs already is left when it throws: a sentence for what cannot be reached or
 * used.
 */
export const openStage = async (options: StageOptions): Promise<Stage> => {
  const opened = openResources();
  try {
    return await open(options, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
};

const open = async (options: StageOptions, opened: Resources): Promise<Stage> => {
  const { settings, assemblyDir, environment, ...listeners } = options;
  const { AWS_REGION: region } = settings;
  const awsUrl = settings.AWS_ENDPOINT_URL ?? (await opened.add(startAwsEmulators())).url;
  const elevenLabsUrl = settings.ELEVENLABS_API_BASE_URL ?? (await opened.add(startSimulatedAccount(settings))).url;
  const deployed = await deployStack({
    assemblyDir,
    awsUrl,
    region,
    secretValues: {},
    environmentOverrides: {
      ...(isSimulated(elevenLabsUrl) && simulatedCallSettings(settings)),
      ELEVENLABS_API_BASE_URL: elevenLabsUrl,
      ...environment,
    },
  }).catch(explainRefusal(awsUrl));
  const clients = createAwsClients(awsUrl, region);
  const filling = fillSecrets(clients.secretsManager, deployed.secrets, localSecrets(settings));
  const secrets = await filling.finally(() => clients.destroy());
  const functions = await opened.add(startFunctions({ functions: deployed.functions, awsUrl, region, ...listeners }));
  return { awsUrl, elevenLabsUrl, deployed, secrets, invoke: functions.invoke, close: opened.close };
};

/** The real ElevenLabs is not on this machine. */
const isSimulated = (url: string): boolean => ['127.0.0.1', 'localhost'].includes(new URL(url).hostname);

const explainRefusal =
  (awsUrl: string) =>
  (cause: unknown): never => {
    if (!(cause instanceof Error && cause.message.includes('ECONNREFUSED'))) throw cause;
    throw new Error(`AWS_ENDPOINT_URL ${awsUrl} does not answer. Start that emulator, or unset the variable.`, {
      cause,
    });
  };
