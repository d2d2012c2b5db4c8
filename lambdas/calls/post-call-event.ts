import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { problemsOf } from '../platform/problems';
import { printable, unixTime } from './foreign-text';
import { isJsonObject, type JsonObject } from './json-object';

interface Envelope {
  /** As ElevenLabs wrote it. */
  readonly type: string;
  /** Unix seconds, to the millisecond; the newest of several events about one call wins. */
  readonly eventTimestampS: number | undefined;
  /** As it came: every reader takes from it what it understands. */
  readonly data: JsonObject;
}

interface Identified<Kind extends string> extends Envelope {
  readonly kind: Kind;
  readonly conversationId: string;
  readonly agentId: string;
}

/** `post_call_transcription`: the whole conversation, as `GET /v1/convai/conversations/{id}` has it. */
export type TranscriptionEvent = Identified<'transcription'>;

/** `post_call_audio`: the recording in base64. */
export type AudioEvent = Identified<'audio'>;

/** `call_initiation_failure`: a call that never came about. */
export type FailureEvent = Identified<'failure'>;

/** A type that we do not know: it is kept and counted, because ElevenLabs adds types without notice. */
export interface OtherEvent extends Envelope {
  readonly kind: 'other';
  readonly conversationId: string | undefined;
  readonly agentId: string | undefined;
}

/** One event of ElevenLabs' workspace webhook. */
export type PostCallEvent = TranscriptionEvent | AudioEvent | FailureEvent | OtherEvent;

/** The outcome of reading one event; `conversationId` is there as soon as it could be read. */
export type PostCallEventReading =
  { ok: true; event: PostCallEvent } | { ok: false; problem: string; conversationId: string | undefined };

const kinds: ReadonlyMap<unknown, 'transcription' | 'audio' | 'failure'> = new Map([
  ['post_call_transcription', 'transcription'],
  ['post_call_audio', 'audio'],
  ['call_initiation_failure', 'failure'],
]);

const envelope = z.object({ type: printable(64), event_timestamp: unixTime.nullish() });
const known = envelope.extend({ data: z.object({ conversation_id: elevenLabsId, agent_id: elevenLabsId }) });

const idIfAny = z.union([elevenLabsId, z.undefined()]).catch(undefined);
/** The types of our own routes, whose senders may have the same secret: no body that is signed for one of them fits here. */
const ownTypes: readonly string[] = [
  'pre_call',
  'upload_request',
  'caller_enrol',
  'caller_erase',
  'erasure_status',
  'setup_check',
];

const other = envelope.extend({
  type: envelope.shape.type.refine(
    (type) => !ownTypes.includes(type),
    'expected an event, not a request to another route',
  ),
  data: z.preprocess(
    (data) => (isJsonObject(data) ? data : {}),
    z.object({ conversation_id: idIfAny, agent_id: idIfAny }),
  ),
});

/**
 * Reads one event `{type, event_timestamp, data}`. Of the known types the ids are required, of others the type alone;
 * everything else may be absent, null or new. A problem names the fields at fault and quotes nothing. Never throws.
 *
 * @see https://elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks
 */
export const readPostCallEvent = (json: unknown): PostCallEventReading => {
  const { type, data } = isJsonObject(json) ? json : {};
  const kind = kinds.get(type);
  const rawData = isJsonObject(data) ? data : {};
  return kind === undefined
    ? readingOf(other.safeParse(json), rawData, (read) => ({ kind: 'other', ...contentsOf(read, rawData) }))
    : readingOf(known.safeParse(json), rawData, (read) => ({ kind, ...contentsOf(read, rawData) }));
};

interface Read<Id extends string | undefined> {
  readonly type: string;
  readonly event_timestamp?: number | null | undefined;
  readonly data: { readonly conversation_id: Id; readonly agent_id: Id };
}

const contentsOf = <Id extends string | undefined>(
  { type, event_timestamp, data: ids }: Read<Id>,
  data: JsonObject,
) => ({
  type,
  eventTimestampS: event_timestamp ?? undefined,
  conversationId: ids.conversation_id,
  agentId: ids.agent_id,
  data,
});

const readingOf = <T>(
  result: z.ZodSafeParseResult<T>,
  data: JsonObject,
  toEvent: (read: T) => PostCallEvent,
): PostCallEventReading =>
  result.success
    ? { ok: true, event: toEvent(result.data) }
    : { ok: false, problem: problemsOf(result.error), conversationId: idIfAny.parse(data['conversation_id']) };
