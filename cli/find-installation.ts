import { findLocal, findStage } from '../ops/find-installation';
import type { Installation } from '../ops/installation';
import { setClockAhead } from '../ops/shift-clock.cjs';
import type { Surroundings } from './surroundings';
import { WrongUse } from './wrong-use';

/** The flags that name an installation: a deployed stage, or the port of a local stack. */
export interface InstallationFlags {
  readonly stage?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly port?: string | undefined;
}

/**
 * Finds the installation that the flags name, otherwise the local stack, and sets this process's clock to that stack's.
 * Throws WrongUse for invalid flags, OperationError if there is no installation, and AWS errors unchanged.
 */
export const findInstallation = async (flags: InstallationFlags, env: Surroundings['env']): Promise<Installation> => {
  const { stage, profile, region, port } = flags;
  if (stage === undefined) return findLocalStack(flags, env);
  if (port !== undefined) throw new WrongUse('Use either --stage for a deployed stage or --port for a local stack.');
  if (!/^[a-z][a-z0-9]{0,15}$/.test(stage))
    throw new WrongUse(
      `--stage ${stage} is not valid. A stage has 1 to 16 lower-case letters and digits, such as prod.`,
    );
  return findStage({ stage, profile, region });
};

const defaultPort = '3005';

/** Returns the port of the local stack: the flag's, otherwise PORT. Throws WrongUse if it is not a number. */
export const localPort = ({ port }: InstallationFlags, env: Surroundings['env']): string => {
  const text = port ?? (isSet(env['PORT']) ? env['PORT'] : defaultPort);
  if (/^\d{1,5}$/.test(text)) return text;
  throw new WrongUse(`The port ${text} is not a number. Correct --port or PORT.`);
};

const findLocalStack = (flags: InstallationFlags, env: Surroundings['env']): Installation => {
  for (const flag of ['profile', 'region'] as const)
    if (flags[flag] !== undefined) throw new WrongUse(`--${flag} can be used only with --stage.`);
  const isDefaultPort = flags.port === undefined && !isSet(env['PORT']);
  const installation = findLocal(Number(localPort(flags, env)), isDefaultPort);
  // What this command signs and reads must have the time of the stack.
  const { clockAheadMs = 0 } = installation;
  if (clockAheadMs > 0) setClockAhead(clockAheadMs);
  return installation;
};

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';
