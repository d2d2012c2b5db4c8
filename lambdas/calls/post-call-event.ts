import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { problemsOf } from '../platform/problems';
import {
  duration,
  eventTime,
  foreignId,
  isJsonObject,
  isNestedDeeper,
  isStorable,
  type JsonObject,
  oddFields,
  optional,
  printable,
} from './json-fields';

interface Envelope {
  /** The type as ElevenLabs wrote it. */
  readonly type: string;
  /** Unix seconds, rounded to milliseconds. If several events are about one call, the newest wins. */
  readonly eventTimestampS: number | undefined;
  readonly agentId: string | undefined;
  /** The unchanged data. Each reader uses the fields that it knows. */
  readonly data: JsonObject;
  /** Names of optional fields that could not be read and count as missing. */
  readonly oddFields: readonly string[];
}

interface Identified<Kind extends string> extends Envelope {
  readonly kind: Kind;
  readonly conversationId: string;
}

/** `post_call_transcription`: the whole conversation, as `GET /v1/convai/conversations/{id}` returns it. */
export type TranscriptionEvent = Identified<'transcription'>;

/** `post_call_audio`: the recording in base64. */
export type AudioEvent = Identified<'audio'>;

/** `call_initiation_failure`: the call was never connected. */
export interface FailureEvent extends Envelope {
  readonly kind: 'failure';
  /** Calls that ElevenLabs placed may fail before they get a conversation id. */
  readonly conversationId: string | undefined;
}

/** An event of another type. It is stored and counted, because ElevenLabs adds types without notice. */
export interface OtherEvent extends Envelope {
  readonly kind: 'other';
  readonly conversationId: string | undefined;
}

/** One event from ElevenLabs' workspace webhook. */
export type ElevenLabsEvent = TranscriptionEvent | AudioEvent | FailureEvent | OtherEvent;

/** The end of a call in the flat form, which senders other than ElevenLabs use. */
export interface FlatCall {
  readonly kind: 'flat';
  /** The sender's own id: 1 to 256 printable characters. */
  readonly callId: string;
  readonly agentId: string | undefined;
  readonly durationS: number | undefined;
  readonly status: 'completed' | 'failed' | 'missed' | undefined;
  readonly customVariables: JsonObject;
  /** Unix seconds. */
  readonly eventTimestampS: number | undefined;
  /** The unchanged data. */
  readonly data: JsonObject;
  /** Names of optional fields that could not be read and count as missing. */
  readonly oddFields: readonly string[];
}

/** The content of one post-call body. */
export type PostCallEvent = ElevenLabsEvent | FlatCall;

/** An event that ends a call. */
export type CallEndEvent = TranscriptionEvent | FailureEvent | FlatCall;

/** The event in a body, or the problem with the body. `conversationId` is set if it could be read. */
export type PostCallReading =
  | { readonly ok: true; readonly event: PostCallEvent }
  | { readonly ok: false; readonly problem: string; readonly conversationId: string | undefined };

/** The deepest nesting accepted. ElevenLabs' own events have about ten levels. */
const maxLevels = 200;

/**
 * Reads the parsed body of a post-call webhook: one ElevenLabs event, or one call in the flat form. Rejects arrays, and
 * documents nested more than 200 levels deep. A problem names the invalid fields and quotes no values. Never throws.
 */
export const readPostCallBody = (body: unknown): PostCallReading => {
  if (Array.isArray(body)) return refused('body: expected one event, got a list; send each event in its own request');
  if (isNestedDeeper(body, maxLevels))
    return refused(`body: expected at most ${maxLevels} levels of nested lists and objects`);
  return isJsonObject(body) ? readPostCallEvent(body) : refused(`body: expected ${expected}, got ${nameOf(body)}`);
};

const expected = 'an event with type and data, or the flat form with call_id';
const nameOf = (json: unknown): string => (json === null ? 'null' : `a ${typeof json}`);

/**
 * Reads one event that was accepted before, without a limit on its levels. Requires only the deciding field: the
 * conversation id of a transcription or recording, `call_id` of the flat form, otherwise the type. Other fields may be
 * missing, null, new or of another type.
 *
 * @see https://elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks
 */
