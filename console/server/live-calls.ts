import type { CallSummary } from '../../ops/call-rows';
import { listCalls } from '../../ops/calls';
import type { Installation } from '../../ops/installation';
import type { CallChanges } from '../shared/documents';

/** A page that follows the calls. */
export interface Follower {
  /** Receives the changes in the list; the first time, the whole list. */
  readonly onRows: (changes: CallChanges) => void;
  /** Called after each read, because what the page shows besides the list may have changed. */
  readonly onLook: () => void;
  /** Receives a sentence while the calls cannot be read. */
  readonly onProblem: (problem: string) => void;
}

/** Keeps pages up to date with the list of calls. */
export interface LiveCalls {
  /** Follows the calls of the last `hours` hours until the returned function is called. */
  readonly follow: (hours: number, follower: Follower) => () => void;
  /** Reports a change, so that the calls are read at once. */
  readonly touch: () => void;
  readonly close: () => void;
}

interface LiveOptions {
  readonly installation: Installation;
  /** Time between the end of one read and the next, in milliseconds, if no change is reported. */
  readonly everyMs: number;
  readonly describe: (error: unknown) => string;
}

const hourMs = 3_600_000;
/** Log lines arrive in bursts; one read serves a whole burst. */
const burstMs = 150;
/** Maximum share of the time spent reading, so a long list is read less often. */
const busyShare = 0.25;

/** Reads the list of calls while somebody follows it, and sends each follower its changes. */
export const followCalls = ({ installation, everyMs, describe }: LiveOptions): LiveCalls => {
  const followers = new Set<() => Promise<void>>();
  const lookAll = async (): Promise<void> => {
    await Promise.all([...followers].map((look) => look()));
  };
  const { plan, touch, close } = createTimer(lookAll, everyMs, () => followers.size > 0);
  return {
    follow: (hours, follower) => {
      const look = lookFor(follower, () => listCalls(installation, Date.now() - hours * hourMs), describe);
      followers.add(look);
      void look().then(() => plan(everyMs));
      return () => void followers.delete(look);
    },
    touch,
    close,
  };
};

/** Runs `look` repeatedly while it is needed, and soon after a reported change. */
const createTimer = (look: () => Promise<void>, everyMs: number, isWanted: () => boolean) => {
  let timer: NodeJS.Timeout | undefined;
  const now = { isLooking: false, isTouched: false, isClosed: false };
  const plan = (ms: number): void => {
    clearTimeout(timer);
    if (!now.isClosed && isWanted()) timer = setTimeout(() => void run(), ms);
  };
  const run = async (): Promise<void> => {
    if (now.isLooking) return;
    Object.assign(now, { isLooking: true, isTouched: false });
    const startedMs = performance.now();
    await look();
    const tookMs = performance.now() - startedMs;
    now.isLooking = false;
    plan(Math.max(now.isTouched ? burstMs : everyMs, tookMs / busyShare - tookMs));
  };
  const touch = (): void => {
    if (now.isTouched || !isWanted()) return;
    now.isTouched = true;
    if (!now.isLooking) plan(burstMs);
  };
  const close = (): void => {
    now.isClosed = true;
    clearTimeout(timer);
  };
  return { plan, touch, close };
};

const lookFor = (
  { onRows, onLook, onProblem }: Follower,
  read: () => Promise<CallSummary[]>,
  describe: LiveOptions['describe'],
): (() => Promise<void>) => {
  let known: ReadonlyMap<string, string> | undefined;
  return async () => {
    try {
      const rows = await read();
      const changes = changesOf(known, rows);
      known = new Map(rows.map((row) => [row.id, JSON.stringify(row)]));
      if (changes !== undefined) onRows(changes);
      onLook();
    } catch (error) {
      onProblem(describe(error));
    }
  };
};

/** Returns the changes that the follower does not have yet, or undefined if there are none. */
const changesOf = (
  known: ReadonlyMap<string, string> | undefined,
  now: readonly CallSummary[],
): CallChanges | undefined => {
  const ids = new Set(now.map(({ id }) => id));
  const rows = now.filter((row) => known?.get(row.id) !== JSON.stringify(row));
  const gone = [...(known?.keys() ?? [])].filter((id) => !ids.has(id));
  return known === undefined || rows.length > 0 || gone.length > 0 ? { rows, gone } : undefined;
};
