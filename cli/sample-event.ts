import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { eventKinds, type KindName } from './event-kinds';
import type { Consent } from './pre-call-event';
import type { JsonObject } from './read-input';

const events = join(__dirname, '..', 'events');
const jsonObject = z.record(z.string(), z.unknown());

/** The content of a sample event. Omitted fields are generated or come from the sample. */
export interface SampleTerms {
  readonly conversationId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly number?: string | undefined;
  readonly erasureId?: string | undefined;
  readonly exportId?: string | undefined;
  readonly consent?: Consent | undefined;
}

/** Returns the sample of a kind, as if it had happened now. */
export const sampleEvent = async (kind: KindName, terms: SampleTerms): Promise<JsonObject> => {
  const file = join(events, 'payloads', eventKinds[kind].sample);
  const sample = jsonObject.parse(JSON.parse(await readFile(file, 'utf8')));
  return { ...sample, ...(await recordingOf(kind)), ...freshFields(kind, sample, terms) };
};

/** Reads the bundled recording of a caller. */
export const sampleRecording = (): Promise<Buffer> => readFile(join(events, 'samples', 'caller.wav'));

const recordingOf = async (kind: KindName): Promise<JsonObject> => {
  if (kind !== 'precall') return {};
  return { voice_sample: { format: 'base64', data: (await sampleRecording()).toString('base64') } };
};

const timedCall = z.looseObject({ start_time_unix_secs: z.number(), call_duration_secs: z.number() });

/** Returns the metadata of a call that is over now. An old start would make it a call from before an erasure. */
const justOver = (data: JsonObject, nowS: number): JsonObject => {
  const timed = timedCall.safeParse(data['metadata']).data;
  if (timed === undefined) return {};
  return { metadata: { ...timed, start_time_unix_secs: nowS - timed.call_duration_secs } };
};

/** The kinds of request that may report a consent. */
const kindsWithConsent: readonly KindName[] = ['precall', 'upload', 'enrolment'];

const freshFields = (
  kind: KindName,
  sample: JsonObject,
  { conversationId, agentId, number, erasureId, exportId, consent }: SampleTerms,
): JsonObject => {
  const nowS = Math.floor(Date.now() / 1000);
  const newId = `conv_${randomUUID().replaceAll('-', '')}`;
  const agent = agentId !== undefined && { agent_id: agentId };
  const ids = { conversation_id: conversationId ?? newId, ...agent };
  const data = jsonObject.safeParse(sample['data']).data;
  const metadata = jsonObject.safeParse(sample['caller_metadata']).data;
  const callId = { call_id: conversationId ?? `call-${newId.slice(5, 17)}` };
  return {
    ...('event_timestamp' in sample && { event_timestamp: nowS }),
    ...('conversation_id' in sample && ids),
    ...(data !== undefined && { data: { ...data, ...ids, ...justOver(data, nowS) } }),
    ...((kind === 'threecx' || kind === 'flat') && callId),
    ...(kind === 'flat' && { timestamp: nowS, ...agent }),
    ...(kind === 'erasure-status' && erasureId !== undefined && { erasure_id: erasureId }),
    ...(kind === 'export-status' && exportId !== undefined && { export_id: exportId }),
    ...(consent !== undefined && kindsWithConsent.includes(kind) && { consent }),
    ...(number !== undefined && 'phone_number' in sample && { phone_number: number }),
    ...(number !== undefined && 'caller_id' in sample && { caller_id: number }),
    ...(number !== undefined && metadata !== undefined && { caller_metadata: { ...metadata, phone_number: number } }),
  };
};
