import type { Erasure, ErasureJob, RunningErasure } from './erasure';

/** What a job does for its erasure. */
export type JobStep =
  | { readonly do: 'nothing' }
  /** The request may not have written it yet. */
  | { readonly do: 'wait'; readonly afterS: number }
  /** It was never accepted. */
  | { readonly do: 'drop' }
  | { readonly do: 'pass'; readonly erasure: RunningErasure }
  | { readonly do: 'finish' };

/** Between passes lie this many seconds at first, later as many as the erasure is old, up to this many at the most. */
const pauseS = { first: 10, most: 7200 };
/** Deletions that need no waiting are done by this age, in seconds. */
const youngS = 45;
/** An erasure whose item is not there after this, in seconds, was never accepted. */
const acceptedWithinS = 300;

/** What the job does next, by its erasure; undefined where there is none. */
export const nextJobStep = ({ requested_at }: ErasureJob, known: Erasure | undefined, nowS: number): JobStep => {
  if (known === undefined)
    return requested_at + acceptedWithinS > nowS ? { do: 'wait', afterS: pauseS.first } : { do: 'drop' };
  if (known.state === 'done') return { do: 'nothing' };
  return known.state === 'closing' ? { do: 'finish' } : { do: 'pass', erasure: known };
};

type AfterPass = { readonly do: 'wait'; readonly afterS: number } | { readonly do: 'close' };

/** What follows a pass that found so many things: another one in so many seconds, or the end. */
export const afterPass = ({ requested_at, settled_at }: RunningErasure, left: number, nowS: number): AfterPass => {
  const ageS = nowS - requested_at;
  if (left > 0) return { do: 'wait', afterS: ageS < youngS ? pauseS.first : Math.min(pauseS.most, ageS) };
  return nowS < settled_at ? { do: 'wait', afterS: settled_at - nowS } : { do: 'close' };
};
