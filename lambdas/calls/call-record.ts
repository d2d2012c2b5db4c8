import * as z from 'zod';
import { flagOrNull, numberOrNull, storedTextOrNull, textOrNull } from './foreign-text';
import { entriesOf, isJsonObject, type JsonObject } from './json-object';
import { looksLikePhoneNumber, writtenNumber } from './phone-numbers';
import type { TranscriptionEvent } from './post-call-event';

/**
 * What is kept of a conversation beside its transcript, under ElevenLabs' own names; null is what it did not tell, and numbers that the
 * ledger cannot hold. Telephone numbers are not part of it.
 */
export interface CallRecord {
  readonly conversation_id: string;
  readonly agent_id: string;
  /** `done` or `failed` as a rule. */
  readonly status: string | null;
  readonly start_time_unix_secs: number | null;
  readonly call_duration_secs: number | null;
  /** In credits. */
  readonly cost: number | null;
  readonly termination_reason: string | null;
  readonly main_language: string | null;
  /** `success`, `failure` or `unknown`. */
  readonly call_successful: string | null;
  readonly transcript_summary: string | null;
  /** Null: not told, as in events from before August 2025. */
  readonly has_audio: boolean | null;
  readonly has_user_audio: boolean | null;
  readonly has_response_audio: boolean | null;
  /** Null where nobody telephoned. */
  readonly phone_call: PhoneCall | null;
  /** By the id of the criterion. */
  readonly evaluation_criteria_results: Readonly<Record<string, EvaluationResult>>;
  /** By the id of what is collected. */
  readonly data_collection_results: Readonly<Record<string, DataCollectionResult>>;
  readonly dynamic_variables: JsonObject;
  /** Turns with words in them; null where the transcript was left out. */
  readonly message_count: number | null;
}

interface PhoneCall {
  readonly type: string | null;
  readonly direction: string | null;
  readonly call_result: string | null;
}

interface EvaluationResult {
  readonly result: string | null;
  readonly rationale: string | null;
}

interface DataCollectionResult {
  /** Any JSON. */
  readonly value: unknown;
  readonly rationale: string | null;
}

/** An object of the document; what is missing or of another type counts as empty. */
const part = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess((json) => (isJsonObject(json) ? json : {}), z.object(shape));

/** The objects of a map of the document, by their ids; what is no object is left out. */
const mapOf = <Result>(result: z.ZodType<Result>) =>
  z
    .unknown()
    .optional()
    .transform((json) =>
      Object.fromEntries(
        entriesOf(json).flatMap(([id, entry]) => {
          const reading = result.safeParse(entry);
          return reading.success ? [[id, reading.data] as const] : [];
        }),
      ),
    );

const evaluation = z.object({ result: textOrNull, rationale: textOrNull });
const collected = z
  .object({ value: z.unknown().optional(), rationale: textOrNull })
  .transform(({ value = null, rationale }) => ({ value, rationale }));
const phoneCall = z.object({ type: storedTextOrNull, direction: storedTextOrNull, call_result: storedTextOrNull });

/** The contract's section on `post_call_transcription`; of an optional value the wrong type is no reason to lose a call. */
const document = part({
  status: storedTextOrNull,
  has_audio: flagOrNull,
  has_user_audio: flagOrNull,
  has_response_audio: flagOrNull,
  metadata: part({
    start_time_unix_secs: numberOrNull,
    call_duration_secs: numberOrNull,
    cost: numberOrNull,
    termination_reason: storedTextOrNull,
    main_language: storedTextOrNull,
    phone_call: phoneCall.nullable().catch(null),
  }),
  analysis: part({
    call_successful: storedTextOrNull,
    transcript_summary: textOrNull,
    evaluation_criteria_results: mapOf(evaluation),
    data_collection_results: mapOf(collected),
  }),
  conversation_initiation_client_data: part({ dynamic_variables: z.unknown().optional() }),
  transcript: z.array(z.unknown()).nullable().catch(null),
});

/** The record of a conversation; whatever of it is missing, null or of the wrong type is null. Never throws. */
export const callRecord = ({ conversationId, agentId, data }: TranscriptionEvent): CallRecord => {
  const { metadata, analysis, conversation_initiation_client_data, transcript, ...rest } = document.parse(data);
  return {
    conversation_id: conversationId,
    agent_id: agentId,
    ...rest,
    ...metadata,
    ...analysis,
    dynamic_variables: withoutNumbers(conversation_initiation_client_data.dynamic_variables),
    message_count: transcript?.filter(hasWords).length ?? null,
  };
};

/** The other side's number of a call by telephone, for the caller's hash alone; undefined where there is none. */
export const externalNumber = (data: JsonObject): string | undefined =>
  withNumber.parse(data).metadata.phone_call.external_number;

const withNumber = part({ metadata: part({ phone_call: part({ external_number: writtenNumber }) }) });

const alwaysNumbers: readonly string[] = ['system__caller_id', 'system__called_number'];
/** Variables that ElevenLabs makes: of its own, and of a SIP call's headers. */
const madeByVendor = /^(?:system__|sip_)/;

const withoutNumbers = (variables: unknown): JsonObject =>
  Object.fromEntries(
    entriesOf(variables).filter(
      ([name, value]) => !alwaysNumbers.includes(name) && !(madeByVendor.test(name) && looksLikePhoneNumber(value)),
    ),
  );

const hasWords = (turn: unknown): boolean =>
  isJsonObject(turn) && typeof turn['message'] === 'string' && turn['message'].trim() !== '';
