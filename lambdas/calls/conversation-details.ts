import * as z from 'zod';
import {
  entriesOf,
  flagOrNull,
  isJsonObject,
  type JsonObject,
  numberOrNull,
  part,
  storedTextOrNull,
  textOrNull,
} from './json-fields';
import { looksLikePhoneNumber } from './phone-numbers';
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

/** Parses a map of objects by id. Drops entries that are not objects. */
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
const criterion = z.object({ criteria_id: z.string(), result: textOrNull, rationale: textOrNull });

/** The newer form of a map: a list of results with ids. */
const evaluationList = z
  .unknown()
  .optional()
  .transform((json) =>
    (Array.isArray(json) ? json : []).flatMap((entry): [string, EvaluationResult][] => {
      const { data } = criterion.safeParse(entry);
      return data === undefined ? [] : [[data.criteria_id, { result: data.result, rationale: data.rationale }]];
    }),
  );

const collectedItem = z.object({
  data_collection_id: z.string(),
  value: z.unknown().optional(),
  rationale: textOrNull,
});
const collectedList = z
  .unknown()
  .optional()
  .transform((json) =>
    (Array.isArray(json) ? json : []).flatMap((entry): [string, DataCollectionResult][] => {
      const { data } = collectedItem.safeParse(entry);
      return data === undefined
        ? []
        : [[data.data_collection_id, { value: data.value ?? null, rationale: data.rationale }]];
    }),
  );

const errorPart = z.object({
  code: z.union([numberOrNull.unwrap(), storedTextOrNull]).nullable().catch(null),
  reason: storedTextOrNull,
});

const phoneCall = z.object({ type: storedTextOrNull, direction: storedTextOrNull, call_result: storedTextOrNull });

/** `data` of a `post_call_transcription`. A value of the wrong type becomes null, so that the call is not lost. */
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
    error: errorPart.nullable().catch(null),
    main_language: storedTextOrNull,
    phone_call: phoneCall.nullable().catch(null),
  }),
  analysis: part({
    call_successful: storedTextOrNull,
    transcript_summary: textOrNull,
    evaluation_criteria_results: mapOf(evaluation),
    data_collection_results: mapOf(collected),
    evaluation_criteria_results_list: evaluationList,
    data_collection_results_list: collectedList,
  }),
  conversation_initiation_client_data: part({ dynamic_variables: z.unknown().optional() }),
  transcript: z.array(z.unknown()).nullable().catch(null),
});

/** Reads a transcription. Missing values and values of the wrong type become null. Never throws. */
export const conversationDetails = ({ conversationId, agentId, data }: TranscriptionEvent): ConversationDetails => {
  const { metadata, analysis, conversation_initiation_client_data, transcript, ...rest } = document.parse(data);
  const { evaluation_criteria_results_list, data_collection_results_list, ...results } = analysis;
  return {
    conversation_id: conversationId,
    agent_id: agentId ?? null,
    ...rest,
    ...metadata,
    ...results,
    evaluation_criteria_results: withList(results.evaluation_criteria_results, evaluation_criteria_results_list),
    data_collection_results: withList(results.data_collection_results, data_collection_results_list),
    dynamic_variables: withoutNumbers(conversation_initiation_client_data.dynamic_variables),
    message_count: transcript?.filter(hasWords).length ?? null,
  };
};

/** Merges both forms. If both have an id, the map's value is used. */
const withList = <T>(map: Readonly<Record<string, T>>, list: readonly (readonly [string, T])[]): Record<string, T> => ({
  ...Object.fromEntries(list.filter(([id]) => !(id in {}))),
  ...map,
});

const alwaysNumbers: readonly string[] = ['system__caller_id', 'system__called_number'];
/** Variables that ElevenLabs sets, some of them from SIP headers. */
const madeByVendor = /^(?:system__|sip_)/;

const withoutNumbers = (variables: unknown): JsonObject =>
  Object.fromEntries(
    entriesOf(variables).filter(
      ([name, value]) => !alwaysNumbers.includes(name) && !(madeByVendor.test(name) && looksLikePhoneNumber(value)),
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
