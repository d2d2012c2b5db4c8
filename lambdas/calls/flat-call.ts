import * as z from 'zod';
import { elevenLabsId } from '../platform/ids';
import { problemsOf } from '../platform/problems';
import { foreignId, isStorable, numeric, unixTime } from './foreign-text';
import { isJsonObject, type JsonObject } from './json-object';

/** The end of a call in the flat form, which is not ElevenLabs' own. */
export interface FlatCall {
  readonly kind: 'flat';
  /** The sender's own id: any 1 to 256 printable characters. */
  readonly callId: string;
  readonly agentId: string | undefined;
  /** Any JSON: a text as a rule, or a list of turns. */
  readonly transcript: unknown;
  readonly durationS: number | undefined;
  readonly status: 'completed' | 'failed' | 'missed' | undefined;
  readonly customVariables: JsonObject;
  /** Unix seconds. */
  readonly timestampS: number | undefined;
  /** As it came. */
  readonly data: JsonObject;
}

/** The outcome of reading the flat form. */
export type FlatCallReading = { ok: true; call: FlatCall } | { ok: false; problem: string };

const isoTimestamp = z.iso
  .datetime({ offset: true, local: true })
  .transform((text) => Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`) / 1000);

const timestamp = z.union([unixTime, isoTimestamp], {
  error: 'expected unix seconds or milliseconds, or an ISO 8601 date and time',
});

const flatCall = z.object({
  call_id: foreignId,
  agent_id: elevenLabsId.nullish(),
  transcript: z.unknown().optional(),
  duration_seconds: numeric
    .refine((value) => value >= 0, 'expected 0 or more')
    .transform((value) => (isStorable(value) ? value : null))
    .nullish(),
  status: z.enum(['completed', 'failed', 'missed']).nullish(),
  custom_variables: z.record(z.string(), z.unknown()).nullish(),
  timestamp: timestamp.nullish(),
});

/** Whether a body is meant as the flat form: it has a `call_id` and no `type`. */
export const isFlatCall = (json: unknown): json is JsonObject =>
  isJsonObject(json) && json['call_id'] !== undefined && json['type'] == null;

/**
 * Reads the flat form. Only `call_id` is required; the other fields may be absent or null, and unknown ones are kept in
 * `data`. A timestamp without an offset is taken as UTC. A problem names the fields at fault and quotes nothing. Never throws.
 */
export const readFlatCall = (json: JsonObject): FlatCallReading => {
  const result = flatCall.safeParse(json);
  if (!result.success) return { ok: false, problem: problemsOf(result.error) };
  const { call_id, agent_id, transcript, duration_seconds, status, custom_variables, timestamp } = result.data;
  return {
    ok: true,
    call: {
      kind: 'flat',
      callId: call_id,
      agentId: agent_id ?? undefined,
      transcript,
      durationS: duration_seconds ?? undefined,
      status: status ?? undefined,
      customVariables: custom_variables ?? {},
      timestampS: timestamp ?? undefined,
      data: json,
    },
  };
};
