import * as z from 'zod';
import {
  durationOrNull,
  entriesOf,
  flagOrNull,
  isJsonObject,
  isStorable,
  type JsonObject,
  maxStoredChars,
  numberOrNull,
  part,
  storable,
  storedTextOrNull,
  textOrNull,
  timeOrNull,
} from './json-fields';
import { looksLikePhoneNumber, withoutPhoneNumbers } from './phone-numbers';
import type { TranscriptionEvent } from './post-call-event';

/**
 * A conversation's details from its transcription, except the turns. Fields have ElevenLabs' names. Contains no phone
 * numbers. Missing values, and numbers that the ledger cannot hold, are null.
 */
export interface ConversationDetails {
  readonly conversation_id: string;
  readonly agent_id: string | null;
  /** Usually `done` or `failed`. */
  readonly status: string | null;
  readonly start_time_unix_secs: number | null;
  readonly call_duration_secs: number | null;
  /** In credits. */
  readonly cost: number | null;
  readonly termination_reason: string | null;
  /** Why a failed conversation ended. */
  readonly error: { readonly code: number | string | null; readonly reason: string | null } | null;
  readonly main_language: string | null;
  /** `success`, `failure` or `unknown`. */
  readonly call_successful: string | null;
  readonly transcript_summary: string | null;
  /** Null in events from before August 2025. */
  readonly has_audio: boolean | null;
  readonly has_user_audio: boolean | null;
  readonly has_response_audio: boolean | null;
  /** Null if the conversation was not a phone call. */
  readonly phone_call: PhoneCall | null;
  /** Keyed by criterion id. */
  readonly evaluation_criteria_results: Readonly<Record<string, EvaluationResult>>;
  /** Keyed by the id of the collected item. */
  readonly data_collection_results: Readonly<Record<string, DataCollectionResult>>;
  readonly dynamic_variables: JsonObject;
  /** Number of turns with words. Null if the event has no transcript. */
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
  /** Any JSON value. */
  readonly value: unknown;
  readonly rationale: string | null;
}

/** Parses results by id: a map, or a list whose entries have the id in `idField`. Drops entries of other types. */
const byId = <Result>(idField: string, result: z.ZodType<Result>) =>
  z
    .unknown()
    .optional()
    .transform((json) =>
      Object.fromEntries(
        pairsOf(json, idField).flatMap(([id, entry]) => {
          const reading = result.safeParse(entry);
          return reading.success ? [[id, reading.data] as const] : [];
        }),
      ),
    );

const pairsOf = (json: unknown, idField: string): readonly (readonly [string, unknown])[] =>
  Array.isArray(json)
    ? json.filter(isJsonObject).flatMap((entry) => {
        const { [idField]: id } = entry;
        return typeof id === 'string' && !(id in {}) ? [[id, entry] as const] : [];
      })
    : entriesOf(json);

const evaluation = z.union([
  z.object({ result: textOrNull, rationale: textOrNull }),
  z.string().transform((result) => ({ result, rationale: null })),
]);
const evaluations = byId('criteria_id', evaluation);

const collected = z.union([
  z
    .object({ value: z.unknown().optional(), rationale: textOrNull })
    .transform(({ value = null, rationale }) => ({ value, rationale })),
  z.union([z.string(), z.number(), z.boolean()]).transform((value) => ({ value, rationale: null })),
]);
const collection = byId('data_collection_id', collected);

/** A sentence of ElevenLabs or of a telephone provider, which may quote a number. */
const reasonOrNull = z
  .string()
  .transform((text) => storable(withoutPhoneNumbers(text.slice(0, maxStoredChars))))
  .nullable()
  .catch(null);

const errorPart = z.object({
  code: z
    .union([z.number().refine(isStorable), storedTextOrNull])
    .nullable()
    .catch(null),
  reason: reasonOrNull,
});

const phoneCall = z.object({ type: storedTextOrNull, direction: storedTextOrNull, call_result: storedTextOrNull });

/** `data` of a `post_call_transcription`. A value of the wrong type becomes null, so that the call is not lost. */
const document = part({
  status: storedTextOrNull,
  has_audio: flagOrNull,
  has_user_audio: flagOrNull,
  has_response_audio: flagOrNull,
  metadata: part({
    start_time_unix_secs: timeOrNull,
    call_duration_secs: durationOrNull,
    cost: numberOrNull,
    termination_reason: reasonOrNull,
    error: errorPart.nullable().catch(null),
    main_language: storedTextOrNull,
    phone_call: phoneCall.nullable().catch(null),
  }),
  analysis: part({
    call_successful: storedTextOrNull,
    transcript_summary: textOrNull,
    evaluation_criteria_results: evaluations,
    data_collection_results: collection,
    evaluation_criteria_results_list: evaluations,
    data_collection_results_list: collection,
  }),
  conversation_initiation_client_data: part({ dynamic_variables: z.unknown().optional() }),
  transcript: z.array(z.unknown()).nullable().catch(null),
});

/** Reads a transcription. Missing values and values of the wrong type become null. Never throws. */
export const conversationDetails = ({ conversationId, agentId, data }: TranscriptionEvent): ConversationDetails => {
  const { metadata, analysis, conversation_initiation_client_data, transcript, ...rest } = document.parse(data);
  // Newer events have both forms. If both have an id, the map's value is used.
  const { evaluation_criteria_results_list, data_collection_results_list, ...results } = analysis;
  return {
    conversation_id: conversationId,
    agent_id: agentId ?? null,
    ...rest,
    ...metadata,
    ...results,
    evaluation_criteria_results: { ...evaluation_criteria_results_list, ...results.evaluation_criteria_results },
    data_collection_results: { ...data_collection_results_list, ...results.data_collection_results },
    dynamic_variables: withoutNumbers(conversation_initiation_client_data.dynamic_variables),
    message_count: transcript?.filter(hasWords).length ?? null,
  };
};

const alwaysNumbers: readonly string[] = ['system__caller_id', 'system__called_number'];
/** Variables that ElevenLabs sets, some of them from SIP headers. */
const elevenLabsVariable = /^(?:system__|sip_)/;

const withoutNumbers = (variables: unknown): JsonObject =>
  Object.fromEntries(
    entriesOf(variables).filter(
      ([name, value]) =>
        !alwaysNumbers.includes(name) && !(elevenLabsVariable.test(name) && looksLikePhoneNumber(value)),
    ),
  );

const hasWords = (turn: unknown): boolean =>
  isJsonObject(turn) && typeof turn['message'] === 'string' && turn['message'].trim() !== '';

/** How many evaluation results a record stores. */
const maxResults = 200;
const maxResultChars = 64;
const maxIdChars = 128;

/**
 * Returns the evaluation results for a record, by criterion id: `success`, `failure` or `unknown`. Stores up to 200
 * results, cut at 64 characters. Drops empty ids and ids over 128 characters. A record thus stays below 100 kB.
 */
export const evaluationResults = ({
  evaluation_criteria_results,
}: Pick<ConversationDetails, 'evaluation_criteria_results'>): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(evaluation_criteria_results)
      .filter(([id]) => id !== '' && id.length <= maxIdChars)
      .slice(0, maxResults)
      .map(([id, { result }]) => [id.toWellFormed(), result?.slice(0, maxResultChars).toWellFormed() ?? null]),
  );
