import { setTimeout as sleep } from 'node:timers/promises';
import type { Installation } from '../../ops/installation';
import { type ParkedJob, parkedJobs, type Redrive, redriveStatus, startRedrive } from '../../ops/queues';
import type { Command, Invocation } from '../command';
import { type ExitCode, exitCodes } from '../exit-codes';
import { actionOf, noArguments, oneArgument } from '../run-command';
import { counted, table } from '../table';
import { moment } from '../times';

/** `precall parked`. */
export const parked: Command = {
  summary: 'Shows the jobs that failed for good, or moves those of a queue back for new attempts',
  forms: ['', 'redrive <queue>'],
  about: 'Queues: CallEnds, VoiceDeletions, PostCalls, Clones, Erasures. Fix the cause first, or the jobs fail again.',
  examples: ['precall parked', 'precall parked redrive PostCalls --stage prod'],
  run: (invocation) => {
    const actions = { show, redrive };
    return actions[actionOf(invocation, ['show', 'redrive'], 'show')](invocation);
  },
};

const show = async (invocation: Invocation): Promise<ExitCode> => {
  noArguments(invocation, 1);
  const jobs = await parkedJobs(await invocation.installation());
  const lines = jobs.length === 0 ? [] : table(['queue', 'sent (UTC)', 'job'], jobs.map(rowOf));
  invocation.show(jobs, [...lines, `${counted(jobs.length, 'job')}. Up to ten of each queue are shown.`]);
  return exitCodes.done;
};

const rowOf = ({ queue, sentAtMs, body }: ParkedJob): string[] => [queue, moment(sentAtMs), body];

const redrive = async (invocation: Invocation): Promise<ExitCode> => {
  const installation = await invocation.installation();
  const queue = await startRedrive(installation, oneArgument(invocation, 'queue', 1));
  const { status, moved } = await untilMoved(installation, queue, invocation);
  invocation.show({ queue, status, moved }, [
    `${counted(moved, 'job')} of ${queue} moved back: ${status.toLowerCase()}.`,
  ]);
  return status === 'COMPLETED' ? exitCodes.done : exitCodes.refused;
};

const pollMs = 500;
const timeoutMs = 120_000;

const untilMoved = async (installation: Installation, queue: string, invocation: Invocation): Promise<Redrive> => {
  const deadlineMs = Date.now() + timeoutMs;
  for (let shown = -1; ;) {
    const redriven = await redriveStatus(installation, queue);
    if (redriven.status !== 'RUNNING' || Date.now() > deadlineMs) return redriven;
    if (redriven.moved !== shown) invocation.surroundings.note(`${counted(redriven.moved, 'job')} moved …`);
    shown = redriven.moved;
    await sleep(pollMs);
  }
};
