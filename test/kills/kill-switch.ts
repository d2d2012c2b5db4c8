import { type Relay, startRelay } from '../support/relay';

/** Counts the calls of the functions to the outside, and kills after one of them has had its effect. */
export interface KillSwitch {
  /** Kills after this many calls from now on; the answer of the last one never arrives. */
  arm(afterCalls: number, kill: () => void): void;
  disarm(): void;
  /** What was called since it was armed. */
  readonly calls: string[];
  /** A relay whose calls count. */
  relayTo(target: string): Promise<Relay>;
}

/** What the local stack itself asks its queues for. */
const ownCalls = ['AmazonSQS.ReceiveMessage', 'AmazonSQS.DeleteMessage', 'AmazonSQS.DeleteMessageBatch'];

/** A disarmed one. */
export const createKillSwitch = (): KillSwitch => {
  const calls: string[] = [];
  let armed: { afterCalls: number; kill: () => void } | undefined;

  const lose = (name: string): boolean => {
    if (armed === undefined || ownCalls.includes(name)) return false;
    calls.push(name);
    if (calls.length === armed.afterCalls) armed.kill();
    return calls.length >= armed.afterCalls;
  };

  return {
    calls,
    arm: (afterCalls, kill) => {
      calls.length = 0;
      armed = { afterCalls, kill };
    },
    disarm: () => void (armed = undefined),
    relayTo: (target) => startRelay(target, { lose }),
  };
};
