import { callerName } from '../../callers/caller-name';
import { ServiceError } from '../../platform/errors';
import { greeting, type GreetingSource, greetingTemplate, needsOwn } from '../greeting';
import { readOwnMessage } from '../on-agent/own-greeting';
import type { AgentView } from './agent-view';
import type { PreCall, PreCallDeps } from './deps';

/** The greeting of a call and its source. */
export interface CallGreeting {
  readonly first_message: string;
  readonly greeting_source: GreetingSource;
}

/**
 * Returns the greeting as an override; undefined if it is empty, as ElevenLabs asks, or if the agent keeps its own
 * first message, which may exist in several languages.
 */
export const overridingGreeting = ({ first_message, greeting_source }: CallGreeting): string | undefined =>
  greeting_source === 'own' || first_message === '' ? undefined : first_message;

/**
 * Returns the greeting of a call, from the settings, the event and the agent's own first message. Throws 503 if the
 * greeting includes the agent's own message and that is unknown.
 */
export const greetingOf = async (
  { event, deadline }: PreCall,
  { setup, branches }: AgentView,
  deps: PreCallDeps,
): Promise<CallGreeting> => {
  const { agent_id: agentId, caller_metadata, first_message: ofEvent } = event;
  const { template, source } = greetingTemplate(deps.settings, { agentId, language: setup?.language }, ofEvent);
  const ownMessage = needsOwn(template)
    ? (branches?.[0]?.snapshot.baseline.first_message ?? (await readOwnMessage(agentId, deadline, deps)))
    : undefined;
  const text = greeting(template, callerName(caller_metadata?.name), ownMessage);
  if (text !== undefined) return { first_message: text, greeting_source: source };
  throw new ServiceError({
    code: 'SERVICE_UNAVAILABLE',
    message:
      "The greeting includes the agent's own first message, which is unknown. " +
      "Set the agent's first message in ElevenLabs, then send the same request again.",
    retryAfterS: 5,
  });
};
