import { getSubscription } from '../elevenlabs/subscription';
import { listMarkedVoices } from '../elevenlabs/voices';
import type { AgentReadings } from '../ledger/agent-readings';
import type { Deadline } from '../platform/deadline';
import { ServiceError } from '../platform/errors';
import { lazy } from '../platform/lazy';
import { isIdle } from '../voices/agent';
import type { DeletionJob } from '../voices/deletion-job';
import { voiceMark } from '../voices/voice-identity';
import { type AgentReader, agentReader } from './agent-reader';
import { agentsInTurn } from './agents-in-turn';
import { agentsToRestore, snapshotAgents } from './agents-to-restore';
import type { ReconcileDeps } from './deps';
import { recordSetups } from './known-agents';
import { ingestMissedCalls } from './missed-calls';
import { findOrphans, orphanJobs } from './orphaned-voices';
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
  const counts: Partial<Record<Finding, number>> = {};
  if (!(await hasApiKey(deps))) return counts;
  const failures: unknown[] = [];
  const reader = agentReader(deps.elevenLabs, deadline);
  const inTurn = lazy(() => readTurn(deps));
  const queueAll = async (jobs: AsyncIterable<DeletionJob>): Promise<void> => {
    for await (const job of jobs) {
      await deps.deletionJobs.enqueue(job, 0);
      counts[job.reason] = (counts[job.reason] ?? 0) + 1;
    }
  };
  const ingestMissed = async (): Promise<void> => {
    const { postCallJobs } = deps;
    const missed = postCallJobs === undefined ? 0 : await ingestMissedCalls(deadline, { ...deps, postCallJobs });
    if (missed > 0) counts.missed_call = missed;
  };
  const parts = [
    () => queueAll(overdueVoices(deps)),
    () => queueAll(stuckClaims(deps)),
    () => queueAll(findAtElevenLabs(reader, inTurn, deadline, deps)),
    ingestMissed,
    () => recordSetupsInTurn(reader, inTurn, deadline, deps),
    () => measureAccount(deadline, deps),
  ];
  for (const part of parts) {
    await part().catch((error: unknown) => {
      deps.log.error('reconcile_failed', error);
      failures.push(error);
    });
  }
  for (const [reason, count] of Object.entries(counts))
    deps.meter.countBy('ReconcileFindings', 'Reason', reason, count);
  deps.log.info('reconciled', counts);
  if (failures.length > 0) throw failures[0];
  return counts;
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

/** The ledger's agents, and those of them that this run reads. */
interface Turn {
  readonly versions: ReadonlyMap<string, number>;
  readonly before: AgentReadings;
  readonly inTurn: ReadonlySet<string>;
}

const readTurn = async ({ agents, agentReadings }: ReconcileDeps): Promise<Turn> => {
  const [versions, before] = await Promise.all([agents.versions(), agentReadings.read()]);
  return { versions, before, inTurn: agentsInTurn(versions, before) };
};

const findAtElevenLabs = async function* (
  reader: AgentReader,
  turn: () => Promise<Turn>,
  deadline: Deadline,
  deps: ReconcileDeps,
): AsyncIterable<DeletionJob> {
  const mark = voiceMark(await deps.installationId());
  const marked = await Array.fromAsync(listMarkedVoices(deps.elevenLabs, mark, deadline));
  const orphans = await findOrphans(marked, deps);
  const { versions, inTurn } = await turn();
  // Any agent may have an orphaned voice.
  const agentIds = orphans.length > 0 ? versions.keys() : inTurn;
  const snapshots = await snapshotAgents(agentIds, reader, deadline, deps);
  yield* orphanJobs(orphans, snapshots);
  yield* agentsToRestore(marked, snapshots.agents, deps);
  if (snapshots.failure !== undefined) throw snapshots.failure;
};

/**
 * Records the set-ups of the agents in the settings and of the ledger's agents whose turn it is. Then notes which
 * agents were read at rest.
 */
const recordSetupsInTurn = async (
  reader: AgentReader,
  turn: () => Promise<Turn>,
  deadline: Deadline,
  deps: ReconcileDeps,
): Promise<void> => {
  const { agents, agentIds, agentReadings, nowMs } = deps;
  const { versions, before, inTurn } = await turn();
  await recordSetups(new Set([...agentIds, ...inTurn]), reader, deadline, deps);
  const notInTurn = Object.entries(before.versions).filter(
    ([agentId]) => versions.has(agentId) && !inTurn.has(agentId),
  );
  const reading = [...inTurn].map(async (agentId) => ({ agentId, agent: await agents.read(agentId) }));
  const idle = (await Promise.all(reading)).filter(({ agent }) => isIdle(agent, nowMs()));
  const readAtRest = idle.map(({ agentId }) => [agentId, versions.get(agentId) ?? 0] as const);
  await agentReadings.write({ turn: before.turn + 1, versions: Object.fromEntries([...notInTurn, ...readAtRest]) });
};

/** Counts the existing voices, and the used share of the plan's voice slots and monthly voice changes. */
const measureAccount = async (deadline: Deadline, { voices, elevenLabs, meter, log }: ReconcileDeps): Promise<void> => {
  const alive = await Array.fromAsync(voices.listEntries({ exceptState: 'deleted' }));
  meter.count('VoicesAlive', alive.length);
  const { slotsUsed, slotLimit, addEdits, addEditLimit } = await getSubscription(elevenLabs, deadline);
  if (slotsUsed !== undefined && slotLimit !== undefined && slotLimit > 0)
    meter.count('VoiceSlotsUsedPercent', percent(slotsUsed, slotLimit));
  if (addEdits !== undefined && addEditLimit !== undefined && addEditLimit > 0)
    meter.count('VoiceEditsUsedPercent', percent(addEdits, addEditLimit));
  log.info('account_measured', { voices_alive: alive.length, slots_used: slotsUsed, edits_used: addEdits });
};

const percent = (used: number, limit: number): number => Math.round((100 * used) / limit);
