import { getAgent, type ProcedureVersions, type ReadAgent } from '../../elevenlabs/agents';
import type { Deadline } from '../../platform/deadline';
import { ServiceError } from '../../platform/errors';
import type { Agent } from '../agent';
import { type AgentBranch, type LiveBranch, liveBranches, partsOfKey } from '../agent-branches';
import { introduce, noteBranch, permit } from '../agent-changes';
import { keptProcedures } from '../on-agent/kept-procedures';
import { type AgentSnapshot, judgeAgent, readAgent } from '../on-agent/read-agent';
import type { PreCallDeps } from './deps';
import { refusalError } from './failures';
import { blockerRefusal, noteRefusal, stands } from './patch-refusals';

/** A live branch before its PATCH. */
export interface BranchAhead {
  /** The key of the branch's AGENT item. */
  readonly key: string;
  readonly snapshot: AgentSnapshot;
  /** The procedure versions in the PATCH; undefined to leave them out. */
  readonly procedures: ProcedureVersions | undefined;
}

/** What was already read about an agent. */
interface BranchReadings {
  /** The main branch in the ledger. */
  readonly known: Agent;
  /** The main branch at ElevenLabs, read after `known`. */
  readonly shown: Promise<ReadAgent>;
  readonly listed: Promise<readonly AgentBranch[]>;
}

/**
 * Reads every live branch of an agent before its PATCH. Throws ServiceError for an agent that can't be PATCHed or
 * restored, and ElevenLabsError when a request fails.
 */
export const lookAtBranches = async (
  agentId: string,
  { known, shown, listed }: BranchReadings,
  deadline: Deadline,
  deps: PreCallDeps,
): Promise<readonly BranchAhead[]> => {
  const { refused } = known;
  try {
    const [main, branches] = await Promise.all([shown, listed]);
    const live = liveBranches(agentId, branches, main);
    const blocker = blockerRefusal(live, deps.nowMs());
    if (blocker !== undefined) {
      await noteRefusal(agentId, blocker, deps);
      throw refusalError(blocker);
    }
    if (refused !== undefined && !stands(refused, deps.nowMs())) await deps.agents.write(agentId, permit);
    const seen = live.some(({ isMain }) => !isMain)
      ? await noteBranches(agentId, known, main, live, deadline, deps)
      : known;
    return await Promise.all(live.map((branch) => lookAt(branch, { seen, shown: main }, deadline, deps)));
  } catch (error) {
    await noteRefusal(agentId, error, deps);
    throw error;
  }
};

const lookAt = async (
  { key, isMain }: LiveBranch,
  main: { readonly seen: Agent; readonly shown: ReadAgent },
  deadline: Deadline,
  deps: PreCallDeps,
): Promise<BranchAhead> => {
  const seen = isMain ? main.seen : await deps.agents.read(key);
  const shown = isMain ? main.shown : await getAgent(deps.elevenLabs, key, deadline);
  const [snapshot, procedures] = await Promise.all([
    judgeAgent(key, seen, shown, deadline, deps),
    keptProcedures(key, shown, deadline, deps),
  ]);
  if (hasBaseline(snapshot)) return { key, snapshot, procedures };
  // Another call may have set its voice after the ledger was read. It recorded the agent's own voice before that.
  return { key, snapshot: requireBaseline(await readAgent(key, deadline, deps)), procedures };
};

const hasBaseline = ({ baseline, found }: AgentSnapshot): boolean =>
  baseline.voice_id !== undefined || found.voice === 'none';

/**
 * Records which other branches get callers' voices from now on, so that a release and an erasure find them without
 * ElevenLabs. Returns the main branch's item after that.
 */
const noteBranches = async (
  agentId: string,
  known: Agent,
  main: ReadAgent,
  live: readonly LiveBranch[],
  deadline: Deadline,
  deps: PreCallDeps,
): Promise<Agent> => {
  const { agents } = deps;
  if (known.version === 0) {
    const { baseline } = await judgeAgent(agentId, known, main, deadline, deps);
    await agents.write(agentId, introduce(agentId, baseline));
  }
  let seen = known.version === 0 ? await agents.read(agentId) : known;
  for (const { key } of live) {
    const { branchId } = partsOfKey(key);
    for (;;) {
      const noted = branchId === undefined ? undefined : noteBranch(seen, branchId);
      if (noted === undefined) break;
      await agents.write(agentId, noted);
      seen = await agents.read(agentId);
    }
  }
  return seen;
};

/** Rejects a branch whose own voice is unknown, because Precall could not restore it. */
const requireBaseline = (snapshot: AgentSnapshot): AgentSnapshot => {
  if (hasBaseline(snapshot)) return snapshot;
  const problem = snapshot.found.voice === 'missing' ? 'a deleted voice' : 'a cloned voice';
  throw new ServiceError({
    code: 'SERVICE_UNAVAILABLE',
    message:
      `The agent uses ${problem}, and its original voice is unknown. ` +
      "Set the agent's voice in ElevenLabs, then send the same request again.",
    retryAfterS: 5,
  });
};
