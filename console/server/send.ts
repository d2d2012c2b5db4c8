import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { asJsonDocument } from '../../cli/answer-json';
import { endpointsOf } from '../../cli/endpoints';
import { eventKinds, type KindName, senderHeaders } from '../../cli/event-kinds';
import { type Answer, exchange } from '../../cli/exchange';
import { meaningOf } from '../../cli/meaning';
import { withSamples } from '../../cli/pre-call-event';
import type { JsonObject } from '../../cli/read-input';
import { recording } from '../../cli/recording';
import { sampleEvent, sampleRecording, type SampleTerms } from '../../cli/sample-event';
import { jsonRequest } from '../../cli/signed-request';
import { upload } from '../../cli/upload';
import { firstValue } from '../../cli/webhook-secret';
import type { Installation } from '../../ops/installation';
import { readSecret } from '../../ops/secrets';
import type { AnswerDocument, Turn } from '../shared/documents';
import { BadRequest } from './answers';

/** A pre-call that the page requests. */
export interface PreCallTerms {
  readonly agentId: string;
  readonly name?: string | undefined;
  readonly number?: string | undefined;
  readonly hasConsent: boolean;
  /** WAV, MP3 or OGG; the bundled recording if undefined. */
  readonly sample: Buffer | undefined;
}

const timeoutS = 60;
/**
 * Maximum size of an inline sample. In base64, a larger one does not pass through Lambda and is uploaded beforehand.
 */
const largestInlineBytes = 4_000_000;

const secrets: Readonly<Record<string, string>> = {
  elevenlabs: 'ElevenLabsWebhookSecret',
  flat: 'FlatPostCallSecret',
  threecx: 'ThreeCxWebhookSecret',
  initiation: 'InitiationSecret',
};

const secretOf = async (installation: Installation, sender: string): Promise<string> => {
  const value = firstValue((await readSecret(installation, secrets[sender] ?? '')) ?? '');
  if (value !== '') return value;
  if (sender === 'flat') return secretOf(installation, 'elevenlabs');
  throw new BadRequest(`The secret ${secrets[sender] ?? sender} has no value.`);
};

/** Sends a signed pre-call. Throws BadRequest if it is invalid, and Unreachable if no response arrives. */
export const sendPreCall = async (installation: Installation, terms: PreCallTerms): Promise<AnswerDocument> => {
  const { agentId, name, number, hasConsent } = terms;
  const secret = await secretOf(installation, 'elevenlabs');
  const nowS = Math.floor(Date.now() / 1000);
  const conversationId = `conv_${randomUUID().replaceAll('-', '')}`;
  const event: JsonObject = {
    type: 'pre_call',
    event_timestamp: nowS,
    conversation_id: conversationId,
    agent_id: agentId,
    caller_metadata: { ...(name !== undefined && { name }), ...(number !== undefined && { phone_number: number }) },
    ...(hasConsent && {
      consent: { given_at: nowS, text_version: 'console', source: 'console' },
    }),
  };
  const sample = terms.sample ?? (await sampleRecording());
  const { field, refused } = await sampleField(installation, conversationId, sample, secret);
  if (refused !== undefined) return answerDocument(refused, conversationId);
  const { body, headers } = jsonRequest(withSamples(event, [field]), { secret, timestampS: nowS });
  const { preCall: url } = endpointsOf(installation.apiUrl);
  return answerDocument(await exchange({ method: 'POST', url, headers, body, timeoutS }), conversationId);
};

const noTerminal = { env: {}, print: () => undefined, note: () => undefined, redraw: undefined };

/** Returns the sample's field of the event, or the response that rejected its upload. */
const sampleField = async (
  { apiUrl }: Installation,
  conversationId: string,
  bytes: Buffer,
  secret: string,
): Promise<{ readonly field: JsonObject; readonly refused?: Answer }> => {
  if (bytes.length <= largestInlineBytes) return { field: { format: 'base64', data: bytes.toString('base64') } };
  const terms = { url: endpointsOf(apiUrl).uploads, conversationId, secret, timeoutS, isInvalid: false };
  const outcome = await upload(recording('sample', bytes), terms, noTerminal);
  if (!outcome.uploaded) return { field: {}, refused: outcome.answer };
  return { field: { format: 'upload', upload_id: outcome.uploadId } };
};

const answerDocument = (answer: Answer, conversationId?: string): AnswerDocument => {
  const body: unknown = JSON.parse(asJsonDocument(answer));
  return { status: answer.status, meaning: meaningOf(answer), tookMs: answer.tookMs, conversationId, body };
};

/** The content of an event of a kind. */
export interface EventTerms extends SampleTerms {
  /** Replaces the sample's transcript. */
  readonly turns?: readonly Turn[] | undefined;
}

/**
 * Sends an event of a kind as its sender does. Throws BadRequest if it is invalid, and Unreachable if no response
 * arrives.
 */
export const sendKind = async (
  installation: Installation,
  kind: KindName,
  { turns, ...terms }: EventTerms,
): Promise<AnswerDocument> => {
  const sample = await sampleEvent(kind, terms);
  return sendDocument(installation, kind, turns === undefined ? sample : withTurns(sample, turns));
};

/**
 * Sends this event of a kind as its sender does. Throws BadRequest if it is invalid, and Unreachable if no response
 * arrives.
 */
export const sendDocument = async (
  installation: Installation,
  kind: KindName,
  event: JsonObject,
): Promise<AnswerDocument> => {
  const { path, sender } = eventKinds[kind];
  const body = Buffer.from(JSON.stringify(event));
  const nowS = Math.floor(Date.now() / 1000);
  const secret = await secretOf(installation, sender);
  const headers = senderHeaders(sender, body, { secret, isInvalid: false, nowS });
  const url = new URL(`${installation.apiUrl}${path}`);
  const answer = await exchange({ method: 'POST', url, headers, body, timeoutS });
  const isAccepted = answer.status >= 200 && answer.status < 300;
  return { ...answerDocument(answer), ...(isAccepted && { meaning: 'It was accepted.' }) };
};

const eventData = z.looseObject({ metadata: z.looseObject({}).optional() });

/** How long the last turn lasts. */
const secondsPerTurn = 4;

/** Replaces the transcript of an event with a typed one, and sets the times to match. */
const withTurns = (sample: JsonObject, turns: readonly Turn[]): JsonObject => {
  const data = eventData.parse(sample['data'] ?? {});
  const transcript = turns.map(({ role, atS, message }) => ({ role, time_in_call_secs: atS, message }));
  const call_duration_secs = (turns.at(-1)?.atS ?? 0) + secondsPerTurn;
  const start_time_unix_secs = Math.floor(Date.now() / 1000) - call_duration_secs;
  const metadata = { ...data.metadata, call_duration_secs, start_time_unix_secs };
  return { ...sample, data: { ...data, metadata, transcript } };
};
