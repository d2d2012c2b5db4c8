import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlatCall } from '../../lambdas/calls/flat-call';
import type { JsonObject } from '../../lambdas/calls/json-object';
import type { AudioEvent, FailureEvent, PostCallEvent, TranscriptionEvent } from '../../lambdas/calls/post-call-event';
import { readPostCallBody } from '../../lambdas/calls/read-post-call';

export const sampleNames = ['transcription', 'audio', 'failure-sip', 'failure-twilio', 'flat', 'unknown'] as const;

/** A JSON file of `events/`. */
export const eventFile = (...names: string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(join(__dirname, '..', '..', 'events', ...names), 'utf8')) as Record<string, unknown>;

/** A sample payload of `events/payloads/`. */
export const payload = (name: (typeof sampleNames)[number]): Record<string, unknown> =>
  eventFile('payloads', `postcall-${name}.json`);

/** The `data` of the sample transcription. */
export const transcriptionData = (): JsonObject => payload('transcription')['data'] as JsonObject;

/** The one event in a body; the test fails when it cannot be read. */
export const eventIn = (body: unknown): PostCallEvent => {
  const reading = readPostCallBody(body);
  if (!reading.ok || reading.form !== 'events') throw new Error(JSON.stringify(reading));
  return reading.events[0]!;
};

/** The flat call in a body; the test fails when it cannot be read. */
export const flatCallIn = (body: unknown): FlatCall => {
  const reading = readPostCallBody(body);
  if (!reading.ok || reading.form !== 'flat') throw new Error(JSON.stringify(reading));
  return reading.call;
};

const ids = { conversation_id: 'conv_1', agent_id: 'agent_1' };

/** A transcription event with this data besides its ids. */
export const transcriptionOf = (data: JsonObject): TranscriptionEvent =>
  eventIn({ type: 'post_call_transcription', data: { ...ids, ...data } }) as TranscriptionEvent;

/** A failure event with this data besides its ids. */
export const failureOf = (data: JsonObject): FailureEvent =>
  eventIn({ type: 'call_initiation_failure', event_timestamp: 7, data: { ...ids, ...data } }) as FailureEvent;

/** An audio event with this `full_audio`. */
export const audioOf = (full_audio: unknown): AudioEvent =>
  eventIn({ type: 'post_call_audio', data: { ...ids, full_audio } }) as AudioEvent;
