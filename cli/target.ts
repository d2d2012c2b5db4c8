import { findStage } from '../ops/find-installation';
import type { Installation } from '../ops/installation';
import { readSecret } from '../ops/secrets';
import { type Endpoints, endpointsOf } from './endpoints';
import type { Sender } from './event-kinds';
import { findInstallation } from './run-command';
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
export interface TargetFlags {
  readonly url?: string | undefined;
  readonly secret?: string | undefined;
  readonly stage?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly port?: string | undefined;
}

/**
 * Finds the target: `--url`, otherwise `--stage` with its secrets, otherwise the local stack. A secret comes from
 * `--secret`, otherwise from the installation, otherwise from the settings. Throws WrongUse for invalid flags,
 * OperationError if there is no installation, and AWS errors unchanged.
 */
export const findTarget = async (flags: TargetFlags, env: Surroundings['env']): Promise<Target> => {
  if (flags.secret === '') throw new WrongUse('--secret is empty.');
  if (flags.url !== undefined && flags.stage !== undefined)
    throw new WrongUse('Use either --url or --stage, not both.');
  const installation = flags.url === undefined ? await installationOf(flags, env) : undefined;
  const baseUrl = flags.url ?? installation?.apiUrl ?? `http://127.0.0.1:${flags.port ?? portOf(env)}`;
  const endpoints = endpointsOf(baseUrl);
  return {
    endpoints,
    url: (path) => new URL(endpoints.preCall.href.replace(/\/webhook\/precall$/, path)),
    secretOf: (sender) => secretOf(sender, flags.secret, installation, env),
  };
};

const portOf = ({ PORT = '' }: Surroundings['env']): string => (PORT === '' ? '3005' : PORT);

/**
 * Finds the target's installation. Returns undefined for a local stack without a start-up file, such as an older one;
 * the command still calls it.
 */
const installationOf = async (flags: TargetFlags, env: Surroundings['env']): Promise<Installation | undefined> => {
  const { stage, profile, region } = flags;
  if (stage !== undefined) return findStage({ stage, profile, region });
  return findInstallation((name) => (name === 'port' ? flags.port : undefined), env).catch(() => undefined);
};

const secretOf = async (
  sender: Sender,
  flag: string | undefined,
  installation: Installation | undefined,
  env: Surroundings['env'],
): Promise<string> => {
  if (flag !== undefined) return flag;
  const { variable, secret, local } = senderSecrets[sender];
  const set = installation?.isLocal === false ? '' : firstValue(env[variable] ?? '');
  const stored = set !== '' || installation === undefined ? undefined : await readSecret(installation, secret);
  const found = set !== '' ? set : firstValue(stored ?? (installation?.isLocal === false ? '' : local));
  if (found !== '') return found;
  if (sender === 'flat') return secretOf('elevenlabs', flag, installation, env);
  throw new WrongUse(
    `The secret ${secret} has no value. Run "precall secret set ${secret}" to set it, or pass --secret.`,
  );
};
