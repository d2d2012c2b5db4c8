import * as z from 'zod';
import type { JsonObject } from './read-input';

/** What the command line says about the event; it wins over the payload. */
export interface EventFlags {
  readonly name: string | undefined;
  readonly agentId: string | undefined;
  readonly conversationId: string | undefined;
}

/** What an event gets that neither payload nor flags give. */
export interface EventDefaults {
  readonly nowS: number;
  readonly conversationId: string;
  readonly agentId: string;
}

/**
 * The pre-call event to send: the payload, else a new event, with the flags' values. A payload's own conversation id
 * and time are kept; whatever else it lacks is left to the service to judge.
 */
export const preCallEvent = (
  payload: JsonObject | undefined,
  flags: EventFlags,
  defaults: EventDefaults,
): JsonObject => ({
  ...(payload === undefined ? { type: 'pre_call' } : {}),
  event_timestamp: defaults.nowS,
  conversation_id: defaults.conversationId,
  ...(payload ?? { agent_id: defaults.agentId }),
  ...(flags.conversationId === undefined ? {} : { conversation_id: flags.conversationId }),
  ...(flags.agentId === undefined ? {} : { agent_id: flags.agentId }),
  ...(flags.name === undefined ? {} : { caller_metadata: { ...caller(payload), name: flags.name } }),
});

/** The event with these samples in place of its own: one goes to `voice_sample`, several to `voice_samples`. */
export const withSamples = (event: JsonObject, samples: readonly object[]): JsonObject => {
  const isMetadata = ([name]: [string, unknown]): boolean => name !== 'voice_sample' && name !== 'voice_samples';
  const metadata = Object.fromEntries(Object.entries(event).filter(isMetadata));
  const [first, ...others] = samples;
  if (first === undefined) return metadata;
  return others.length === 0 ? { ...metadata, voice_sample: first } : { ...metadata, voice_samples: samples };
};

const caller = (payload: JsonObject | undefined): JsonObject =>
  z.record(z.string(), z.unknown()).catch({}).parse(payload?.['caller_metadata']);
