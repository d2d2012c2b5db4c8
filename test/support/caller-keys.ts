import { createHmac } from 'node:crypto';

/** The key under which the test stacks hash numbers. */
export const callerHashKey = 'caller hash key of the tests';

/** The key of a caller whose number is in E.164 form, under the tests' hash key unless another is given. */
export const callerHashOf = (number: string, key = callerHashKey): string =>
  createHmac('sha256', key).update(number).digest('hex');
