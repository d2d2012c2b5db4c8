import { parseArgs } from 'node:util';

/** The options of `npm start`. */
export interface StartOptions {
  /** Stops after the demo call. */
  readonly once: boolean;
  /** Keeps the state between runs. */
  readonly keep: boolean;
  /** Prints the functions' log as JSON. */
  readonly json: boolean;
  readonly help: boolean;
}

/** Text of `npm start -- --help`. */
export const startHelp = `Runs the whole stack on this machine, with stand-ins for AWS and ElevenLabs.

Usage
  npm start                  starts it, plays one call, and runs until Ctrl-C
  npm start -- --keep        keeps voices, callers, calls and secrets for the next start with --keep on the same port
  npm start -- --once        ends after the call; exit code 1 if it went wrong
  npm start -- --json        prints the functions' log lines as JSON, for programs

Settings come from the environment, then from .env; .env.example lists all of them. The most useful ones:
  PORT                       where the API listens, 3005 by default; 0 is any free port
  AWS_PORT, ELEVENLABS_PORT  fixed ports for the stand-ins; any free ones by default
  PRECALL_DEMO=off           plays no call
  AWS_ENDPOINT_URL           another AWS emulator
  ELEVENLABS_API_BASE_URL    the real ElevenLabs, with ELEVENLABS_API_KEY and ELEVENLABS_AGENT_ID

While it runs:  npx precall status   ·   npx precall send --sample events/samples/caller.wav   ·   npx precall --help`;

const known = ['--once', '--keep', '--json', '--help'];

/** Parses the arguments of `npm start`. Throws a sentence if an argument is unknown. */
export const readStartOptions = (args: readonly string[]): StartOptions => {
  const unknown = args.filter((argument) => !known.includes(argument));
  if (unknown.length > 0)
    throw new Error(
      `npm start takes --once, --keep, --json and --help, and not ${unknown.join(' ')}. ` +
        'Settings go into the environment.',
    );
  const flag = { type: 'boolean', default: false } as const;
  const options = { once: flag, keep: flag, json: flag, help: flag };
  return parseArgs({ args: [...args], options }).values;
};
