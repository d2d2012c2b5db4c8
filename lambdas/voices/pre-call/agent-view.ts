import { listBranches } from '../../elevenlabs/agent-branches';
import { type AgentWithSetup, getAgentWithSetup, partOf } from '../../elevenlabs/agent-setup';
import { getAgent, type ReadAgent } from '../../elevenlabs/agents';
import { type AgentSetup, isServedPerCall as isSetupServedPerCall } from '../../setup/agent-setup';
import { checkAgent } from '../../setup/check-agent';
import type { AgentDetails } from '../../setup/details';
import type { Agent } from '../agent';
import type { AgentBranch } from '../agent-branches';
import type { PreCall, PreCallDeps } from './deps';
import { refusalError, toServiceError, updatingAgent } from './failures';
import { isInForce } from './patch-refusals';
import { type BranchView, readLiveBranches } from './read-branches';

/** What was read about the agent, in parallel with the clone. */
export interface AgentView {
  /** Whether the initiation webhook will recognise the caller and give the call its voice. */
  readonly isServedPerCall: boolean;
  /** What a call may override; undefined if neither ElevenLabs nor the ledger shows it. */
  readonly setup: AgentSetup | undefined;
  /** The live branches before their PATCH, at least one; undefined if the agent will not be PATCHed. */
  readonly branches: readonly BranchView[] | undefined;
}

/** A reading of the agent before it is changed, in parallel with the clone. */
export interface AgentReading {
  /** Rejects with ServiceError. */
  readonly view: Promise<AgentView>;
  /**
   * Resolves when cloning may start: the agent's own voice is known, so that it can be restored, and ElevenLabs did not
   * refuse the agent's last PATCH. Rejects with ServiceError otherwise.
   */
  readonly checkMayClone: () => Promise<unknown>;
}

/** Starts reading the agent from the ledger. Returns undefined if the agent will not be PATCHed. */
export const readAgentItem = (
  { event }: PreCall,
  { agents, settings }: Pick<PreCallDeps, 'agents' | 'settings'>,
): Promise<Agent> | undefined => {
  const agentItem = settings.activation === 'override' ? undefined : agents.read(event.agent_id);
  // Whoever needs it gets its error.
  agentItem?.catch(() => undefined);
  return agentItem;
};

/**
 * Starts reading how the agent's calls can be served and, if it will be PATCHed, the voice and greeting of each live
 * branch. `agentItem` is the agent in the ledger. Allows no clone if the agent's own voice is unknown, because it could
 * not be restored, or if its last PATCH was refused.
 */
export const startReadingAgent = (
  call: PreCall,
  agentItem: Promise<Agent> | undefined,
  deps: PreCallDeps,
): AgentReading => {
  const { event, deadline } = call;
  const listed = listBranches(deps.elevenLabs, event.agent_id, deadline);
  const view = readView(call, { agentItem, response: readOnce(call, agentItem, deps), listed }, deps);
  const checkMayClone = async (): Promise<void> => {
    const { baseline, refused } = (await agentItem) ?? {};
    if (agentItem === undefined || (baseline?.voice_id !== undefined && refused === undefined)) return;
    const { branches } = await view;
    const isPatchNeeded = branches !== undefined && deps.settings.activation !== 'both';
    if (isPatchNeeded && refused !== undefined && isInForce(refused, deps.nowMs())) throw refusalError(refused);
  };
  return { view, checkMayClone };
};

/** The running reads of one agent. */
interface Readings {
  readonly agentItem: Promise<Agent> | undefined;
  readonly response: Promise<AgentWithSetup>;
  readonly listed: Promise<readonly AgentBranch[]>;
}

/**
 * Reads the agent once for all purposes, after the ledger: a change that no PATCH of Precall made is then a person's.
 */
const readOnce = async (
  { event, deadline }: PreCall,
  agentItem: Promise<Agent> | undefined,
  { elevenLabs }: PreCallDeps,
): Promise<AgentWithSetup> => {
  await Promise.allSettled([agentItem]);
  return getAgentWithSetup(elevenLabs, event.agent_id, deadline);
};

const readView = async (call: PreCall, readings: Readings, deps: PreCallDeps): Promise<AgentView> => {
  const serving = readSetup(call, readings, deps);
  // The PATCH needs only this reading, not the set-up.
  const reading = deps.settings.activation === 'auto' ? undefined : readForPatch(call, readings, deps);
  await Promise.allSettled([serving, reading, readings.agentItem, readings.response, readings.listed]);
  const { setup, isServedPerCall } = await serving;
  if (reading !== undefined) return { isServedPerCall, setup, branches: await reading };
  const branches = isServedPerCall ? undefined : await readForPatch(call, readings, deps);
  return { isServedPerCall, setup, branches };
};

const readForPatch = async (
  { event: { agent_id: agentId }, deadline }: PreCall,
  { agentItem, response, listed }: Readings,
  deps: PreCallDeps,
): Promise<readonly BranchView[] | undefined> => {
  if (agentItem === undefined) return undefined;
  // What only the set-up needs must not fail the PATCH: after a failure, the agent is read again.
  const readMain = (): Promise<ReadAgent> =>
    response.then(({ agent }) => partOf(agent)).catch(() => getAgent(deps.elevenLabs, agentId, deadline));
  const readBranches = async (): Promise<readonly BranchView[]> =>
    readLiveBranches(agentId, { agent: await agentItem, response: readMain(), listed }, deadline, deps);
  return unlessOverrideServes(readBranches(), deps);
};

/**
 * Reads whether the agent's calls are served by the initiation webhook, and what they may override. A caller without a
 * number can't be recognised. If ElevenLabs does not show the agent, uses the overrides of the last check and assumes
 * no webhook.
 */
const readSetup = async (
  { event, callerHash, deadline }: PreCall,
  { response, listed }: Readings,
  deps: PreCallDeps,
): Promise<Omit<AgentView, 'branches'>> => {
  try {
    const mainBranchOf = async (): Promise<AgentDetails> => partOf((await response).details);
    const { setup } = await checkAgent(event.agent_id, deadline, { ...deps, mainBranchOf, branchesOf: () => listed });
    return { setup, isServedPerCall: callerHash !== undefined && isSetupServedPerCall(setup) };
  } catch (error) {
    deps.log.error('agent_setup_unknown', error);
    const setup = await deps.setups.read(event.agent_id).catch((fault: unknown) => {
      deps.log.error('agent_setup_unreadable', fault);
      return undefined;
    });
    return { setup, isServedPerCall: false };
  }
};

/**
 * Waits for work on the agent. If it fails, throws ServiceError, or returns undefined for `both`, because the override
 * serves the call.
 */
export const unlessOverrideServes = async <T>(
  work: Promise<T>,
  { settings, log }: PreCallDeps,
): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (settings.activation !== 'both') throw toServiceError(error, updatingAgent);
    log.error('agent_served_by_override', error);
    return undefined;
  }
};
