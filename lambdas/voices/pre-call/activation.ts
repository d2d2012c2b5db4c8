import { getAgent } from '../../elevenlabs/agents';
import { ServiceError } from '../../platform/errors';
import type { Activation } from '../agent';
import { activateVoice } from '../on-agent/activate';
import { type AgentSnapshot, judgeAgent } from '../on-agent/read-agent';
import type { PreCall, PreCallDeps } from './deps';
import { toServiceError, updatingAgent } from './failures';

/** An agent that is read before it is changed, beside the clone. */
export interface AgentAhead {
  /** Undefined where the agent will not be changed. Rejects with ServiceError. */
  readonly snapshot: Promise<AgentSnapshot | undefined>;
  /**
   * Resolves as soon as it is known that the agent can be restored: by the ledger, which costs no time, or for an agent
   * that the ledger does not know by the look. Rejects with ServiceError.
   */
  readonly isRestorable: () => Promise<unknown>;
}

/** Begins to read the agent. An agent whose own voice is not known gets no clone, because nobody could restore it. */
export const readAgentAhead = ({ event, deadline }: PreCall, deps: PreCallDeps): AgentAhead => {
  const { agent_id: agentId } = event;
  if (deps.settings.activation === 'override')
    return { snapshot: Promise.resolve(undefined), isRestorable: () => Promise.resolve() };
  const seen = deps.agents.read(agentId);
  const look = async (): Promise<AgentSnapshot> => {
    const known = await seen;
    const now = await getAgent(deps.elevenLabs, agentId, deadline);
    return requireBaseline(await judgeAgent(agentId, known, now, deadline, deps));
  };
  const snapshot = asFarAsNeeded(look(), deps);
  const isKnown = async (): Promise<boolean> => (await seen).baseline?.voice_id !== undefined;
  return { snapshot, isRestorable: async () => (await isKnown()) || snapshot };
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
  snapshot: AgentSnapshot | undefined,
  deps: PreCallDeps,
): Promise<boolean> => {
  if (snapshot === undefined) return false;
  const placed = activateVoice({ agentId: event.agent_id, activation }, snapshot, deadline, deps).then(() => true);
  return (await asFarAsNeeded(placed, deps)) ?? false;
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
