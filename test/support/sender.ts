import { createHash, createHmac, randomUUID } from 'node:crypto';
import { spokenSample } from './samples';

/** The secret that tests sign with. */
export const webhookSecret = 'wsec_test_0123456789abcdef';

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

/** A new conversation's id. */
export const newConversationId = (): string => `conv_${randomUUID().replaceAll('-', '')}`;

/** The header ElevenLabs-Signature for a body. */
export const signatureOf = (
  body: string | Buffer,
  { secret = webhookSecret, timestampS = Math.floor(Date.now() / 1000) } = {},
): string => `t=${timestampS},v0=${createHmac('sha256', secret).update(`${timestampS}.`).update(body).digest('hex')}`;

/** A pre-call event in JSON form; `fields` replace or add, undefined takes away. */
export const preCallEvent = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'pre_call',
  event_timestamp: 1_702_425_485,
  conversation_id: newConversationId(),
  agent_id: 'agent_1',
  caller_metadata: { name: 'Ivan', date_of_birth: '11.12.2007', phone_number: '+31600000000' },
  voice_sample: {
    format: 'base64',
    data: spokenSample('caller.wav').toString('base64'),
    duration_seconds: 1,
    sample_rate: null,
  },
  ...fields,
});

/** Posts a body; signed now unless `headers` say otherwise (an undefined header is left out). */
export const post = async (
  url: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<Answer> => {
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'elevenlabs-signature': signatureOf(body),
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const response = await fetch(url, { method: 'POST', headers: given, body: Buffer.from(body) });
  return {
    status: response.status,
    headers: response.headers,
    json: (await response.json()) as Record<string, unknown>,
  };
};

/** A part of a multipart body. */
export type FormPart = readonly [name: string, value: string | Buffer, filename?: string];

/** A multipart body and its content type. */
export const multipart = (...parts: FormPart[]): { body: Buffer; contentType: string } => {
  const boundary = `----precall${randomUUID()}`;
  const chunks = parts.flatMap(([name, value, filename]) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n\r\n`,
    value,
    '\r\n',
  ]);
  const body = Buffer.concat([...chunks, `--${boundary}--\r\n`].map((chunk) => Buffer.from(chunk)));
  return { body, contentType: `multipart/form-data; boundary=${boundary}` };
};

/** The field `elevenlabs_signature` for a form: it covers the metadata and the digest of each sample, in order. */
export const formSignatureOf = (
  metadata: string,
  samples: readonly Buffer[],
  { secret = webhookSecret, timestampS = Math.floor(Date.now() / 1000) } = {},
): string => {
  const digests = samples.map((sample) => createHash('sha256').update(sample).digest('hex'));
  return signatureOf(`${metadata}.${digests.join('.')}`, { secret, timestampS });
};

/** Announces an upload, puts the file where the answer says, and returns the upload's id. */
export const upload = async (
  url: string,
  conversation_id: string,
  bytes: Buffer,
  { content_type = 'audio/wav', announced = bytes } = {},
): Promise<{ offer: Answer; stored: Response | undefined; upload_id: string }> => {
  const sha256 = createHash('sha256').update(announced).digest('hex');
  const request = { type: 'upload_request', conversation_id, sha256, content_type, size_bytes: announced.length };
  const offer = await post(url, JSON.stringify(request));
  if (offer.status !== 200) return { offer, stored: undefined, upload_id: '' };
  const form = new FormData();
  for (const [name, value] of Object.entries(offer.json['fields'] as Record<string, string>)) form.set(name, value);
  form.set('file', new Blob([new Uint8Array(bytes)]), 'voice');
  const stored = await fetch(String(offer.json['url']), { method: 'POST', body: form });
  return { offer, stored, upload_id: String(offer.json['upload_id']) };
};
