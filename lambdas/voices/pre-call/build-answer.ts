import { callerName } from '../../callers/caller-name';
import { variablesFor } from '../../initiation/dynamic-variables';
import { sampleWarnings } from '../../samples/sample-warnings';
import { allowedOverride } from '../../setup/agent-setup';
import type { Activation } from '../agent';
import type { AgentView } from './agent-view';
import { type CallGreeting, overridingGreeting } from './call-greeting';
import type { PreCall, PreCallDeps } from './deps';
import type { PreCallAnswer } from './pre-call-answer';
import type { PreCallEvent } from './pre-call-event';

/** How the call is served. */
interface Served {
  readonly voiceName: string;
  /** Whether ElevenLabs confirmed the PATCH of the agent. */
  readonly isUpdated: boolean;
  readonly greeting: CallGreeting;
  readonly view: AgentView;
}

/**
 * Returns the answer to a pre-call, a complete initiation object: all variables of the installation, and only overrides
 * that the agent allows, because any other fails the call.
 */
export const answerOf = (
  { event, samples, receivedAtMs, callerHash }: PreCall,
  { voiceName, isUpdated, greeting, view: ahead }: Served,
  { voice_id }: Pick<Activation, 'voice_id'>,
  { settings, nowMs }: Pick<PreCallDeps, 'settings' | 'nowMs'>,
): PreCallAnswer => {
  const override = allowedOverride(ahead.setup, { voiceId: voice_id, firstMessage: overridingGreeting(greeting) });
  return {
    status: 'success',
    conversation_id: event.conversation_id,
    voice_id,
    voice_name: voiceName,
    agent_updated: isUpdated,
    voice_reaches_caller: isUpdated ? 'patched' : override?.tts === undefined ? 'no' : 'by_override',
    recognised_by: ahead.isServedPerCall ? 'initiation' : isUpdated ? 'agent' : 'answer',
    caller_info: callerInfo(event),
    processing_time_ms: Math.max(0, nowMs() - receivedAtMs),
    ...sampleWarnings(samples),
    type: 'conversation_initiation_client_data',
    dynamic_variables: {
      ...variablesFor(settings.dynamicVariables, callerName(event.caller_metadata?.name)),
      precall_conversation_id: event.conversation_id,
    },
    ...(override !== undefined && { conversation_config_override: override }),
    ...(callerHash !== undefined && { user_id: callerHash }),
  };
};

const callerInfo = ({ caller_metadata }: PreCallEvent): PreCallAnswer['caller_info'] => ({
  ...(caller_metadata?.name != null && { Name: caller_metadata.name }),
  ...(caller_metadata?.date_of_birth != null && { DateOfBirth: caller_metadata.date_of_birth }),
});
