/** Sets how far this process's clock is ahead of the machine's, in milliseconds. 0 returns to the machine's time. */
export declare const setClockAhead: (ms: number) => void;
/** Returns how far this process's clock is ahead of the machine's, in milliseconds. */
export declare const clockAheadMs: () => number;
