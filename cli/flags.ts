import { parseArgs, type ParseArgsConfig } from 'node:util';
import { WrongUse } from './wrong-use';

/**
 * Parses the flags and other arguments of a command. Throws WrongUse if a flag is unknown or lacks its value, and names
 * the flag.
 */
export const parseFlags = <T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\.?\n|\.$/);
    const advice = problem.endsWith('ambiguous') ? ': one that begins with a dash is written behind a =' : '';
    throw new WrongUse(`${problem}${advice}.`);
  }
};
