import type * as z from 'zod';
import { setupCheckAnswer } from '../lambdas/setup/setup-check';
import { asJsonDocument, jsonOf } from './answer-json';
import { type CheckOptions, readCheckOptions } from './check-options';
import { describeAnswer, statusLines } from './describe-answer';
import { describeSetup } from './describe-setup';
import { type Answer, exchange } from './exchange';
import { type ExitCode, exitCodes } from './exit-codes';
import { isNoRoute, meaningOf, noRoute } from './meaning';
import { jsonRequest } from './signed-request';
import type { Surroundings } from './surroundings';

/**
 * Runs `precall check`: requests what is not set up correctly, and prints it. Throws WrongUse for invalid arguments,
 * and Unreachable if no response arrives.
 */
export const check = async (args: readonly string[], { env, print }: Surroundings): Promise<ExitCode> => {
  const options = await readCheckOptions(args, env);
  const answer = await askFor(options);
  const checked = answer.status === 200 ? setupCheckAnswer.safeParse(jsonOf(answer)).data : undefined;
  if (options.isJson) print(asJsonDocument(answer));
  else [`POST ${options.url.href}`, ...describe(answer, checked)].forEach(print);
  return checked?.problems === 0 ? exitCodes.done : exitCodes.refused;
};

const askFor = ({ agentIds, url, secret, timeoutS }: CheckOptions): Promise<Answer> => {
  const request = { type: 'setup_check', agent_ids: agentIds };
  const { headers, body } = jsonRequest(request, { secret, timestampS: Math.floor(Date.now() / 1000) });
  return exchange({ method: 'POST', url, headers, body, timeoutS });
};

const describe = (answer: Answer, checked: z.infer<typeof setupCheckAnswer> | undefined): string[] =>
  checked === undefined
    ? describeAnswer(answer, refusalOf(answer))
    : [...statusLines(answer, verdictOf(checked.problems)), ...describeSetup(checked)];

const verdictOf = (problems: number): string => {
  if (problems === 0) return 'Nothing is a problem.';
  return problems === 1 ? 'There is 1 problem.' : `There are ${problems} problems.`;
};

/** Explains a rejection. The meanings of 400 and 503 for a pre-call do not apply here. */
const refusalOf = (answer: Answer): string => {
  if (isNoRoute(answer)) return `${noRoute} An older installation has to be deployed again first.`;
  if (answer.status === 400 || answer.status === 503) return refusals[answer.status];
  return meaningOf(answer);
};

const refusals = {
  400: 'The request was refused: see the message, and check --agent.',
  503: 'The service cannot check it now: see the message, and try again later.',
} as const;
