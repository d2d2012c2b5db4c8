import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { proofHeader, type Sender } from './event-kinds';
import { type ExitCode, exitCodes } from './exit-codes';
import { parseFlags } from './flags';
import { fileProblem, type JsonObject, readInput, readJsonObject } from './read-input';
import { isProxyEvent, senderOf, signProxyEvent } from './sign-proxy-event';
import type { Surroundings } from './surroundings';
import { webhookSecret } from './webhook-secret';
import { WrongUse } from './wrong-use';

const flags = { secret: { type: 'string' }, write: { type: 'boolean' } } as const;

/**
 * Runs `precall sign`: signs an API Gateway event again, or prints the header that proves the sender of a plain
 * payload. Throws WrongUse for invalid arguments or files.
 */
export const sign = async (args: readonly string[], { env, print }: Surroundings): Promise<ExitCode> => {
  const { values, positionals } = parseFlags(args, flags);
  const [path, extra] = positionals;
  if (path === undefined) throw new WrongUse('Nothing to sign. Pass the path of an event file.');
  if (extra !== undefined) throw new WrongUse(`Sign one event at a time. Remove ${extra}.`);
  const secretOf = (sender: Sender): string => webhookSecret(sender, values.secret, env);
  const bytes = await readInput(path);
  const event = readJsonObject(path, bytes);
  const now = new Date();
  if (!isProxyEvent(event)) {
    if (values.write)
      throw new WrongUse(`${path} is a bare payload without headers. --write needs an API Gateway event.`);
    const sender = senderOf(event);
    const nowS = Math.floor(now.getTime() / 1000);
    const { name, value } = proofHeader(sender, bytes, { secret: secretOf(sender), nowS });
    print(`${name}: ${value}`);
    return exitCodes.done;
  }
  const signed = await formatted(path, signProxyEvent(event, secretOf, now));
  if (values.write) await write(path, signed);
  else print(signed.trimEnd());
  return exitCodes.done;
};

/** Formats a file with its own project's settings, so that signing changes nothing else. */
const formatted = async (path: string, event: JsonObject): Promise<string> =>
  format(JSON.stringify(event, undefined, 2), { ...(await resolveConfig(path)), parser: 'json' });

const write = async (path: string, text: string): Promise<void> => {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new WrongUse(`${path} cannot be written: ${fileProblem(error)}.`);
  }
};
