import pLimit from 'p-limit';
import { listBranches } from '../../elevenlabs/agent-branches';
import { getAgent } from '../../elevenlabs/agents';
import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { RetryLater } from '../../platform/retry-later';
import type { Agent } from '../agent';
import { branchKey, otherBranches } from '../agent-branches';
import { introduce } from '../agent-changes';
import { judgeRelease } from '../deletion-decision';
import { restoreAgent } from '../on-agent/restore-agent';
import type { VoiceDeletionDeps } from './deps';

/** Seconds after which an agent is read again while a PATCH may still take effect. */
const readAgainS = 5;

/** Seconds after which a failed restore of an agent is retried. */
const restoreAgainS = 30;

/** Number of branches to read at a time. */
const branchesAtOnce = 5;

/**
 * Restores every branch of an agent. Then checks that no PATCH in flight can set `releasedVoiceId`, or change a branch
 * without an activation. Returns the keys of the branches. Counts branches that could not be restored: until they are,
 * they may speak with a caller's voice. Throws RetryLater if it must wait; ElevenLabsError, ServiceError or
 * AwsUnavailable on failure; other branches are restored nevertheless.
 */
export const releaseAgent = async (
  agentId: string,
  releasedVoiceId: string | undefined,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<readonly string[]> => {
  const release = (key: string): Promise<void> => releaseBranch(key, releasedVoiceId, deadline, deps);
  const main = await deps.agents.read(agentId);
  if (main.version === 0) return [];
  const limit = pLimit(branchesAtOnce);
  const others = otherKeys(agentId, main, deadline, deps).then(async (keys) => {
    const releases = keys.map((key) =>
      limit(async () => {
        if (await hasItem({ key, main, releasedVoiceId }, deadline, deps)) await release(key);
      }),
    );
    await allDone(releases);
    return keys;
  });
  await allDone([release(agentId), others]);
  return [agentId, ...(await others)];
};

/** Waits for all promises. Throws a failure that can be retried rather than a refusal of ElevenLabs. */
const allDone = async (work: readonly Promise<unknown>[]): Promise<void> => {
  const failures: unknown[] = [];
  for (const each of await Promise.allSettled(work)) if (each.status === 'rejected') failures.push(each.reason);
  const isRefused = (failure: unknown): boolean => failure instanceof AgentNotRestored && failure.isRefused;
  if (failures.length > 0) throw failures.find((failure) => !isRefused(failure)) ?? failures[0];
};

/** Returns the keys of the other branches that are not archived. If ElevenLabs shows none, those in the ledger. */
const otherKeys = async (
  agentId: string,
  { branches = {} }: Agent,
  deadline: Deadline,
  { elevenLabs }: VoiceDeletionDeps,
): Promise<readonly string[]> => {
  const listed = await listBranches(elevenLabs, agentId, deadline);
  const ids = listed.length === 0 ? Object.keys(branches) : otherBranches(listed).map(({ id }) => id);
  return ids.map((id) => branchKey(agentId, id));
};

interface OtherBranch {
  readonly key: string;
  readonly main: Agent;
  readonly releasedVoiceId: string | undefined;
}

/**
 * Returns whether the ledger has the branch. A missing branch with a caller's voice may have been created from another
 * branch during a call. Adds it with the main branch's own voice and greeting.
 */
const hasItem = async (
  { key, main, releasedVoiceId }: OtherBranch,
  deadline: Deadline,
  { agents, voices, elevenLabs, log }: VoiceDeletionDeps,
): Promise<boolean> => {
  if ((await agents.read(key)).version > 0) return true;
  const { voice_id: voiceId } = (await getAgent(elevenLabs, key, deadline)).pair;
  if (voiceId === undefined) return false;
  if (voiceId !== releasedVoiceId && (await voices.read(voiceId)) === undefined) return false;
  await agents.write(key, introduce(key, main.baseline ?? {}));
  log.warn('branch_has_callers_voice', { agent_id: key });
  return true;
};

const releaseBranch = async (
  key: string,
  releasedVoiceId: string | undefined,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): Promise<void> => {
  const snapshot = await restored(key, deadline, deps);
  if (snapshot === undefined) return;
  const verdict = judgeRelease(snapshot.agent, snapshot.observed, releasedVoiceId, deps.nowMs());
  if (verdict.may === 'go-on') return;
  const leftS = verdict.untilMs === undefined ? readAgainS : (verdict.untilMs - deps.nowMs()) / 1000;
  throw new RetryLater(verdict.blockedBy, Math.max(1, Math.min(readAgainS, leftS)));
};

/**
 * Restores an agent. A failed restore is retried soon, and without limit: until then, strangers hear the caller's
 * voice.
 */
const restored = async (
  agentId: string,
  deadline: Deadline,
  deps: VoiceDeletionDeps,
): ReturnType<typeof restoreAgent> => {
  try {
    return await restoreAgent(agentId, deadline, deps);
  } catch (error) {
    if (!(error instanceof ElevenLabsError || error instanceof RetryLater)) throw error;
    deps.meter.count('AgentRestoresFailed');
    if (error instanceof RetryLater) throw error;
    deps.log.error('agent_not_restored', error, { agent_id: agentId });
    throw new AgentNotRestored(error.kind);
  }
};

/** Thrown while ElevenLabs does not accept an agent's own voice. */
export class AgentNotRestored extends RetryLater {
  constructor(private readonly kind: ElevenLabsError['kind']) {
    super('agent_restored', restoreAgainS);
  }

  /** Whether ElevenLabs refused, so that waiting may never help. */
  get isRefused(): boolean {
    return this.kind === 'refused' || this.kind === 'access';
  }
}
