import { findLocal, findStage } from '../ops/find-installation';
import type { Installation } from '../ops/installation';
import { setClockAhead } from '../ops/shift-clock.cjs';
import type { Call, Command } from './command';
import { commandHelp, commonFlags } from './command-help';
import { type ExitCode, exitCodes } from './exit-codes';
import { parseFlags } from './flags';
import type { Surroundings } from './surroundings';
import { WrongUse } from './wrong-use';

/** Runs a command for an installation. Rethrows the command's errors. */
export const runCommand = async (
  name: string,
  command: Command,
  args: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> => {
  const flags = { ...command.flags, ...commonFlags };
  const options = Object.fromEntries(Object.entries(flags).map(([flag, { type }]) => [flag, { type }]));
  const { values, positionals } = parseFlags(args, options);
  const given: Readonly<Record<string, unknown>> = values;
  if (given['help'] === true) {
    surroundings.print(commandHelp(name, command));
    return exitCodes.done;
  }
  const opened: Installation[] = [];
  const call = commandCall(given, positionals, surroundings, opened);
  try {
    return await command.run(call);
  } finally {
    opened.forEach(({ clients }) => clients.destroy());
  }
};

const commandCall = (
  given: Readonly<Record<string, unknown>>,
  args: readonly string[],
  surroundings: Surroundings,
  opened: Installation[],
): Call => {
  const text = (flag: string): string | undefined => {
    const value = given[flag];
    return typeof value === 'string' ? value : undefined;
  };
  const has = (flag: string): boolean => given[flag] === true;
  const installation = async (): Promise<Installation> => {
    const found = await findInstallation(text, surroundings.env);
    opened.push(found);
    return found;
  };
  const show: Call['show'] = (document, lines) => {
    if (has('json')) surroundings.print(JSON.stringify(document));
    else lines.forEach(surroundings.print);
  };
  const confirm: Call['confirm'] = async (question) => {
    if (has('yes')) return true;
    if (surroundings.ask === undefined)
      throw new WrongUse(`${question} This is not a terminal. Repeat the command with --yes to confirm.`);
    const isConfirmed = await surroundings.ask(question);
    if (!isConfirmed) surroundings.note('Nothing was done.');
    return isConfirmed;
  };
  return { args, text, has, surroundings, installation, show, confirm };
};

const defaultPort = 3005;

/**
 * Finds the installation that the flags name, otherwise the local stack, and sets this process's clock to that stack's.
 * Throws WrongUse for invalid flags, OperationError if there is no installation, and AWS errors unchanged.
 */
export const findInstallation = async (text: Call['text'], env: Surroundings['env']): Promise<Installation> => {
  const [stage, port] = [text('stage'), text('port')];
  if (stage !== undefined) {
    if (port !== undefined) throw new WrongUse('Use either --stage for a deployed stage or --port for a local stack.');
    if (!/^[a-z][a-z0-9]{0,15}$/.test(stage))
      throw new WrongUse(
        `--stage ${stage} is not valid. A stage has 1 to 16 lower-case letters and digits, such as prod.`,
      );
    return findStage({ stage, profile: text('profile'), region: text('region') });
  }
  const flag = ['profile', 'region'].find((name) => text(name) !== undefined);
  if (flag !== undefined) throw new WrongUse(`--${flag} can be used only with --stage.`);
  const named = port ?? (env['PORT'] === '' ? undefined : env['PORT']);
  const wanted = named ?? String(defaultPort);
  if (!/^\d{1,5}$/.test(wanted)) throw new WrongUse(`The port ${wanted} is not a number. Correct --port or PORT.`);
  const found = findLocal(Number(wanted), named === undefined);
  // What this command signs and reads must have the time of the stack.
  if (found.clockAheadMs !== undefined && found.clockAheadMs > 0) setClockAhead(found.clockAheadMs);
  return found;
};

/** Returns the only argument. Throws WrongUse if it is missing or is followed by another. */
export const oneArgument = ({ args }: Pick<Call, 'args'>, what: string, from = 0): string => {
  const [value, extra] = args.slice(from);
  if (value === undefined) throw new WrongUse(`The ${what} is missing.`);
  if (extra !== undefined) throw new WrongUse(`Give one ${what} only. Remove ${extra}.`);
  return value;
};

/** Throws WrongUse if there is an argument. */
export const noArguments = ({ args }: Pick<Call, 'args'>, from = 0): void => {
  const extra = args[from];
  if (extra !== undefined) throw new WrongUse(`Unexpected argument ${extra}. Remove it.`);
};

/** Checks that an argument is one of the actions and returns it. Throws WrongUse otherwise. */
export const actionOf = <Action extends string>(
  { args }: Pick<Call, 'args'>,
  actions: readonly Action[],
  fallback: Action,
): Action => {
  const [given] = args;
  if (given === undefined) return fallback;
  const action = actions.find((each) => each === given);
  if (action !== undefined) return action;
  throw new WrongUse(`Unknown action ${given}. Use one of: ${actions.join(', ')}.`);
};
