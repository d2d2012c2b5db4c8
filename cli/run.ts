import { version } from '../package.json';
import { check } from './check';
import { Unreachable } from './exchange';
import { type ExitCode, exitCodes } from './exit-codes';
import { parseFlags } from './flags';
import { help } from './help';
import { send } from './send';
import { sign } from './sign';
import type { Surroundings } from './surroundings';
import { WrongUse } from './wrong-use';

const commands = { send, check, sign } as const;

type CommandName = keyof typeof commands;

/**
 * Runs the command line. Wrong use and a service out of reach end in a sentence; whatever else is thrown is a defect.
 */
export const run = async (args: readonly string[], surroundings: Surroundings): Promise<ExitCode> => {
  const [name, ...rest] = args;
  const command = isCommand(name) ? name : undefined;
  try {
    return await (command === undefined ? withoutCommand(args, surroundings) : runCommand(command, rest, surroundings));
  } catch (error) {
    if (error instanceof Unreachable) {
      surroundings.note(error.message);
      return exitCodes.unreachable;
    }
    if (!(error instanceof WrongUse)) throw error;
    surroundings.note(error.message);
    surroundings.note(`Help: npx precall ${command === undefined ? '' : `${command} `}--help`);
    return exitCodes.wrongUse;
  }
};

const isCommand = (name: string | undefined): name is CommandName =>
  name !== undefined && Object.hasOwn(commands, name);

const runCommand = (name: CommandName, args: readonly string[], surroundings: Surroundings): Promise<ExitCode> =>
  args.includes('--help') ? printed(help[name], surroundings) : commands[name](args, surroundings);

const withoutCommand = (args: readonly string[], surroundings: Surroundings): Promise<ExitCode> => {
  const { values, positionals } = parseFlags(args, { help: { type: 'boolean' }, version: { type: 'boolean' } });
  if (positionals[0] !== undefined)
    throw new WrongUse(`There is no command ${positionals[0]}: it is send, check or sign.`);
  if (values.version) return printed(version, surroundings);
  if (values.help) return printed(help.general, surroundings);
  throw new WrongUse('The command is missing: it is send, check or sign.');
};

const printed = (text: string, { print }: Surroundings): Promise<ExitCode> => {
  print(text);
  return Promise.resolve(exitCodes.done);
};
