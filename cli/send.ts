import { asJsonDocument, isSuccess } from './answer-json';
import { checkHealth } from './check-health';
import { describeAnswer } from './describe-answer';
import { kindOf, type KindName } from './event-kinds';
import type { Answer } from './exchange';
import { type ExitCode, exitCodes } from './exit-codes';
import { meaningOf } from './meaning';
import { readInput, readJsonObject } from './read-input';
import { sendEvent } from './send-event';
import { readSendOptions, type SendOptions } from './send-options';
import { sendPreCall } from './send-pre-call';
import type { Surroundings } from './surroundings';
import { WrongUse } from './wrong-use';

/**
 * Runs `precall send`: sends a signed event or requests the health, and reports the result. Throws WrongUse,
 * Unreachable and OperationError if it cannot, and AWS errors unchanged.
 */
export const send = async (args: readonly string[], surroundings: Surroundings): Promise<ExitCode> => {
  const options = await readSendOptions(args, surroundings.env);
  if (options.isHealth) return checkHealth(options, surroundings);
  const event = await otherEvent(options);
  if (event !== undefined) return sendEvent(event.kind, event.body, options, surroundings);
  const answer = await sendPreCall(options, surroundings);
  if (options.isJson) surroundings.print(asJsonDocument(answer));
  else describeAnswer(answer, meaning(answer, options)).forEach(surroundings.print);
  return isAsExpected(answer, options) ? exitCodes.done : exitCodes.refused;
};

/** Reads an event from a file if it is not a pre-call; it is sent unchanged. Throws WrongUse if no route accepts it. */
const otherEvent = async (
  options: SendOptions,
): Promise<{ readonly kind: KindName; readonly body: Buffer } | undefined> => {
  const { payloadPath: path } = options;
  if (path === undefined || options.samplePaths.length > 0) return undefined;
  const body = await readInput(path);
  const event = readJsonObject(path, body);
  const kind = kindOf(event);
  // An unrecognised event is sent as a pre-call, so that the service says what it lacks.
  if (kind === undefined || kind === 'precall') return undefined;
  const flag = [options.name, options.agentId, options.conversationId].some((value) => value !== undefined);
  if (flag)
    throw new WrongUse(
      `${path} is not a pre-call and is sent unchanged. Remove --name, --agent-id and --conversation-id.`,
    );
  if (options.way !== 'json') throw new WrongUse(`${path} is not a pre-call. It can be sent as JSON only.`);
  return { kind, body };
};

const isAsExpected = (answer: Answer, { isInvalid }: SendOptions): boolean =>
  isInvalid ? answer.status === 401 : isSuccess(answer);

const meaning = (answer: Answer, options: SendOptions): string => {
  if (!options.isInvalid) return meaningOf(answer);
  return isAsExpected(answer, options)
    ? 'The wrong signature was refused, as it should be.'
    : `The wrong signature should have been refused with 401. ${meaningOf(answer)}`;
};
