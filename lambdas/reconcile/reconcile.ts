import { getSubscription } from '../elevenlabs/subscription';
import { listMarkedVoices, type MarkedVoice } from '../elevenlabs/voices';
import type { Deadline } from '../platform/deadline';
import { ServiceError } from '../platform/errors';
import type { DeletionJob } from '../voices/deletion-job';
import { voiceMark } from '../voices/voice-identity';
import { agentsToRestore, snapshotAgents } from './agents-to-restore';
import type { ReconcileDeps } from './deps';
import { recordSetups } from './known-agents';
import { ingestMissedCalls } from './missed-calls';
import { orphanedVoices } from './orphaned-voices';
import { overdueVoices } from './overdue-voices';
import { stuckClaims } from './stuck-claims';

/** A kind of finding: the reason of a deletion job, or a finished call that no webhook reported. */
type Finding = DeletionJob['reason'] | 'missed_call';

/** How many findings of each kind were queued. */
export type Findings = Readonly<Partial<Record<Finding, number>>>;

/**
 * Finds leftovers and queues a job for each finding:
 * 1. voices and ended calls that were not cleaned up, and claims whose holder died;
 * 2. voices with Precall's mark that the ledger does not know, and agents that still have a caller's voice;
 * 3. finished calls that no webhook reported.
 *
 * Then records which fields each agent lets calls override, and measures the account. Reads ElevenLabs first and the
 * ledger last. The worker of each job decides again. If one part fails, the others still run. Throws the first failure
 * at the end. Does nothing until the API key is first set.
 */
export const reconcile = async (deadline: Deadline, deps: ReconcileDeps): Promise<Findings> => {
  const found: Partial<Record<Finding, number>> = {};
  if (!(await hasApiKey(deps))) return found;
  const failures: unknown[] = [];
  const queueAll = async (jobs: AsyncIterable<DeletionJob>): Promise<void> => {
    for await (const job of jobs) {
      await deps.deletionJobs.enqueue(job, 0);
      found[job.reason] = (found[job.reason] ?? 0) + 1;
    }
  };
  const ingestMissed = async (): Promise<void> => {
    const { postCallJobs } = deps;
    const missed = postCallJobs === undefined ? 0 : await ingestMissedCalls(deadline, { ...deps, postCallJobs });
    if (missed > 0) found.missed_call = missed;
  };
  const parts = [
    () => queueAll(overdueVoices(deps)),
    () => queueAll(stuckClaims(deps)),
    () => queueAll(atElevenLabs(deadline, deps)),
    ingestMissed,
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

const hasApiKey = async ({ elevenLabs, log }: ReconcileDeps): Promise<boolean> => {
  try {
    await elevenLabs.apiKey();
  } catch (error) {
    if (error instanceof ServiceError && error.harmless === 'not_filled') {
      log.info('reconcile_skipped', { reason: 'no_api_key' });
      return false;
    }
  }
  return true;
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

/** Counts the existing voices, and the used share of the plan's voice slots and monthly voice changes. */
const measureAccount = async (deadline: Deadline, { voices, elevenLabs, meter, log }: ReconcileDeps): Promise<void> => {
  let alive = 0;
  for await (const { state } of voices.list()) if (state !== 'deleted') alive += 1;
  meter.count('VoicesAlive', alive);
  const { slotsUsed, slotLimit, addEdits, addEditLimit } = await getSubscription(elevenLabs, deadline);
  if (slotsUsed !== undefined && slotLimit !== undefined && slotLimit > 0)
    meter.count('VoiceSlotsUsedPercent', percent(slotsUsed, slotLimit));
  if (addEdits !== undefined && addEditLimit !== undefined && addEditLimit > 0)
    meter.count('VoiceEditsUsedPercent', percent(addEdits, addEditLimit));
  log.info('account_measured', { voices_alive: alive, slots_used: slotsUsed, edits_used: addEdits });
};

const percent = (used: number, limit: number): number => Math.round((100 * used) / limit);
