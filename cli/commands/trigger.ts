import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Call, Command } from '../command';
import { eventKinds, type KindName, kindNames } from '../event-kinds';
import type { JsonObject } from '../read-input';
import { oneArgument } from '../run-command';
import { sendEvent } from '../send-event';
import { findTarget } from '../target';
import { readTimeoutS } from '../timeout';
import { WrongUse } from '../wrong-use';

const events = join(__dirname, '..', '..', 'events');

/** `precall trigger <kind>`. */
export const trigger: Command = {
  summary: 'Sends a sample event of any kind that the service takes, signed as its sender signs it',
  forms: ['<kind>'],
  about: `Kinds: ${Object.entries(eventKinds)
    .map(([name, { about }]) => `\n  ${name.padEnd(16)}${about}`)
    .join('')}`,
  flags: {
    'conversation-id': { type: 'string', value: '<id>', about: 'the conversation of the event; default: a new one' },
    'agent-id': { type: 'string', value: '<id>', about: "its agent; default: ELEVENLABS_AGENT_ID, else the sample's" },
    number: { type: 'string', value: '<number>', about: "the caller's number; default: the sample's" },
    'export-id': { type: 'string', value: '<id>', about: 'of an export, for export-status' },
    'erasure-id': { type: 'string', value: '<id>', about: 'of an erasure, for erasure-status' },
    invalid: { type: 'boolean', about: 'with a wrong signature; 0 when it is refused with 401' },
    url: { type: 'string', value: '<url>', about: 'another address, with --secret' },
    secret: { type: 'string', value: '<secret>', about: "what it is signed with; default: the installation's secret" },
    timeout: { type: 'string', value: '<seconds>', about: 'default 30' },
  },
  examples: [
    'precall trigger precall --conversation-id conv_1',
    'precall trigger transcription --conversation-id conv_1',
    'precall trigger threecx --invalid',
  ],
  run: async (call) => {
    const kind = kindNamed(oneArgument(call, 'kind of event'));
    const event = await sampleOf(kind, call);
    const { text, surroundings } = call;
    const flags = ['url', 'secret', 'stage', 'profile', 'region', 'port'].map((flag) => [flag, text(flag)] as const);
    const target = await findTarget(Object.fromEntries(flags), surroundings.env);
    const timeoutS = readTimeoutS(text('timeout') ?? '30');
    const terms = { target, timeoutS, isInvalid: call.has('invalid'), isJson: call.has('json') };
    return sendEvent(kind, Buffer.from(JSON.stringify(event)), terms, surroundings);
  },
};

const kindNamed = (name: string): KindName => {
  const kind = kindNames.find((each) => each === name);
  if (kind !== undefined) return kind;
  throw new WrongUse(`Unknown kind ${name}. Use one of: ${kindNames.join(', ')}.`);
};

const jsonObject = z.record(z.string(), z.unknown());

/** The sample of a kind, as if it had happened now. */
const sampleOf = async (kind: KindName, call: Call): Promise<JsonObject> => {
  const file = join(events, 'payloads', eventKinds[kind].sample);
  const sample = jsonObject.parse(JSON.parse(await readFile(file, 'utf8')));
  return fresh(kind, sample, call, await recordingOf(kind));
};

const recordingOf = async (kind: KindName): Promise<JsonObject> => {
  if (kind !== 'precall') return {};
  const data = (await readFile(join(events, 'samples', 'caller.wav'))).toString('base64');
  return { voice_sample: { format: 'base64', data } };
};

const fresh = (kind: KindName, sample: JsonObject, { text, surroundings }: Call, added: JsonObject): JsonObject => {
  const nowS = Math.floor(Date.now() / 1000);
  const newId = `conv_${randomUUID().replaceAll('-', '')}`;
  const conversation_id = text('conversation-id') ?? newId;
  const setAgent = surroundings.env['ELEVENLABS_AGENT_ID'] ?? '';
  const agentId = text('agent-id') ?? (setAgent === '' ? undefined : setAgent);
  const ids = { conversation_id, ...(agentId !== undefined && { agent_id: agentId }) };
  const number = text('number');
  const data = jsonObject.safeParse(sample['data']).data;
  const metadata = jsonObject.safeParse(sample['caller_metadata']).data;
  const callId = { call_id: text('conversation-id') ?? `call-${newId.slice(5, 17)}` };
  return {
    ...sample,
    ...added,
    ...('event_timestamp' in sample && { event_timestamp: nowS }),
    ...('conversation_id' in sample && ids),
    ...(data !== undefined && { data: { ...data, ...ids } }),
    ...((kind === 'threecx' || kind === 'flat') && callId),
    ...(kind === 'flat' && { timestamp: nowS, ...(agentId !== undefined && { agent_id: agentId }) }),
    ...(kind === 'erasure-status' && text('erasure-id') !== undefined && { erasure_id: text('erasure-id') }),
    ...(kind === 'export-status' && text('export-id') !== undefined && { export_id: text('export-id') }),
    ...(number !== undefined && 'phone_number' in sample && { phone_number: number }),
    ...(number !== undefined && 'caller_id' in sample && { caller_id: number }),
    ...(number !== undefined && metadata !== undefined && { caller_metadata: { ...metadata, phone_number: number } }),
  };
};
