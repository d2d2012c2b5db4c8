import { asJsonDocument, jsonOf } from './answer-json';
import { describeAnswer } from './describe-answer';
import { eventKinds, type KindName, senderHeaders } from './event-kinds';
import { type Answer, exchange } from './exchange';
import { type ExitCode, exitCodes } from './exit-codes';
import { isNoRoute, meaningOf, noRoute } from './meaning';
import type { Surroundings } from './surroundings';
import type { Target } from './target';

/** From how many characters a response is indented. */
const longLine = 2000;

/** How an event is sent. */
export interface EventTerms {
  readonly target: Pick<Target, 'url' | 'secretOf'>;
  readonly timeoutS: number;
  /** Whether to sign wrongly on purpose and expect 401. */
  readonly isInvalid: boolean;
  readonly isJson: boolean;
}

/**
 * Sends the bytes of an event as its sender does, and reports the result. Throws WrongUse for invalid options, and
 * Unreachable if no response arrives.
 */
export const sendEvent = async (
  kind: KindName,
  body: Buffer,
  { target, timeoutS, isInvalid, isJson }: EventTerms,
  { print }: Surroundings,
): Promise<ExitCode> => {
  const { path, sender } = eventKinds[kind];
  const url = target.url(path);
  const nowS = Math.floor(Date.now() / 1000);
  const headers = senderHeaders(sender, body, { secret: await target.secretOf(sender), isInvalid, nowS });
  const answer = await exchange({ method: 'POST', url, headers, body, timeoutS });
  if (isJson) print(asJsonDocument(answer));
  else
    [`POST ${url.href}: ${kind}`, ...describeAnswer(answer, meaning(answer, isInvalid)), ...bodyOf(answer)].forEach(
      print,
    );
  return (isInvalid ? answer.status === 401 : answer.status >= 200 && answer.status < 300)
    ? exitCodes.done
    : exitCodes.refused;
};

const meaning = (answer: Answer, isInvalid: boolean): string => {
  if (isInvalid)
    return answer.status === 401
      ? 'The wrong signature was refused, as it should be.'
      : 'The wrong signature should have been refused with 401.';
  if (answer.status >= 200 && answer.status < 300) return 'It was accepted.';
  if (isNoRoute(answer)) return noRoute;
  if (answer.status === 400) return 'The event is not valid; the same again will be refused again.';
  return meaningOf(answer);
};

/** Returns the body of a success in full. A long one is indented, because nobody reads it in one line. */
const bodyOf = ({ status, body }: Answer): string[] => {
  if (status < 200 || status >= 300 || body.length === 0) return [];
  const document = body.length < longLine ? undefined : jsonOf({ body });
  const text = document === undefined ? body : JSON.stringify(document, undefined, 2);
  return text.split('\n').map((line) => `  ${line}`);
};
