import * as z from 'zod';
import type { Answer } from './exchange';

/** The JSON of an answer; undefined when it is none. */
export const jsonOf = ({ body }: Pick<Answer, 'body'>): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const success = z.looseObject({ status: z.literal('success') });

/** Whether a pre-call was answered with success, and by Precall. */
export const isSuccess = (answer: Answer): boolean =>
  answer.status === 200 && success.safeParse(jsonOf(answer)).success;

/** An answer as one JSON document: its own, else its status and its text. */
export const asJsonDocument = (answer: Answer): string =>
  JSON.stringify(jsonOf(answer) ?? { http_status: answer.status, body: answer.body });
