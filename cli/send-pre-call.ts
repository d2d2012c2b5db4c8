import { randomUUID } from 'node:crypto';
import { type Answer, exchange } from './exchange';
import { preCallEvent, withSamples } from './pre-call-event';
import { type JsonObject, readInput, readJsonObject } from './read-input';
import { readRecordings, type Recording, recordingsIn } from './recording';
import type { SendOptions } from './send-options';
import { formRequest, jsonRequest, type SignedRequest, signedFormRequest } from './signed-request';
import { sizeWarning } from './size-warning';
import type { Surroundings } from './surroundings';
import { uploadAll } from './upload-all';
import { WrongUse } from './wrong-use';

/** The local stack's agent. */
const localAgentId = 'agent_def456uvw';

/**
 * Sends a pre-call and returns the response, or the response that stopped an upload before it. Throws WrongUse for
 * invalid input, and Unreachable if no response arrives.
 */
export const sendPreCall = async (options: SendOptions, surroundings: Surroundings): Promise<Answer> => {
  const event = await readEvent(options, surroundings.env);
  const recordings = await readSamples(event, options, surroundings);
  announce(event, options, surroundings);
  if (options.way !== 'upload') return deliver(requestFor(event, recordings, options), options, surroundings);
  const { uploadIds, endedBy } = await uploadAll(recordings, event, options, surroundings);
  if (endedBy !== undefined) return endedBy;
  const samples = uploadIds.map((upload_id) => ({ format: 'upload', upload_id }));
  return deliver(jsonRequest(withSamples(event, samples), signingNow(options)), options, surroundings);
};

const announce = (event: JsonObject, { endpoints, isJson }: SendOptions, { print }: Surroundings): void => {
  if (isJson) return;
  const [conversation = '', agent = ''] = [event['conversation_id'], event['agent_id']].map((id) =>
    typeof id === 'string' ? id : 'none',
  );
  print(`POST ${endpoints.preCall.href}: conversation ${conversation}, agent ${agent}`);
};

const readEvent = async (options: SendOptions, env: Surroundings['env']): Promise<JsonObject> => {
  const { payloadPath: path } = options;
  const payload = path === undefined ? undefined : readJsonObject(path, await readInput(path));
  const { ELEVENLABS_AGENT_ID: agentId = '' } = env;
  return preCallEvent(payload, options, {
    nowS: nowS(),
    conversationId: `conv_${randomUUID().replaceAll('-', '')}`,
    agentId: agentId === '' ? localAgentId : agentId,
  });
};

/** Reads the recordings to put into the request. Returns none if the payload's own samples stay unchanged. */
const readSamples = async (
  event: JsonObject,
  { samplePaths, way }: SendOptions,
  { note }: Surroundings,
): Promise<Recording[]> => {
  if (samplePaths.length > 0) return readRecordings(samplePaths);
  const hasSample = (event['voice_sample'] ?? event['voice_samples']) !== undefined;
  if (!hasSample && way !== 'json')
    throw new WrongUse('The payload has no voice_sample. Pass a recording with --sample.');
  if (!hasSample) note('The payload has no voice_sample and goes as it is. --sample adds a recording.');
  return way === 'json' ? [] : recordingsIn(event);
};

const requestFor = (event: JsonObject, recordings: readonly Recording[], options: SendOptions): SignedRequest => {
  const signing = signingNow(options);
  if (options.way === 'form') return formRequest(event, recordings, signing);
  if (options.way === 'signed-form') return signedFormRequest(event, recordings, signing);
  const samples = recordings.map(({ bytes }) => ({ format: 'base64', data: bytes.toString('base64') }));
  return jsonRequest(samples.length === 0 ? event : withSamples(event, samples), signing);
};

const deliver = (
  { body, headers }: SignedRequest,
  { endpoints, way, timeoutS }: SendOptions,
  { note }: Surroundings,
): Promise<Answer> => {
  const warning = sizeWarning(body, way === 'form' || way === 'signed-form');
  if (warning !== undefined) note(warning);
  return exchange({ method: 'POST', url: endpoints.preCall, headers, body, timeoutS });
};

const signingNow = ({ secret }: SendOptions) => ({ secret, timestampS: nowS() });

const nowS = (): number => Math.floor(Date.now() / 1000);
