import type { Erasure, ErasureJob, RunningErasure } from './erasure';

/** What a job does for its erasure. */
export type JobStep =
  | { readonly do: 'nothing' }
  /** The request may not have written the erasure yet. */
  | { readonly do: 'wait'; readonly afterS: number }
  /** The erasure was never accepted. */
  | { readonly do: 'drop' }
  | { readonly do: 'pass'; readonly erasure: RunningErasure }
  | { readonly do: 'finish' };

/** Seconds between passes: `first` at first, later the erasure's age, up to `most`. */
const pauseS = { first: 10, most: 7200 };
/** The age, in seconds, by which deletions that need not wait are done. */
const youngS = 45;
/** An erasure that has no item after this many seconds was never accepted. */
const acceptedWithinS = 300;

/** Returns the next step of a job. `erasure` is undefined if the erasure has no item. */
export const nextJobStep = ({ requested_at }: ErasureJob, erasure: Erasure | undefined, nowS: number): JobStep => {
  if (erasure === undefined)
    return requested_at + acceptedWithinS > nowS ? { do: 'wait', afterS: pauseS.first } : { do: 'drop' };
  if (erasure.state === 'done') return { do: 'nothing' };
  return erasure.state === 'closing' ? { do: 'finish' } : { do: 'pass', erasure };
};

type AfterPass = { readonly do: 'wait'; readonly afterS: number } | { readonly do: 'close' };

/** Returns what follows a pass that found this number of things: another pass after some seconds, or the end. */
export const afterPass = (
  { requested_at, settled_at }: RunningErasure,
  foundCount: number,
  nowS: number,
): AfterPass => {
  const ageS = nowS - requested_at;
  if (foundCount > 0) return { do: 'wait', afterS: ageS < youngS ? pauseS.first : Math.min(pauseS.most, ageS) };
  return nowS < settled_at ? { do: 'wait', afterS: settled_at - nowS } : { do: 'close' };
};
