import { version } from '../package.json';
import { check } from './check';
import type { Command } from './command';
import { commands } from './commands';
import { describeFault } from './describe-fault';
import { type ExitCode, exitCodes } from './exit-codes';
import { parseFlags } from './flags';
import { generalHelp, help } from './help';
import { nearestName } from './nearest';
import { runCommand } from './run-command';
import { send } from './send';
import { sign } from './sign';
import type { Surroundings } from './surroundings';
import { WrongUse } from './wrong-use';

/** The commands that need only an address and a secret. They have their own flags and help. */
const senders = { send, check, sign } as const;

const allNames = [...Object.keys(senders), ...Object.keys(commands)];

/**
 * Runs the command line. Every failure ends with a sentence and an exit code. With `PRECALL_DEBUG=1`, a defect of the
 * command is thrown unchanged.
 */
export const run = async (args: readonly string[], surroundings: Surroundings): Promise<ExitCode> => {
  const [name, ...rest] = args;
  try {
    return await runNamed(name, rest, args, surroundings);
  } catch (error) {
    return endOf(error, name, surroundings);
  }
};

const isSender = (name: string): name is keyof typeof senders => Object.hasOwn(senders, name);

const commandNamed = (name: string): Command | undefined =>
  Object.hasOwn(commands, name) ? commands[name] : undefined;

const runNamed = (
  name: string | undefined,
  rest: readonly string[],
  args: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> => {
  if (name === undefined || name.startsWith('-')) return withoutCommand(args, surroundings);
  if (isSender(name)) {
    if (rest.includes('--help')) return printed(help[name], surroundings);
    return senders[name](rest, surroundings);
  }
  const command = commandNamed(name);
  if (command !== undefined) return runCommand(name, command, rest, surroundings);
  const nearest = nearestName(name, allNames);
  throw new WrongUse(`Unknown command ${name}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`);
};

const endOf = (error: unknown, name: string | undefined, { note, env }: Surroundings): ExitCode => {
  if (error instanceof WrongUse) {
    note(error.message);
    note(`Help: npx precall ${name !== undefined && allNames.includes(name) ? `${name} ` : ''}--help`);
    return exitCodes.wrongUse;
  }
  const fault = describeFault(error);
  if (fault !== undefined) {
    note(fault.sentence);
    return fault.exitCode;
  }
  if (env['PRECALL_DEBUG'] === '1') throw error;
  const message = error instanceof Error ? error.message : String(error);
  note(`precall failed, which is a defect of the command: ${message} PRECALL_DEBUG=1 shows where.`);
  return exitCodes.refused;
};

const withoutCommand = (args: readonly string[], surroundings: Surroundings): Promise<ExitCode> => {
  const { values } = parseFlags(args, { help: { type: 'boolean' }, version: { type: 'boolean' } });
  if (values.version) return printed(version, surroundings);
  if (values.help) return printed(generalHelp(commands), surroundings);
  throw new WrongUse('No command given.');
};

const printed = (text: string, { print }: Surroundings): Promise<ExitCode> => {
  print(text);
  return Promise.resolve(exitCodes.done);
};
