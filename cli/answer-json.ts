import * as z from 'zod';
import type { Answer } from './exchange';

/** Parses a response body as JSON. Returns undefined if it is not JSON. */
export const jsonOf = ({ body }: Pick<Answer, 'body'>): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const success = z.looseObject({ status: z.literal('success') });

/** Tells whether Precall itself answered a pre-call with success. */
export const isSuccess = (answer: Answer): boolean =>
  answer.status === 200 && success.safeParse(jsonOf(answer)).success;

/** Converts a response to one JSON document: its own JSON, otherwise its status and text. */
export const asJsonDocument = (answer: Answer): string =>
  JSON.stringify(jsonOf(answer) ?? { http_status: answer.status, body: answer.body });
