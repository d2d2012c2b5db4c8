import { getAgent, type ProcedureVersions, type ReadAgent } from '../../elevenlabs/agents';
import type { Deadline } from '../../platform/deadline';
import { ServiceError } from '../../platform/errors';
import type { Agent } from '../agent';
import { type AgentBranch, type LiveBranch, liveBranches, partsOfKey } from '../agent-branches';
import { introduce, noteBranch, permit } from '../agent-changes';
import { keptProcedures } from '../on-agent/kept-procedures';
import { type AgentResponse, type AgentSnapshot, judgeAgent, readAgent } from '../on-agent/read-agent';
import type { PreCallDeps } from './deps';
import { refusalError } from './failures';
import { blockerRefusal, isInForce, noteRefusal } from './patch-refusals';

/** A live branch before its PATCH. */
export interface BranchView {
  /** The key of the branch's AGENT item. */
  readonly key: string;
  readonly snapshot: AgentSnapshot;
  /** The procedure versions in the PATCH; undefined to leave them out. */
  readonly procedures: ProcedureVersions | undefined;
}

/** What was already read about an agent. */
interface BranchReadings {
  /** The main branch in the ledger. */
  readonly agent: Agent;
  /** The main branch at ElevenLabs, read after `agent`. */
  readonly response: Promise<ReadAgent>;
  readonly listed: Promise<readonly AgentBranch[]>;
}

/**
 * Reads every live branch of an agent before its PATCH. Throws ServiceError for an agent that can't be PATCHed or
 * restored, and ElevenLabsError when a request fails.
 */
export const readLiveBranches = async (
  agentId: string,
  { agent, response, listed }: BranchReadings,
  deadline: Deadline,
  deps: PreCallDeps,
): Promise<readonly BranchView[]> => {
  const { refused } = agent;
  try {
    const [main, branches] = await Promise.all([response, listed]);
    const live = liveBranches(agentId, branches, main);
    const blocker = blockerRefusal(live, deps.nowMs());
    if (blocker !== undefined) {
      await noteRefusal(agentId, blocker, deps);
      throw refusalError(blocker);
    }
    if (refused !== undefined && !isInForce(refused, deps.nowMs())) await deps.agents.write(agentId, permit);
    const noted = await noteBranches({ agentId, agent, response: main }, live, deadline, deps);
    const readings = { agentId, agent: noted, response: main };
    return await Promise.all(live.map((branch) => readBranch(branch, readings, deadline, deps)));
  } catch (error) {
    await noteRefusal(agentId, error, deps);
    throw error;
  }
};

const readBranch = async (
  { key, isMain }: LiveBranch,
  main: AgentResponse,
  deadline: Deadline,
  deps: PreCallDeps,
): Promise<BranchView> => {
  const agent = isMain ? main.agent : await deps.agents.read(key);
  const response = isMain ? main.response : await getAgent(deps.elevenLabs, key, deadline);
  const [snapshot, procedures] = await Promise.all([
    judgeAgent({ agentId: key, agent, response }, deadline, deps),
    keptProcedures(key, response, deadline, deps),
  ]);
  if (hasBaseline(snapshot)) return { key, snapshot, procedures };
  // Another call may have set its voice after the ledger was read. It recorded the agent's own voice before that.
  return { key, snapshot: requireBaseline(await readAgent(key, deadline, deps)), procedures };
};

const hasBaseline = ({ baseline, observed }: AgentSnapshot): boolean =>
  baseline.voice_id !== undefined || observed.voice === 'none';

/**
 * Records which other branches get callers' voices from now on, so that a release and an erasure find them without
 * ElevenLabs. Returns the main branch's item after that.
 */
const noteBranches = async (
  main: AgentResponse,
  live: readonly LiveBranch[],
  deadline: Deadline,
  deps: PreCallDeps,
): Promise<Agent> => {
  const { agents } = deps;
  const { agentId } = main;
  const otherIds = live.map(({ key }) => partsOfKey(key).branchId).filter((branchId) => branchId !== undefined);
  let { agent } = main;
  if (otherIds.length > 0 && agent.version === 0) {
    const { baseline } = await judgeAgent(main, deadline, deps);
    await agents.write(agentId, introduce(agentId, baseline));
    agent = await agents.read(agentId);
  }
  for (const branchId of otherIds) {
    let transition = noteBranch(agent, branchId);
    while (transition !== undefined) {
      await agents.write(agentId, transition);
      agent = await agents.read(agentId);
      transition = noteBranch(agent, branchId);
    }
  }
  return agent;
};

/** Rejects a branch whose own voice is unknown, because Precall could not restore it. */
const requireBaseline = (snapshot: AgentSnapshot): AgentSnapshot => {
  if (hasBaseline(snapshot)) return snapshot;
  const problem = snapshot.observed.voice === 'missing' ? 'a deleted voice' : 'a cloned voice';
  throw new ServiceError({
    code: 'SERVICE_UNAVAILABLE',
    message:
      `The agent uses ${problem}, and its original voice is unknown. ` +
      "Set the agent's voice in ElevenLabs, then send the same request again.",
    retryAfterS: 5,
  });
};
