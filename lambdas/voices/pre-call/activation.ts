import { listBranches } from '../../elevenlabs/agent-branches';
import { type AgentWithSetup, getAgentWithSetup, partOf } from '../../elevenlabs/agent-setup';
import { getAgent, type ReadAgent } from '../../elevenlabs/agents';
import { type AgentSetup, isServedPerCall } from '../../setup/agent-setup';
import { checkAgent } from '../../setup/check-agent';
import type { AgentDetails } from '../../setup/details';
import type { Activation, Agent } from '../agent';
import type { AgentBranch } from '../agent-branches';
import { activateVoice, type PlacedVoice } from '../on-agent/activate';
import { withdrawActivation } from '../on-agent/restore-agent';
import type { PreCall, PreCallDeps } from './deps';
import { refusalError, toServiceError, updatingAgent } from './failures';
import { type BranchAhead, lookAtBranches } from './look-at-branches';
import { noteRefusal, stands } from './patch-refusals';

/** What was read about the agent, in parallel with the clone. */
export interface AgentAhead {
  /** Whether the initiation webhook will recognise the caller and give the call its voice. */
  readonly isServedPerCall: boolean;
  /** What a call may override; undefined if neither ElevenLabs nor the ledger shows it. */
  readonly setup: AgentSetup | undefined;
  /** The live branches before their PATCH, at least one; undefined if the agent will not be PATCHed. */
  readonly branches: readonly BranchAhead[] | undefined;
}

/** A reading of the agent before it is changed, in parallel with the clone. */
export interface AgentReading {
  /** Rejects with ServiceError. */
  readonly ahead: Promise<AgentAhead>;
  /**
   * Resolves when cloning may start: the agent's own voice is known, so that it can be restored, and ElevenLabs did not
   * refuse the agent's last PATCH. Rejects with ServiceError otherwise.
   */
  readonly mayClone: () => Promise<unknown>;
}

/** Starts reading the agent from the ledger. Returns undefined if the agent will not be PATCHed. */
export const readAgentItem = (
  { event }: PreCall,
  { agents, settings }: Pick<PreCallDeps, 'agents' | 'settings'>,
): Promise<Agent> | undefined => {
  const seen = settings.activation === 'override' ? undefined : agents.read(event.agent_id);
  // Whoever needs it gets its error.
  seen?.catch(() => undefined);
  return seen;
};

/**
 * Starts reading how the agent's calls can be served and, if it will be PATCHed, the voice and greeting of each live
 * branch. `seen` is the agent in the ledger. Allows no clone if the agent's own voice is unknown, because it could not
 * be restored, or if its last PATCH was refused.
 */
export const readAgentAhead = (call: PreCall, seen: Promise<Agent> | undefined, deps: PreCallDeps): AgentReading => {
  const { event, deadline } = call;
  const listed = listBranches(deps.elevenLabs, event.agent_id, deadline);
  const ahead = read(call, { seen, shown: readOnce(call, seen, deps), listed }, deps);
  const mayClone = async (): Promise<void> => {
    const { baseline, refused } = (await seen) ?? {};
    if (seen === undefined || (baseline?.voice_id !== undefined && refused === undefined)) return;
    const { branches } = await ahead;
    const isPatchNeeded = branches !== undefined && deps.settings.activation !== 'both';
    if (isPatchNeeded && refused !== undefined && stands(refused, deps.nowMs())) throw refusalError(refused);
  };
  return { ahead, mayClone };
};

interface Readings {
  readonly seen: Promise<Agent> | undefined;
  readonly shown: Promise<AgentWithSetup>;
  readonly listed: Promise<readonly AgentBranch[]>;
}

/**
 * Reads the agent once for all purposes, after the ledger: a change that no PATCH of Precall made is then a person's.
 */
const readOnce = async (
  { event, deadline }: PreCall,
  seen: Promise<Agent> | undefined,
  { elevenLabs }: PreCallDeps,
): Promise<AgentWithSetup> => {
  await Promise.allSettled([seen]);
  return getAgentWithSetup(elevenLabs, event.agent_id, deadline);
};

const read = async (call: PreCall, readings: Readings, deps: PreCallDeps): Promise<AgentAhead> => {
  const serving = readSetup(call, readings, deps);
  // The PATCH needs only this reading, not the set-up.
  const reading = deps.settings.activation === 'auto' ? undefined : readForPatch(call, readings, deps);
  await Promise.allSettled([serving, reading, readings.seen, readings.shown, readings.listed]);
  const { setup, isServedPerCall: isPerCall } = await serving;
  const branches = reading ?? (isPerCall ? undefined : readForPatch(call, readings, deps));
  return { isServedPerCall: isPerCall, setup, branches: await branches };
};

