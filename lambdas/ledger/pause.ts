import * as z from 'zod';
import { type Caller, caller } from '../callers/caller';
import type { Callers } from './callers';
import type { LedgerTable } from './table';

/**
 * The PAUSE item: while it is there, no caller's voice is cloned or used for a new call. Operators write and remove it.
 * Ends, and everything that takes voices back, go on.
 */
const pauseKey = 'PAUSE';

/** How long what was read is taken for true, in milliseconds. */
const cachedMs = 10_000;

/** Whether the installation is paused, as of the last ten seconds. Throws 503. */
export type IsPaused = () => Promise<boolean>;

/** The flag in this ledger. Requests that come at the same time share one read. */
export const pauseFlag = (table: Pick<LedgerTable, 'get'>, nowMs: () => number): IsPaused => {
  let known: { readonly atMs: number; readonly value: Promise<boolean> } | undefined;
  return () => {
    if (known !== undefined && nowMs() - known.atMs < cachedMs) return known.value;
    const value = table.get(pauseKey, z.unknown()).then((item) => item !== undefined);
    const reading = { atMs: nowMs(), value };
    known = reading;
    value.catch(() => {
      if (known === reading) known = undefined;
    });
    return value;
  };
};

/**
 * Batch reads of starting calls, with the flag in the same read: while the installation is paused, nothing is known of
 * any caller but an erasure.
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

/** Callers for jobs that make or use voices: while the installation is paused, nobody is known. */
export const unknownWhilePaused = (callers: Callers, isPaused: IsPaused): Callers => ({
  ...callers,
  read: async (...key) => ((await isPaused()) ? undefined : callers.read(...key)),
});
