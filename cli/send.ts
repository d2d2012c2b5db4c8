import { asJsonDocument, isSuccess } from './answer-json';
import { checkHealth } from './check-health';
import { describeAnswer } from './describe-answer';
import type { Answer } from './exchange';
import { type ExitCode, exitCodes } from './exit-codes';
import { meaningOf } from './meaning';
import { readSendOptions, type SendOptions } from './send-options';
import { sendPreCall } from './send-pre-call';
import type { Surroundings } from './surroundings';

/**
 * `precall send`: sends a signed pre-call, or asks for the health, and tells what came of it. Throws WrongUse,
 * Unreachable.
 */
export const send = async (args: readonly string[], surroundings: Surroundings): Promise<ExitCode> => {
  const options = readSendOptions(args, surroundings.env);
  if (options.isHealth) return checkHealth(options, surroundings);
  const answer = await sendPreCall(options, surroundings);
  if (options.isJson) surroundings.print(asJsonDocument(answer));
  else describeAnswer(answer, meaning(answer, options)).forEach(surroundings.print);
  return isAsExpected(answer, options) ? exitCodes.done : exitCodes.refused;
};

const isAsExpected = (answer: Answer, { isInvalid }: SendOptions): boolean =>
  isInvalid ? answer.status === 401 : isSuccess(answer);

const meaning = (answer: Answer, options: SendOptions): string => {
  if (!options.isInvalid) return meaningOf(answer);
  return isAsExpected(answer, options)
    ? 'The wrong signature was refused, as it should be.'
    : `The wrong signature should have been refused with 401. ${meaningOf(answer)}`;
};
