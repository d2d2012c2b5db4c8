import * as z from 'zod';
import type { JsonObject } from './read-input';

/** Event fields from the command line, which take precedence over the payload. */
export interface EventFlags {
  readonly name: string | undefined;
  readonly number: string | undefined;
  readonly agentId: string | undefined;
  readonly conversationId: string | undefined;
  readonly consent: Consent | undefined;
}

/** A person's consent as a request reports it. */
export interface Consent {
  readonly given_at: number;
  readonly text_version: string;
  readonly source: string;
}

/** Returns the consent that a person just gave to this text version; undefined without one. */
export const consentNow = (textVersion: string | undefined): Consent | undefined =>
  textVersion === undefined
    ? undefined
    : { given_at: Math.floor(Date.now() / 1000), source: 'operator', text_version: textVersion };

/** Defaults for fields that neither the payload nor the flags set. */
export interface EventDefaults {
  readonly nowS: number;
  readonly conversationId: string;
  readonly agentId: string;
}

/**
 * Builds the pre-call event to send from the payload, otherwise from scratch, with the flags' values. Keeps a payload's
 * own conversation id and time, and leaves other missing fields to the service to reject.
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
  ...(flags.name === undefined && flags.number === undefined
    ? {}
    : { caller_metadata: { ...caller(payload), ...named(flags) } }),
  ...(flags.consent === undefined ? {} : { consent: flags.consent }),
});

/** Replaces the event's samples with these: a single one in `voice_sample`, several in `voice_samples`. */
export const withSamples = (event: JsonObject, samples: readonly object[]): JsonObject => {
  const isMetadata = ([name]: [string, unknown]): boolean => name !== 'voice_sample' && name !== 'voice_samples';
  const metadata = Object.fromEntries(Object.entries(event).filter(isMetadata));
  const [first, ...others] = samples;
  if (first === undefined) return metadata;
  return others.length === 0 ? { ...metadata, voice_sample: first } : { ...metadata, voice_samples: samples };
};

const named = ({ name, number }: EventFlags): JsonObject => ({
  ...(name === undefined ? {} : { name }),
  ...(number === undefined ? {} : { phone_number: number }),
});

const caller = (payload: JsonObject | undefined): JsonObject =>
  z.record(z.string(), z.unknown()).catch({}).parse(payload?.['caller_metadata']);
