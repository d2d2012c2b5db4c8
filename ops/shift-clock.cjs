'use strict';
/**
 * Lets the clock of this process run ahead, for the local stack: `Date.now()`, `new Date()` and `Date()`. Timers and
 * `performance.now()` keep the machine's time. Plain JavaScript, because functions' processes load it without tsx.
 */
const RealDate = globalThis.Date;
const realNow = RealDate.now;
let aheadMs = 0;

const now = () => realNow() + aheadMs;

const ShiftedDate = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
});

/** Makes `Date.now` movable. Code that keeps a reference to `Date.now` follows the clock only if it does so later. */
exports.makeClockMovable = () => {
  RealDate.now = now;
};

exports.setClockAhead = (ms) => {
  aheadMs = ms;
  RealDate.now = now;
  globalThis.Date = ms === 0 ? RealDate : ShiftedDate;
};

exports.clockAheadMs = () => aheadMs;
