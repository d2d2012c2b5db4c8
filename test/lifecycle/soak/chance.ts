import { createHash } from 'node:crypto';
import type { NewFault } from '../../../local/elevenlabs/faults';
import type { ObservedRequest } from '../../../local/elevenlabs/serve-api';
import type { AwsChance } from '../../support/lifecycle/actors';

/** Numbers from 0 to 1 that depend on a seed and on what they are for, not on the order in which they are asked for. */
export interface Dice {
  /** The next number for this. */
  next(what: string): number;
  /** An integer from `least` to `most`. */
  integer(what: string, least: number, most: number): number;
  /** One of these. */
  oneOf<T>(what: string, values: readonly [T, ...T[]]): T;
}

/** The dice of a seed. */
export const diceOf = (seed: number): Dice => {
  const counts = new Map<string, number>();
  const next = (what: string): number => {
    const count = counts.get(what) ?? 0;
    counts.set(what, count + 1);
    return createHash('sha256').update(`${seed} ${what} ${count}`).digest().readUInt32BE(0) / 2 ** 32;
  };
  const integer = (what: string, least: number, most: number): number =>
    least + Math.floor(next(what) * (most - least + 1));
  return { next, integer, oneOf: (what, values) => values[integer(what, 0, values.length - 1)] ?? values[0] };
};

/** What became of the calls to the outside. */
export interface Struck {
  elevenLabs: number;
  late: number;
  aws: number;
  requests: number;
  awsCalls: number;
}

const awsPercent = 2;

/** Fails two of a hundred AWS calls, half of them after they took effect. */
export const awsChance = (dice: Dice, struck: Struck): AwsChance => {
  return (_service, call) => {
    struck.awsCalls += 1;
    if (dice.next(call) >= awsPercent / 100) return undefined;
    struck.aws += 1;
    return dice.next(`${call} effect`) < 0.5 ? 'before' : 'after';
  };
};

const elevenLabsPercent = 5;

const error = (status: number, code: string) => ({ kind: 'error', status, code }) as const;

type Strike = Pick<NewFault, 'action' | 'effect'>;

const kinds: readonly [Strike, ...Strike[]] = [
  { action: error(500, 'internal_error') },
  { action: error(500, 'internal_error'), effect: 'after' },
  { action: error(503, 'unavailable') },
  { action: error(503, 'unavailable'), effect: 'after' },
  { action: error(429, 'rate_limit_exceeded') },
  { action: { ...error(502, 'bad_gateway'), shape: 'html' } },
  { action: { kind: 'reset' } },
  { action: { kind: 'reset' }, effect: 'after' },
  { action: { kind: 'hang', ms: 5 } },
  { action: { kind: 'hang', ms: 5 }, effect: 'after' },
  { action: { kind: 'slow', ms: 40 }, effect: 'after' },
  { action: { kind: 'truncate' }, effect: 'after' },
];

/** Of PATCHes alone: ignored with a 200, and one that gets no answer and lands later. */
const kindsOfPatch: readonly [Strike | 'late', ...(Strike | 'late')[]] = [
  ...kinds,
  { action: { kind: 'patchIgnored' } },
  'late',
];

/** Strikes five of a hundred requests, each in one of 14 ways. `landLater` is given the PATCHes that land later. */
export const elevenLabsChance =
  (
    dice: Dice,
    struck: Struck,
    addFault: (fault: NewFault) => unknown,
    landLater: (agentId: string, body: unknown) => void,
  ) =>
  ({ operation, id, body }: ObservedRequest): void => {
    struck.requests += 1;
    const isOfAgent = operation === 'patchAgent';
    const what = isOfAgent ? `${operation} ${id}` : operation;
    if (dice.next(what) >= elevenLabsPercent / 100) return;
    struck.elevenLabs += 1;
    const strike = isOfAgent ? dice.oneOf(`${what} kind`, kindsOfPatch) : dice.oneOf(`${what} kind`, kinds);
    if (strike === 'late') {
      struck.late += 1;
      landLater(id, JSON.parse(body.toString()) as unknown);
    }
    const fault: Strike = strike === 'late' ? { action: { kind: 'hang', ms: 5 } } : strike;
    addFault({ operation, ...(id !== '' && { match: id }), ...fault });
  };
