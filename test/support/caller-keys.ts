import { createHmac } from 'node:crypto';

/** The key under which the test stacks hash numbers. */
export const callerHashKey = 'caller hash key of the tests';

/** The key of a caller whose number is in E.164 form. */
export const callerHashOf = (number: string): string =>
  createHmac('sha256', callerHashKey).update(number).digest('hex');
