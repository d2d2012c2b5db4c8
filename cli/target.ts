import { type Installation, OperationError } from '../ops/installation';
import { readSecret } from '../ops/secrets';
import type { Invocation } from './command';
import { type Endpoints, endpointsOf } from './endpoints';
import type { Sender } from './event-kinds';
import { findInstallation, type InstallationFlags, localPort } from './find-installation';
import type { Surroundings } from './surroundings';
import { firstValue, senderSecrets } from './webhook-secret';
import { WrongUse } from './wrong-use';

/** The address of a request, and the secrets to sign it with. */
export interface Target {
  readonly endpoints: Endpoints;
  readonly url: (path: string) => URL;
  /** Returns the secret of a sender. */
  readonly secretOf: (sender: Sender) => Promise<string>;
}

/** The flags that determine the target. */
export interface TargetFlags extends InstallationFlags {
  readonly url?: string | undefined;
  readonly secret?: string | undefined;
}

/**
 * Finds the target: `--url`, otherwise `--stage` with its secrets, otherwise the local stack. A secret comes from
 * `--secret`, otherwise from the installation, otherwise from the settings. Throws WrongUse for invalid flags,
 * OperationError if there is no installation, and AWS errors unchanged.
 */
export const findTarget = async (flags: TargetFlags, env: Surroundings['env']): Promise<Target> => {
  if (flags.secret === '') throw new WrongUse('--secret is empty.');
  if (flags.url !== undefined) requireUrlAlone(flags);
  const installation = flags.url === undefined ? await installationOf(flags, env) : undefined;
  const baseUrl = flags.url ?? installation?.apiUrl ?? `http://127.0.0.1:${localPort(flags, env)}`;
  const endpoints = endpointsOf(baseUrl);
  return {
    endpoints,
    url: (path) => new URL(endpoints.preCall.href.replace(/\/webhook\/precall$/, path)),
    secretOf: (sender) => secretOf(sender, flags.secret, installation, env),
  };
};

/** Finds the target that a command's flags name. Throws as `findTarget` does. */
export const targetOf = ({ text, surroundings }: Pick<Invocation, 'text' | 'surroundings'>): Promise<Target> =>
  findTarget(
    {
      url: text('url'),
      secret: text('secret'),
      stage: text('stage'),
      profile: text('profile'),
      region: text('region'),
      port: text('port'),
    },
    surroundings.env,
  );

const requireUrlAlone = (flags: TargetFlags): void => {
  for (const flag of ['stage', 'profile', 'region'] as const)
    if (flags[flag] !== undefined) throw new WrongUse(`Use either --url or --${flag}, not both.`);
};

/**
 * Finds the target's installation. Returns undefined for a local stack without a start-up file, such as an older one;
 * the command still calls it.
 */
const installationOf = async (flags: TargetFlags, env: Surroundings['env']): Promise<Installation | undefined> => {
  try {
    return await findInstallation(flags, env);
  } catch (error) {
    if (flags.stage === undefined && error instanceof OperationError) return undefined;
    throw error;
  }
};

const secretOf = async (
  sender: Sender,
  flag: string | undefined,
  installation: Installation | undefined,
  env: Surroundings['env'],
): Promise<string> => {
  if (flag !== undefined) return flag;
  const { variable, secret, local } = senderSecrets[sender];
  const isStage = installation?.isLocal === false;
  const setting = isStage ? '' : firstValue(env[variable] ?? '');
  if (setting !== '') return setting;
  const stored = installation === undefined ? undefined : await readSecret(installation, secret);
  const value = firstValue(stored ?? (isStage ? '' : local));
  if (value !== '') return value;
  if (sender === 'flat') return secretOf('elevenlabs', flag, installation, env);
  throw new WrongUse(
    `The secret ${secret} has no value. Run "precall secret set ${secret}" to set it, or pass --secret.`,
  );
};
