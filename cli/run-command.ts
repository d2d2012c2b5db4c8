import type { Installation } from '../ops/installation';
import type { Command, Invocation } from './command';
import { commandHelp, commonFlags } from './command-help';
import { type ExitCode, exitCodes } from './exit-codes';
import { findInstallation } from './find-installation';
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
  const flagValues: FlagValues = values;
  if (flagValues['help'] === true) {
    surroundings.print(commandHelp(name, command));
    return exitCodes.done;
  }
  const installations: Installation[] = [];
  const onFound = (installation: Installation): void => {
    installations.push(installation);
  };
  try {
    return await command.run(invocationOf(flagValues, positionals, surroundings, onFound));
  } finally {
    installations.forEach(({ clients }) => clients.destroy());
  }
};

type FlagValues = Readonly<Record<string, unknown>>;

const invocationOf = (
  flagValues: FlagValues,
  args: readonly string[],
  surroundings: Surroundings,
  onFound: (installation: Installation) => void,
): Invocation => {
  const text = (flag: string): string | undefined => {
    const value = flagValues[flag];
    return typeof value === 'string' ? value : undefined;
  };
  const has = (flag: string): boolean => flagValues[flag] === true;
  const installation = async (): Promise<Installation> => {
    const flags = { stage: text('stage'), profile: text('profile'), region: text('region'), port: text('port') };
    const found = await findInstallation(flags, surroundings.env);
    onFound(found);
    return found;
  };
  const show: Invocation['show'] = (document, lines) => {
    if (has('json')) surroundings.print(JSON.stringify(document));
    else lines.forEach(surroundings.print);
  };
  const confirm: Invocation['confirm'] = async (question) => {
    if (has('yes')) return true;
    if (surroundings.ask === undefined)
      throw new WrongUse(`${question} This is not a terminal. Repeat the command with --yes to confirm.`);
    const isConfirmed = await surroundings.ask(question);
    if (!isConfirmed) surroundings.note('Nothing was done.');
    return isConfirmed;
  };
  return { args, text, has, surroundings, installation, show, confirm };
};

/** Returns the only argument. Throws WrongUse if it is missing or is followed by another. */
export const oneArgument = ({ args }: Pick<Invocation, 'args'>, what: string, from = 0): string => {
  const [value, extra] = args.slice(from);
  if (value === undefined) throw new WrongUse(`The ${what} is missing.`);
  if (extra !== undefined) throw new WrongUse(`Give one ${what} only. Remove ${extra}.`);
  return value;
};

/** Throws WrongUse if there is an argument. */
export const noArguments = ({ args }: Pick<Invocation, 'args'>, from = 0): void => {
  const extra = args[from];
  if (extra !== undefined) throw new WrongUse(`Unexpected argument ${extra}. Remove it.`);
};

/**
 * Returns the action that the first argument names, or `fallback` without arguments. Throws WrongUse if it is none of
 * the actions, or is missing without a fallback.
 */
export const actionOf = <Action extends string>(
  { args: [name] }: Pick<Invocation, 'args'>,
  actions: readonly Action[],
  fallback?: Action,
): Action => {
  const action = name === undefined ? fallback : actions.find((each) => each === name);
  if (action !== undefined) return action;
  const problem = name === undefined ? 'The action is missing.' : `Unknown action ${name}.`;
  throw new WrongUse(`${problem} Use one of: ${actions.join(', ')}.`);
};
