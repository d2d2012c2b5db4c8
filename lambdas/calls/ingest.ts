import { createHash } from 'node:crypto';
import type { Bucket } from '../aws/bucket';
import type { PostCallJobs } from '../aws/job-queue';
import { ServiceError } from '../platform/errors';
import { parseJson } from '../platform/json';
import type { Log } from '../platform/log';
import type { Meter } from '../platform/metrics';
import type { Senders } from './authenticate-sender';
import { type PostCallEvent, readPostCallBody } from './post-call-event';
import { withExactCallId } from './raw-field';
import { rawBodyKey } from './storage-keys';

/** Dependencies for ingesting an event. */
export interface IngestDeps {
  readonly bodies: Pick<Bucket, 'put'>;
  readonly jobs: Pick<PostCallJobs, 'enqueue'>;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}

/** The response to ElevenLabs, or to the sender of the flat form. */
export type IngestedEvent = { status: 'received' } | { status: 'success'; message: string; call_id: string };

/**
 * Ingests a body with a verified signature. Stores it byte for byte and queues its job before it responds. Throws 400
 * for an invalid body, 401 for the wrong sender, and 503 if AWS fails. The event is then not acknowledged.
 */
export const ingest = async (body: Buffer, senders: Senders, deps: IngestDeps): Promise<IngestedEvent> => {
  const event = eventIn(body);
  if (!senders.has(event.kind === 'flat' ? 'flat' : 'elevenlabs')) throw otherSecret();
  if (event.kind !== 'flat')
    deps.log.identify({ conversation_id: event.conversationId ?? null, agent_id: event.agentId ?? null });
  const sha256 = createHash('sha256').update(body).digest('hex');
  const key = rawBodyKey(event, sha256);
  await deps.bodies.put(key, body, 'application/json', sha256);
  await deps.jobs.enqueue({ kind: 'body', key, sha256 }, 0);
  deps.log.info('postcall_ingested', { bytes: body.length });
  if (event.oddFields.length > 0) deps.log.warn('postcall_fields_ignored', { fields: event.oddFields.join(', ') });
  count(event, deps);
  return event.kind === 'flat'
    ? { status: 'success', message: 'The call was received.', call_id: event.callId }
    : { status: 'received' };
};

const eventIn = (body: Buffer): PostCallEvent => {
  const reading = readPostCallBody(withExactCallId(parseJson(body, 'body'), body));
  if (reading.ok) return reading.event;
  throw new ServiceError({
    code: 'INVALID_PAYLOAD',
    message: `The post-call event is not valid: ${reading.problem}.`,
    conversationId: reading.conversationId,
  });
};

const count = (event: PostCallEvent, { meter, nowMs }: IngestDeps): void => {
  meter.countBy('PostCallEvents', 'Type', typeOf(event));
  if (event.oddFields.length > 0) meter.count('PostCallFieldsIgnored');
  if (event.kind !== 'flat' && event.eventTimestampS !== undefined)
    meter.durationMs('PostCallEventAge', Math.max(0, nowMs() - event.eventTimestampS * 1000));
};

/** Returns a known type, `flat` or `unknown` for metrics. Each dimension value is a metric that costs money. */
const typeOf = (event: PostCallEvent): string => {
  if (event.kind === 'flat') return 'flat';
  return event.kind === 'other' ? 'unknown' : event.type;
};

const otherSecret = (): ServiceError =>
  new ServiceError({
    code: 'INVALID_SIGNATURE',
    message: "The signature is valid for the other form of body. Sign each form with its own sender's secret.",
  });