export const readPostCallEvent = (json: unknown): PostCallReading => {
  if (isFlatCall(json)) return readFlatCall(json);
  const { type, data } = isJsonObject(json) ? json : {};
  const kind = kinds.get(type);
  const rawData = isJsonObject(data) ? data : {};
  const content = { data: rawData, oddFields: [...oddFields(json, oddInEnvelope), ...oddFields(data, oddInData)] };
  switch (kind) {
    case 'transcription':
      return readingOf(known.safeParse(json), rawData, (read) => ({ kind, ...contentsOf(read), ...content }));
    case 'audio':
      return readingOf(known.safeParse(json), rawData, (read) => ({ kind, ...contentsOf(read), ...content }));
    case 'failure':
      return readingOf(failure.safeParse(json), rawData, (read) => ({ kind, ...contentsOf(read), ...content }));
    case undefined:
      return readingOf(other.safeParse(json), rawData, (read) => ({ kind: 'other', ...contentsOf(read), ...content }));
  }
};

const kinds: ReadonlyMap<unknown, 'transcription' | 'audio' | 'failure'> = new Map([
  ['post_call_transcription', 'transcription'],
  ['post_call_audio', 'audio'],
  ['call_initiation_failure', 'failure'],
]);

const oddInEnvelope = { event_timestamp: eventTime };
const oddInData = { conversation_id: elevenLabsId, agent_id: elevenLabsId };

const envelope = z.object({ type: printable(64), event_timestamp: optional(eventTime) });
const idIfAny = z.union([elevenLabsId, z.undefined()]).catch(undefined);
const known = envelope.extend({ data: z.object({ conversation_id: elevenLabsId, agent_id: idIfAny }) });
const failure = envelope.extend({
  data: z.preprocess(
    (data) => (isJsonObject(data) ? data : {}),
    z.object({ conversation_id: idIfAny, agent_id: idIfAny }),
  ),
});

/** Types of our own routes. Their senders may share the secret, so this route must reject bodies signed for them. */
export const ownTypes: readonly string[] = [
  'pre_call',
  'upload_request',
  'caller_enrol',
  'caller_erase',
  'caller_withdraw',
  'caller_export',
  'erasure_status',
  'export_status',
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

interface Read<Id extends string | undefined> {
  readonly type: string;
  readonly event_timestamp?: number | null | undefined;
  readonly data: { readonly conversation_id: Id; readonly agent_id?: string | undefined };
}

const contentsOf = <Id extends string | undefined>({ type, event_timestamp, data: ids }: Read<Id>) => ({
  type,
  eventTimestampS: event_timestamp ?? undefined,
  conversationId: ids.conversation_id,
  agentId: ids.agent_id,
});

const readingOf = <T>(
  result: z.ZodSafeParseResult<T>,
  data: JsonObject,
  toEvent: (read: T) => ElevenLabsEvent,
): PostCallReading =>
  result.success
    ? { ok: true, event: toEvent(result.data) }
    : refused(problemsOf(result.error), idIfAny.parse(data['conversation_id']));

const refused = (problem: string, conversationId?: string): PostCallReading => ({ ok: false, problem, conversationId });

/** Returns whether a body has the flat form: a `call_id` and no `type`. */
export const isFlatCall = (json: unknown): json is JsonObject =>
  isJsonObject(json) && json['call_id'] !== undefined && json['type'] == null;

const flatFields = {
  agent_id: elevenLabsId,
  duration_seconds: duration.refine(isStorable, 'expected a smaller number'),
  status: z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.enum(['completed', 'failed', 'missed'])),
  custom_variables: z.record(z.string(), z.unknown()),
  timestamp: eventTime,
};
const flatCall = z.object({
  call_id: foreignId,
  agent_id: optional(flatFields.agent_id),
  duration_seconds: optional(flatFields.duration_seconds),
  status: optional(flatFields.status),
  custom_variables: optional(flatFields.custom_variables),
  timestamp: optional(flatFields.timestamp),
});

const readFlatCall = (json: JsonObject): PostCallReading => {
  const { data, error } = flatCall.safeParse(json);
  if (error !== undefined) return refused(problemsOf(error));
  const event: FlatCall = {
    kind: 'flat',
    callId: data.call_id,
    agentId: data.agent_id ?? undefined,
    durationS: data.duration_seconds ?? undefined,
    status: data.status ?? undefined,
    customVariables: data.custom_variables ?? {},
    eventTimestampS: data.timestamp ?? undefined,
    data: json,
    oddFields: oddFields(json, flatFields),
  };
  return { ok: true, event };
};
