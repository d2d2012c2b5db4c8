import * as z from 'zod';
import { entriesOf, isJsonObject, type JsonObject, objectIn } from '../calls/json-fields';

/** The caller in a conversation, as an event names them. */
export interface Party {
  /**
   * Phone numbers and user ids as written, without duplicates, the most reliable first. Excludes the agent's own
   * number. At most 10, of up to 256 characters each.
   */
  readonly identifiers: readonly string[];
  /** `phone`, `whatsapp`, `sms`, or a newer ElevenLabs value. Null if the conversation has no channel. */
  readonly channel: string | null;
  /** `inbound` or `outbound`. Null if the event does not say. */
  readonly direction: string | null;
}

/** A phone number or user id in JSON: text, or a phone number as a JSON number. Undefined for other values. */
export const callerIdentifier = z
  .union([z.string().trim().min(1).max(256), z.int().positive().transform(String)])
  .optional()
  .catch(undefined);

const maxIdentifiers = 10;

/** Returns whether a field of a channel names the caller. */
const isCallerField = (field: string): boolean =>
  /(?:^|_)(?:external_number|caller_id|caller_number|user_id|user_phone_number|user_number)$/.test(field);
const isUserId = (field: string): boolean => /(?:^|_)user_id$/.test(field);
const isAgentField = (field: string): boolean => /^agent(?:_phone)?_number$/.test(field);

/**
 * Returns the caller of a conversation. Reads the channel's part of `metadata` (`phone_call`, `whatsapp`, `sms`, or a
 * newer one), the system variables, and `user_id`. Omits digits that are an account of another system. `data` comes
 * from a post-call event of any type. Never throws.
 */
export const partyOf = (data: JsonObject): Party => {
  const channels = channelsIn(objectIn(data, 'metadata'));
  const client = objectIn(data, 'conversation_initiation_client_data');
  const variables = objectIn(client, 'dynamic_variables');
  const direction = channels.map(({ fields }) => directionOf(fields['direction'])).find((value) => value !== null);
  const system = variables[direction === 'outbound' ? 'system__called_number' : 'system__caller_id'];
  const users = [data['user_id'], client['user_id']];
  const hasAccountIds = accountSources.test(sourceOf(objectIn(data, 'metadata')) ?? '');
  const candidates = [...channels.flatMap(callersIn), system, ...(hasAccountIds ? users.filter(isNoAccount) : users)];
  const ownDigits = channels.flatMap(({ fields }) => valuesOf(fields, isAgentField)).map(digitsOf);
  const [first] = channels;
  return {
    identifiers: identifiersOf(candidates, ownDigits),
    channel: first === undefined ? sourceOf(objectIn(data, 'metadata')) : first.name,
    direction: direction ?? null,
  };
};

/**
 * Returns the caller of a call that was never connected, from the telephone provider's data: the called number, or the
 * calling number for an inbound call. Never throws.
 */
export const unreachedParty = (data: JsonObject): Party => {
  const body = objectIn(objectIn(data, 'metadata'), 'body');
  const direction = directionOf(body['Direction'] ?? body['direction']) ?? 'outbound';
  const isNumber = direction === 'inbound' ? isCalling : isCalled;
  const client = objectIn(data, 'conversation_initiation_client_data');
  const called = objectIn(client, 'dynamic_variables')['system__called_number'];
  const { identifiers, channel } = partyOf(data);
  const candidates = [...valuesOf(body, isNumber), ...(direction === 'outbound' ? [called] : []), ...identifiers];
  return { identifiers: identifiersOf(candidates, []), channel: channel ?? 'phone', direction };
};

/** Matches the fields of telephone providers: `To`, `to_number`, `toNumber`, `called_number`. */
const isCalled = (field: string): boolean => /^(?:to|called|destination)(?:_?number)?$/i.test(field);
const isCalling = (field: string): boolean => /^(?:from|caller|calling)(?:_?(?:number|id))?$/i.test(field);

/** Returns the caller of a call in the flat form, from its own fields or its variables. Never throws. */
export const flatParty = (data: JsonObject): Party => {
  const variables = objectIn(data, 'custom_variables');
  const fields = ['caller_id', 'caller_number', 'phone_number', 'external_number', 'system__caller_id', 'user_id'];
  const candidates = [data, variables].flatMap((json) => fields.map((field) => json[field]));
  return { identifiers: identifiersOf(candidates, []), channel: null, direction: null };
};

interface Channel {
  readonly name: string;
  readonly fields: JsonObject;
}

/** Returns the channels, the telephone first because most fields are about it. */
const channelsIn = (metadata: JsonObject): readonly Channel[] => {
  const all = entriesOf(metadata).flatMap(([field, fields]) =>
    isJsonObject(fields) && (field === 'phone_call' || valuesOf(fields, isCallerField).length > 0)
      ? [{ name: field === 'phone_call' ? 'phone' : field.slice(0, 64), fields }]
      : [],
  );
  return [...all].sort((a, b) => Number(b.name === 'phone') - Number(a.name === 'phone'));
};

/** Sources whose user ids are accounts. */
const accountSources = /_integration$|^widget$/;

/** Channels whose user ids are phone numbers. */
const numberChannels: readonly string[] = ['phone', 'whatsapp', 'sms'];

/** An account of digits may look like the phone number of a stranger. */
const isNoAccount = (userId: unknown): boolean => !/^\s*\d+\s*$/.test(String(userId));

const callersIn = ({ name, fields }: Channel): readonly unknown[] => [
  ...valuesOf(fields, (field) => isCallerField(field) && !isUserId(field)),
  ...valuesOf(fields, isUserId).filter((userId) => numberChannels.includes(name) || isNoAccount(userId)),
];

const valuesOf = (fields: JsonObject, isWanted: (field: string) => boolean): readonly unknown[] =>
  entriesOf(fields)
    .filter(([field, value]) => isWanted(field) && value !== null)
    .map(([, value]) => value);

const directionOf = (claimed: unknown): string | null => {
  const text = typeof claimed === 'string' ? claimed.toLowerCase() : '';
  return ['inbound', 'outbound'].find((direction) => text.startsWith(direction)) ?? null;
};

/** Returns a source that is a channel, such as `whatsapp`. Returns null for other sources. */
const sourceOf = (metadata: JsonObject): string | null => {
  const source = metadata['conversation_initiation_source'];
  return typeof source === 'string' && /^[a-z_]{1,64}$/.test(source) ? source : null;
};

/**
 * Returns the first readable candidates without duplicates, at most `limit`. Omits those that have the digits of the
 * agent's own numbers.
 */
export const identifiersOf = (
  candidates: readonly unknown[],
  ownDigits: readonly string[],
  limit = maxIdentifiers,
): readonly string[] => {
  const identifiers = candidates.map((value) => callerIdentifier.parse(value)).filter((value) => value !== undefined);
  return [...new Set(identifiers)].filter((value) => !ownDigits.includes(digitsOf(value))).slice(0, limit);
};

const digitsOf = (value: unknown): string => String(value).replace(/\D/g, '') || String(value);
