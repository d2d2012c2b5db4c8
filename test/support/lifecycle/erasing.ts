import { eraseCaller } from '../../../lambdas/callers/erasure/erase-caller';
import type { ErasureJob } from '../../../lambdas/callers/erasure/erasure';
import { requestErasure } from '../../../lambdas/callers/erasure/request-erasure';
import { deadlineAt } from '../../../lambdas/platform/deadline';
import { RetryLater } from '../../../lambdas/platform/retry-later';
import { asProcess } from './actors';
import type { LifecycleRig } from './rig';

/** How long what was at work when an erasure is asked for is given, in seconds. */
const settleS = 30;

/** Erasures on a rig, job by job. */
export interface Erasing {
  /** Asks for an erasure; its id, or `killed`. The job is queued even where the process is killed after that. */
  request(phoneNumber: string, killAfter?: number): Promise<string>;
  /** One pass of each queued job; what it waits for, `killed` or `over`. */
  pass(killAfter?: number): Promise<string[]>;
  /** Passes, with all that they queue, until every erasure is over. */
  settle(): Promise<void>;
}

/** Erasures on this rig. */
export const erasing = (rig: LifecycleRig): Erasing => {
  let jobs: ErasureJob[] = [];
  const queue = { enqueue: (job: ErasureJob) => Promise.resolve(void jobs.push(job)) };
  const run = async (job: ErasureJob, killAfter?: number): Promise<string> => {
    const deadline = deadlineAt(rig.nowMs() + 60_000, () => rig.nowMs());
    const outcome = await asProcess(() => eraseCaller(job, deadline, rig.deps).then(() => 'over'), killAfter).catch(
      (error: unknown) => (error instanceof RetryLater ? error.blockedBy : Promise.reject(error as Error)),
    );
    if (outcome === 'over') jobs = jobs.filter((each) => each !== job);
    return outcome;
  };
  const pass = async (killAfter?: number): Promise<string[]> => {
    const outcomes: string[] = [];
    for (const job of [...jobs]) outcomes.push(await run(job, killAfter));
    return outcomes;
  };
  return {
    request: (phone_number, killAfter) => {
      const body = Buffer.from(JSON.stringify({ type: 'caller_erase', phone_number }));
      const callerHashes = async (number: string) => (await rig.deps.callerKeys([number])).all;
      const deps = { ...rig.deps, callerHashes, jobs: queue, country: undefined, settleS };
      const signedAtS = Math.floor(rig.nowMs() / 1000);
      return asProcess(() => requestErasure(body, signedAtS, deps).then(({ erasure_id }) => erasure_id), killAfter);
    },
    pass,
    settle: async () => {
      for (let round = 0; jobs.length > 0; round += 1) {
        if (round > 40) throw new Error('The erasure does not come to its end.');
        await pass();
        rig.advance(15);
        await rig.processJob();
      }
    },
  };
};
