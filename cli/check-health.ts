import * as z from 'zod';
import { asJsonDocument, jsonOf } from './answer-json';
import { rows, statusLines } from './describe-answer';
import { type Answer, exchange } from './exchange';
import { type ExitCode, exitCodes } from './exit-codes';
import type { SendOptions } from './send-options';
import type { Surroundings } from './surroundings';

const health = z.object({
  status: z.enum(['ok', 'degraded', 'error']),
  database: z.string(),
  storage: z.string(),
  queues: z.string(),
  elevenlabs: z.string(),
  timestamp: z.string(),
});

/**
 * Runs `precall send --health`: requests the service's health and prints each dependency. Throws Unreachable if no
 * response arrives.
 */
export const checkHealth = async (options: SendOptions, { print }: Surroundings): Promise<ExitCode> => {
  const url = options.endpoints.health;
  const answer = await exchange({ method: 'GET', url, timeoutS: options.timeoutS });
  const examined = health.safeParse(jsonOf(answer)).data;
  if (options.isJson) print(asJsonDocument(answer));
  else [`GET ${url.href}`, ...describe(answer, examined)].forEach(print);
  return examined === undefined || examined.status === 'error' ? exitCodes.refused : exitCodes.done;
};

const meanings = {
  ok: 'All is well.',
  degraded: 'Degraded: requests are accepted, but ElevenLabs does not answer or refuses the API key.',
  error: 'The service cannot work: see what is in error below.',
} as const;

const describe = (answer: Answer, examined: z.infer<typeof health> | undefined): string[] =>
  examined === undefined
    ? statusLines(answer, 'This is not the health of Precall: check --url, and its stage (…amazonaws.com/v1).')
    : [...statusLines(answer, meanings[examined.status]), ...rows(examined)];
