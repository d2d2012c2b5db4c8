import { eraseCaller } from '../../../lambdas/callers/erasure/erase-caller';
import type { ErasureJob } from '../../../lambdas/callers/erasure/erasure';
import { requestErasure } from '../../../lambdas/callers/erasure/request-erasure';
import type { LoggedRight } from '../../../lambdas/callers/logged-right';
import { repeatRight } from '../../../lambdas/callers/repeat-right';
import { type Deadline, deadlineAt } from '../../../lambdas/platform/deadline';
import { RetryLater } from '../../../lambdas/platform/retry-later';
import { asProcess } from './actors';
import type { LifecycleRig } from './rig';

/** How long what was at work when an erasure is asked for is given, in seconds. */
const settleS = 30;

/** Erasures on a rig, job by job. */
export interface Erasing {
  /**
   * Asks for an erasure, by number or by conversations; its id, or `killed`. The job is queued even where the process
   * is killed after that.
   */
  request(who: string | readonly string[], killAfter?: number): Promise<string>;
  /** Repeats a logged erasure, as after a restore of the table. */
  repeat(logged: LoggedRight): Promise<void>;
  /** One pass of each queued job; what it waits for, `killed` or `over`. */
  pass(killAfter?: number): Promise<string[]>;
  /** Passes, with all that they queue, until every erasure is over. */
  settle(): Promise<void>;
}

/** Erasures on this rig. Each pass has its own deadline. @default 60 s from now */
export const erasing = (
  rig: LifecycleRig,
  deadlineOfPass: () => Deadline = () => deadlineAt(rig.nowMs() + 60_000, () => rig.nowMs()),
): Erasing => {
  let jobs: ErasureJob[] = [];
  const queue = { enqueue: (job: ErasureJob) => Promise.resolve(void jobs.push(job)) };
  const run = async (job: ErasureJob, killAfter?: number): Promise<string> => {
    // A pass that runs out of time queues the same job again; one that fails is delivered again.
    jobs = jobs.filter((each) => each !== job);
    const outcome = await asProcess(
      () => eraseCaller(job, deadlineOfPass(), { ...rig.deps, jobs: queue }).then(() => 'over'),
      killAfter,
    ).catch((error: unknown) => {
      if (error instanceof RetryLater) return error.blockedBy;
      jobs.push(job);
      throw error;
    });
    if (outcome !== 'over') jobs.push(job);
    return outcome;
  };
  const pass = async (killAfter?: number): Promise<string[]> => {
    const outcomes: string[] = [];
    for (const job of [...jobs]) outcomes.push(await run(job, killAfter));
    return outcomes;
  };
  return {
    request: (who, killAfter) => {
      const subject = typeof who === 'string' ? { phone_number: who } : { conversation_ids: who };
      const body = Buffer.from(JSON.stringify({ type: 'caller_erase', ...subject }));
      const callerHashes = async (number: string) => (await rig.deps.callerKeys([number])).all;
      const deps = { ...rig.deps, callerHashes, objects: rig.deps.archive, jobs: queue, country: undefined, settleS };
      const signedAtS = Math.floor(rig.nowMs() / 1000);
      return asProcess(() => requestErasure(body, signedAtS, deps).then(({ erasure_id }) => erasure_id), killAfter);
    },
    repeat: (repeat) => {
      const deps = { ...rig.deps, objects: rig.deps.archive, jobs: queue, settleS, keptS: 86_400 };
      return repeatRight({ repeat, erasure_id: 'a'.repeat(32) }, deps);
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
