import * as z from 'zod';
import { type Caller, caller } from '../callers/caller';
import type { Callers } from './callers';
import type { LedgerTable } from './table';

/**
 * The key of the PAUSE item. While it exists, no caller's voice is cloned or used for a new call. Operators create and
 * remove it. Ends of calls and the removal of voices continue.
 */
const pauseKey = 'PAUSE';

/** How long the flag is cached, in milliseconds. */
const cachedMs = 10_000;

/** Tells whether the installation is paused, as of the last ten seconds. Throws 503 when DynamoDB fails. */
export type IsPaused = () => Promise<boolean>;

/** Creates the reader of the pause flag. Concurrent requests share one read. */
export const pauseFlag = (table: Pick<LedgerTable, 'get'>, nowMs: () => number): IsPaused => {
  let cached: { readonly atMs: number; readonly value: Promise<boolean> } | undefined;
  return () => {
    if (cached !== undefined && nowMs() - cached.atMs < cachedMs) return cached.value;
    const value = table.get(pauseKey, z.unknown()).then((item) => item !== undefined);
    const reading = { atMs: nowMs(), value };
    cached = reading;
    value.catch(() => {
      if (cached === reading) cached = undefined;
    });
    return value;
  };
};

/**
 * Adds the pause flag to the batch reads of starting calls. While the installation is paused, a caller's item shows
 * nothing but an erasure.
 */
export const withoutCallersWhilePaused = (table: Pick<LedgerTable, 'getMany'>): Pick<LedgerTable, 'getMany'> => ({
  getMany: async (pks) => {
    if (!pks.some(isCaller)) return table.getMany(pks);
    const items = new Map(await table.getMany([...pks, pauseKey]));
    if (!items.delete(pauseKey)) return items;
    return new Map([...items].map(([pk, item]) => [pk, isCaller(pk) ? bareCaller(item) : item]));
  },
});

const isCaller = (pk: string): boolean => pk.startsWith('CALLER#');

const bareCaller = (item: unknown): Caller => {
  const { erased_at, expires_at } = caller.parse(item);
  return caller.parse({ erased_at, expires_at });
};

/** Hides all callers from jobs that create or use voices while the installation is paused. */
export const unknownWhilePaused = (callers: Callers, isPaused: IsPaused): Callers => ({
  ...callers,
  read: async (...key) => ((await isPaused()) ? undefined : callers.read(...key)),
});
