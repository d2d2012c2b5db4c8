import { WrongUse } from './wrong-use';

const maxTimeoutS = 3600;

/** Parses the value of `--timeout`, in seconds. Throws WrongUse unless it is a number above 0 and at most 3600. */
export const readTimeoutS = (text: string): number => {
  const timeoutS = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (timeoutS > 0 && timeoutS <= maxTimeoutS) return timeoutS;
  throw new WrongUse(`--timeout ${text} is not a number of seconds above 0 and up to ${maxTimeoutS}.`);
};
