import { listMarkedVoices, type MarkedVoice } from '../elevenlabs/voices';
import type { Deadline } from '../platform/deadline';
import type { DeletionJob } from '../voices/deletion-job';
import { voiceMark } from '../voices/voice-identity';
import { agentsToRestore, snapshotAgents } from './agents-to-restore';
import type { ReconcileDeps } from './deps';
import { measureAccount } from './measure-account';
import { takeInMissedCalls } from './missed-calls';
import { orphanedVoices } from './orphaned-voices';
import { overdueVoices } from './overdue-voices';
import { recordSetups } from './record-setups';
import { stuckClaims } from './stuck-claims';

/** What can be found: the reasons of deletion jobs, and finished calls that no webhook brought. */
type Finding = DeletionJob['reason'] | 'missed_call';

/** How many things of each kind were found and queued. */
export type Findings = Readonly<Partial<Record<Finding, number>>>;

/**
 * ReconcileCursor for what fell through: voices whose expiry or end was missed, claims whose holder died, voices of ours that the ledger does
 * not know, agents that were left with one, calls whose end nobody told. Reads ElevenLabs first and the ledger last, through all pages; queues a job for each
 * finding, and the worker decides again. Records a fresh set-up of every agent, too. One kind that fails does not keep the others from being looked for: the first failure
 * is thrown at the end.
 */
export const reconcile = async (deadline: Deadline, deps: ReconcileDeps): Promise<Findings> => {
  const found: Partial<Record<Finding, number>> = {};
  const failures: unknown[] = [];
  const queueAll = async (jobs: AsyncIterable<DeletionJob>): Promise<void> => {
    for await (const job of jobs) {
      await deps.deletionJobs.enqueue(job, 0);
      found[job.reason] = (found[job.reason] ?? 0) + 1;
    }
  };
  const ingest = async (): Promise<void> => {
    const missed = await takeInMissedCalls(deadline, deps);
    if (missed > 0) found.missed_call = missed;
  };
  const parts = [
    () => queueAll(overdueVoices(deps)),
    () => queueAll(stuckClaims(deps)),
    () => queueAll(atElevenLabs(deadline, deps)),
    ingest,
    () => recordSetups(deadline, deps),
    () => measureAccount(deadline, deps),
  ];
  for (const part of parts) {
    await part().catch((error: unknown) => {
      deps.log.error('reconcile_failed', error);
      failures.push(error);
    });
  }
  for (const [reason, count] of Object.entries(found)) deps.meter.countBy('ReconcileFindings', 'Reason', reason, count);
  deps.log.info('reconciled', found);
  if (failures.length > 0) throw failures[0];
  return found;
};

const atElevenLabs = async function* (deadline: Deadline, deps: ReconcileDeps): AsyncIterable<DeletionJob> {
  const mark = voiceMark(await deps.installationId());
  const marked: MarkedVoice[] = [];
  for await (const voice of listMarkedVoices(deps.elevenLabs, mark, deadline)) marked.push(voice);
  const snapshots = await snapshotAgents(deadline, deps);
  yield* orphanedVoices(marked, snapshots, deps);
  yield* agentsToRestore(marked, snapshots.agents, deps);
  if (snapshots.failure !== undefined) throw snapshots.failure;
};
