import { createHash } from 'node:crypto';
import type { Bucket } from '../aws/bucket';
import type { PostCallJobs } from '../aws/job-queue';
import { ServiceError } from '../platform/errors';
import { parseJson } from '../platform/json';
import type { Log } from '../platform/log';
import type { Meter } from '../platform/metrics';
import type { Senders } from './authenticate-sender';
import type { FlatCall } from './flat-call';
import { rawBodyKey } from './keys';
import { listItems } from './list-items';
import type { PostCallEvent } from './post-call-event';
import type { TakenBody } from './post-call-job';
import { type PostCallReading, readPostCallBody } from './read-post-call';

/** What taking in works with. */
export interface TakeInDeps {
  readonly bodies: Pick<Bucket, 'put'>;
  readonly jobs: Pick<PostCallJobs, 'enqueueAll'>;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}

/** What is answered: R2's two forms. */
export type IngestedEvent = { status: 'received' } | { status: 'success'; message: string; call_id: string };

/**
 * Takes a body in whose signature held: makes each of its events durable as it came, queues its work, and only then returns. A list
 * is stored event by event, each byte for byte as it stands in it; whatever fails leaves nothing acknowledged. Throws 400, 401, 503.
 */
export const ingest = async (body: Buffer, senders: Senders, deps: TakeInDeps): Promise<IngestedEvent> => {
  const json = parseJson(body, 'body');
  const reading = valid(readPostCallBody(json));
  if (!senders.has(reading.form === 'flat' ? 'flat' : 'elevenlabs')) throw otherSecret();
  if (reading.form === 'flat') {
    await storeAll([flatBody(reading.call, body)], deps);
    deps.meter.countBy('PostCallEvents', 'Type', 'flat');
    return { status: 'success', message: 'The call was received.', call_id: reading.call.callId };
  }
  const { events } = reading;
  const first = events[0];
  if (events.length === 1)
    deps.log.identify({ conversation_id: first?.conversationId ?? null, agent_id: first?.agentId ?? null });
  const items = Array.isArray(json) ? listItems(body) : [body];
  await storeAll(
    events.map((event, index) => eventBody(event, items[index] ?? body)),
    deps,
  );
  for (const event of events) count(event, deps);
  return { status: 'received' };
};

/** A body on its way into S3. */
interface Stored {
  readonly job: TakenBody;
  readonly bytes: Buffer;
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const eventBody = ({ type, conversationId }: PostCallEvent, bytes: Buffer): Stored => {
  const sha256 = sha256Of(bytes);
  const call = conversationId === undefined ? undefined : { conversationId };
  return { bytes, job: { kind: 'body', key: rawBodyKey({ call, type, sha256 }), sha256 } };
};

const flatBody = ({ callId }: FlatCall, bytes: Buffer): Stored => {
  const sha256 = sha256Of(bytes);
  return {
    bytes,
    job: { kind: 'body', key: rawBodyKey({ call: { foreignId: callId }, type: 'flat', sha256 }), sha256 },
  };
};

const storeAll = async (bodies: readonly Stored[], { bodies: storage, jobs, log }: TakeInDeps): Promise<void> => {
  for (const { job, bytes } of bodies) await storage.put(job.key, bytes, 'application/json', job.sha256);
  await jobs.enqueueAll(bodies.map(({ job }) => ({ job, delayS: 0 })));
  log.info('postcall_taken_in', {
    events: bodies.length,
    bytes: bodies.reduce((sum, { bytes }) => sum + bytes.length, 0),
  });
};

const count = (event: PostCallEvent, { meter, nowMs }: TakeInDeps): void => {
  meter.countBy('PostCallEvents', 'Type', event.kind === 'other' ? 'unknown' : event.type);
  if (event.eventTimestampS !== undefined)
    meter.durationMs('PostCallEventAge', Math.max(0, nowMs() - event.eventTimestampS * 1000));
};

const valid = (reading: PostCallReading): Extract<PostCallReading, { ok: true }> => {
  if (reading.ok) return reading;
  throw new ServiceError({
    code: 'INVALID_PAYLOAD',
    message: `The post-call event is not valid: ${reading.problem}.`,
    conversationId: reading.conversationId,
  });
};

const otherSecret = (): ServiceError =>
  new ServiceError({
    code: 'INVALID_SIGNATURE',
    message:
      'The signature is of a secret that is not for this form of body. Sign it with the secret of its own sender.',
  });
