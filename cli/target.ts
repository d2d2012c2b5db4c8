import { findStage } from '../ops/find-installation';
import type { Installation } from '../ops/installation';
import { readSecret } from '../ops/secrets';
import { type Endpoints, endpointsOf } from './endpoints';
import type { Sender } from './event-kinds';
import { findInstallation } from './run-command';
import type { Surroundings } from './surroundings';
import { firstValue } from './webhook-secret';
import { WrongUse } from './wrong-use';

/** Where a request goes, and what it is signed with. */
export interface Target {
  readonly endpoints: Endpoints;
  readonly url: (path: string) => URL;
  /** The secret of a sender. */
  readonly secretOf: (sender: Sender) => Promise<string>;
}

/** What the command line says about it. */
export interface TargetFlags {
  readonly url?: string | undefined;
  readonly secret?: string | undefined;
  readonly stage?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly port?: string | undefined;
}

interface SenderSecret {
  /** The setting that has it. */
  readonly variable: string;
  /** The installation's secret. */
  readonly secret: string;
  /** What the local stack expects unless it is told otherwise. */
  readonly local: string;
}

const senderSecrets: Readonly<Record<Sender, SenderSecret>> = {
  elevenlabs: {
    variable: 'ELEVENLABS_WEBHOOK_SECRET',
    secret: 'ElevenLabsWebhookSecret',
    local: 'wsec_local_webhook_secret',
  },
  flat: { variable: 'FLAT_POSTCALL_SECRET', secret: 'FlatPostCallSecret', local: '' },
  threecx: { variable: 'THREECX_WEBHOOK_SECRET', secret: 'ThreeCxWebhookSecret', local: 'local_3cx_secret' },
  initiation: { variable: 'INITIATION_SECRET', secret: 'InitiationSecret', local: 'local_initiation_secret' },
};

/**
 * Where to send to: `--url`, else `--stage` with its secrets, else the local stack. A secret comes from `--secret`,
 * else from the installation, else from the settings. Throws WrongUse, OperationError, and AWS' own errors.
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
 * The local stack need not have a start-up file: an older one, or one that another program runs, is asked all the same.
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
    `The secret ${secret} has no value: fill it with "precall secret set ${secret}", or use --secret.`,
  );
};
