import { getAgent } from '../../elevenlabs/agents';
import { ServiceError } from '../../platform/errors';
import { type AgentSetup, isServedPerCall } from '../../setup/agent-setup';
import { checkAgent } from '../../setup/check-agent';
import type { Activation, Agent } from '../agent';
import { activateVoice } from '../on-agent/activate';
import { type AgentSnapshot, judgeAgent } from '../on-agent/read-agent';
import type { PreCall, PreCallDeps } from './deps';
import { toServiceError, updatingAgent } from './failures';

/** What was seen of the agent beside the clone. */
export interface AgentAhead {
  /** Whether the initiation webhook will recognise the caller and give the call its voice. */
  readonly isServedPerCall: boolean;
  /** What a call may override; undefined where neither ElevenLabs nor the ledger shows it. */
  readonly setup: AgentSetup | undefined;
  /** The agent before its PATCH; undefined where it will not be PATCHed. */
  readonly snapshot: AgentSnapshot | undefined;
}

/** An agent that is being read before it is changed, beside the clone. */
export interface AgentReading {
  /** Rejects with ServiceError. */
  readonly ahead: Promise<AgentAhead>;
  /**
   * Resolves once the agent's own voice is known, so that it can be restored: from the ledger, or, for an agent that
   * the ledger does not know, from ElevenLabs. Rejects with ServiceError.
   */
  readonly isRestorable: () => Promise<unknown>;
}

/**
 * Begins to read how the agent's calls can be served and, where it will be PATCHed, its voice and greeting. An agent
 * whose own voice is not known gets no clone, because nobody could restore it.
 */
export const readAgentAhead = (call: PreCall, deps: PreCallDeps): AgentReading => {
  const seen = deps.settings.activation === 'override' ? undefined : deps.agents.read(call.event.agent_id);
  const ahead = read(call, seen, deps);
  const isKnown = async (): Promise<boolean> => seen === undefined || (await seen).baseline?.voice_id !== undefined;
  return { ahead, isRestorable: async () => (await isKnown()) || ahead };
};

const read = async (call: PreCall, seen: Promise<Agent> | undefined, deps: PreCallDeps): Promise<AgentAhead> => {
  const serving = readSetup(call, deps);
  // Its PATCH waits for no answer but its own look.
  const reading = deps.settings.activation === 'auto' ? undefined : readForPatch(call, seen, deps);
  await Promise.allSettled([serving, reading, seen]);
  const { setup, isServedPerCall: isPerCall } = await serving;
  const snapshot = reading ?? (isPerCall ? undefined : readForPatch(call, seen, deps));
  return { isServedPerCall: isPerCall, setup, snapshot: await snapshot };
};

const readForPatch = async (
  { event: { agent_id: agentId }, deadline }: PreCall,
  seen: Promise<Agent> | undefined,
  deps: PreCallDeps,
): Promise<AgentSnapshot | undefined> => {
  const look = async (before: Promise<Agent>): Promise<AgentSnapshot> => {
    const known = await before;
    const now = await getAgent(deps.elevenLabs, agentId, deadline);
    return requireBaseline(await judgeAgent(agentId, known, now, deadline, deps));
  };
  return seen === undefined ? undefined : asFarAsNeeded(look(seen), deps);
};

/**
 * A caller without a number can't be recognised. An agent that ElevenLabs does not show counts as one that can't; what
 * its calls may override is then what the last check saw.
 */
const readSetup = async (
  { event, callerHash, deadline }: PreCall,
  deps: PreCallDeps,
): Promise<Omit<AgentAhead, 'snapshot'>> => {
  try {
    const { setup } = await checkAgent(event.agent_id, deadline, deps);
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

/** Rejects an agent whose own voice is unknown, because Precall could not restore it. */
const requireBaseline = (snapshot: AgentSnapshot): AgentSnapshot => {
  const { baseline, found } = snapshot;
  if (baseline.voice_id !== undefined || found.voice === 'none') return snapshot;
  const problem = found.voice === 'missing' ? 'a deleted voice' : 'a cloned voice';
  throw new ServiceError({
    code: 'SERVICE_UNAVAILABLE',
    message:
      `The agent uses ${problem}, and its original voice is unknown. ` +
      "Set the agent's voice in ElevenLabs, then send the same request again.",
    retryAfterS: 5,
  });
};

/**
 * Sets the voice and the first message on the agent, as `AGENT_ACTIVATION` specifies. Returns whether ElevenLabs
 * confirmed the PATCH. Throws ServiceError.
 */
export const activate = async (
  { event, deadline }: PreCall,
  activation: Activation,
  { snapshot }: AgentAhead,
  deps: PreCallDeps,
): Promise<boolean> => {
  if (snapshot === undefined) return false;
  const placed = activateVoice({ agentId: event.agent_id, activation }, snapshot, deadline, deps);
  const superseded = await asFarAsNeeded(
    placed.then((other) => ({ other })),
    deps,
  );
  // From now on the other conversation's caller hears this one's voice, unless the call has an override of its own.
  if (superseded?.other?.is_recognised === false) deps.meter.count('CallsWithOthersVoice');
  return superseded !== undefined;
};

/** Where the override carries the call, a PATCH that fails is no failure of the pre-call. */
const asFarAsNeeded = async <T>(work: Promise<T>, { settings, log }: PreCallDeps): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (settings.activation !== 'both') throw toServiceError(error, updatingAgent);
    log.error('agent_served_by_override', error);
    return undefined;
  }
};
