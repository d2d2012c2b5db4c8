import { ServiceError } from '../../platform/errors';
import type { Activation } from '../agent';
import { activateVoice } from '../on-agent/activate';
import { type AgentSnapshot, readAgent } from '../on-agent/read-agent';
import type { PreCall, PreCallDeps } from './deps';
import { toServiceError, updatingAgent } from './failures';

/**
 * Reads the agent before it is changed, beside the clone; undefined where it will not be changed. Throws ServiceError.
 */
export const readAgentAhead = ({ event, deadline }: PreCall, deps: PreCallDeps): Promise<AgentSnapshot | undefined> =>
  deps.settings.activation === 'override'
    ? Promise.resolve(undefined)
    : asFarAsNeeded(readAgent(event.agent_id, deadline, deps).then(requireBaseline), deps);

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