const readForPatch = async (
  { event: { agent_id: agentId }, deadline }: PreCall,
  { seen, shown, listed }: Readings,
  deps: PreCallDeps,
): Promise<readonly BranchAhead[] | undefined> => {
  // What only the set-up needs must not fail the PATCH: after a failure, the agent is read again.
  const main = (): Promise<ReadAgent> =>
    shown.then((found) => partOf(found.shown)).catch(() => getAgent(deps.elevenLabs, agentId, deadline));
  const look = async (before: Promise<Agent>): Promise<readonly BranchAhead[]> =>
    lookAtBranches(agentId, { known: await before, shown: main(), listed }, deadline, deps);
  return seen === undefined ? undefined : asFarAsNeeded(look(seen), deps);
};

/**
 * Reads whether the agent's calls are served by the initiation webhook, and what they may override. A caller without a
 * number can't be recognised. If ElevenLabs does not show the agent, uses the overrides of the last check and assumes
 * no webhook.
 */
const readSetup = async (
  { event, callerHash, deadline }: PreCall,
  { shown, listed }: Readings,
  deps: PreCallDeps,
): Promise<Omit<AgentAhead, 'branches'>> => {
  try {
    const mainBranchOf = async (): Promise<AgentDetails> => partOf((await shown).details);
    const { setup } = await checkAgent(event.agent_id, deadline, { ...deps, mainBranchOf, branchesOf: () => listed });
    return { setup, isServedPerCall: callerHash !== undefined && isServedPerCall(setup) };
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
 * Sets the voice and the first message on every live branch of the agent, as `AGENT_ACTIVATION` specifies. Throws
 * ServiceError when a PATCH fails, except for `both`.
 */
export const activate = async (
  call: PreCall,
  activation: Activation,
  { branches }: AgentAhead,
  deps: PreCallDeps,
): Promise<Activated> => {
  if (branches === undefined) return notActivated;
  const placed = await asFarAsNeeded(activateOnBranches(call, activation, branches, deps), deps);
  if (placed === undefined) return notActivated;
  // From now on, the other conversation's caller hears this voice, unless the call has its own override.
  if (placed.some(({ superseded }) => superseded?.is_recognised === false)) deps.meter.count('CallsWithOthersVoice');
  return { isUpdated: true, settled: Promise.all(placed.map(({ settled }) => settled)) };
};

/** The agent after its PATCHes. */
interface Activated {
  /** Whether ElevenLabs confirmed each PATCH. */
  readonly isUpdated: boolean;
  /** Resolves when the ledger has no entry of these PATCHes. Never rejects. */
  readonly settled: Promise<unknown>;
}

const notActivated: Activated = { isUpdated: false, settled: Promise.resolve() };

/**
 * Activates the voice on these branches. Throws ElevenLabsError or ServiceError when a PATCH fails.
 */
const activateOnBranches = async (
  { event: { agent_id: agentId }, deadline }: PreCall,
  activation: Activation,
  branches: readonly BranchAhead[],
  deps: PreCallDeps,
): Promise<readonly PlacedVoice[]> => {
  const placing = branches.map(({ key, snapshot, procedures }) =>
    activateVoice({ agentId: key, activation, procedures }, snapshot, deadline, deps),
  );
  await Promise.allSettled(placing);
  try {
    return await Promise.all(placing);
  } catch (error) {
    await noteRefusal(agentId, error, deps);
    if (branches.length > 1) await takeBack(agentId, activation, branches, deps);
    throw error;
  }
};

/**
 * Withdraws the activation from all branches after one failed, and queues their restore. Never throws, because the end
 * of the conversation restores them too.
 */
const takeBack = async (
  agentId: string,
  { conversation_id: conversationId, voice_id: voiceId }: Activation,
  branches: readonly BranchAhead[],
  deps: PreCallDeps,
): Promise<void> => {
  try {
    await Promise.all(branches.map(({ key }) => withdrawActivation({ agentId: key, conversationId, voiceId }, deps)));
    await deps.deletionJobs.enqueue({ reason: 'agent_not_restored', agent_id: agentId }, 0);
  } catch (error) {
    deps.log.error('branches_not_restored', error);
  }
};

/**
 * Waits for the work. If it fails, throws ServiceError, or returns undefined for `both`, because the override serves
 * the call.
 */
const asFarAsNeeded = async <T>(work: Promise<T>, { settings, log }: PreCallDeps): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (settings.activation !== 'both') throw toServiceError(error, updatingAgent);
    log.error('agent_served_by_override', error);
    return undefined;
  }
};
