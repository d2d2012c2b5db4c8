import { createHmac, randomUUID } from 'node:crypto';
import { agentIds, secrets } from './rig';

/** How a pre-call carries its sample. */
export type Form = 'json' | 'multipart';

const signed = (body: Buffer): string => {
  const t = Math.floor(Date.now() / 1000);
  const v0 = createHmac('sha256', secrets.ElevenLabsWebhookSecret).update(`${t}.`).update(body).digest('hex');
  return `t=${t},v0=${v0}`;
};

const proxyEvent = (path: string, body: Buffer, contentType: string, isBase64Encoded: boolean): object => ({
  httpMethod: 'POST',
  path,
  headers: { 'Content-Type': contentType, 'ElevenLabs-Signature': signed(body) },
  requestContext: { requestTimeEpoch: Date.now(), requestId: randomUUID(), identity: { sourceIp: '127.0.0.1' } },
  body: body.toString(isBase64Encoded ? 'base64' : 'utf8'),
  isBase64Encoded,
});

let calls = 0;

/** Returns API Gateway's event of a new pre-call with this sample, for the next agent and a new caller. */
export const preCallEvent = (sample: Buffer, form: Form, conversationId = `conv_${randomUUID()}`): object => {
  calls += 1;
  const event = {
    type: 'pre_call',
    conversation_id: conversationId,
    agent_id: agentIds[calls % agentIds.length],
    caller_metadata: { name: 'Ada Example', phone_number: `+49151${String(10_000_000 + calls)}` },
  };
  if (form === 'json') {
    const voice_sample = { format: 'base64', data: sample.toString('base64') };
    return proxyEvent(
      '/webhook/precall',
      Buffer.from(JSON.stringify({ ...event, voice_sample })),
      'application/json',
      false,
    );
  }
  const part = (name: string, type: string, file = ''): string =>
    `--bench\r\nContent-Disposition: form-data; name="${name}"${file}\r\nContent-Type: ${type}\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(part('metadata', 'application/json') + JSON.stringify(event)),
    Buffer.from(`\r\n${part('voice_sample', 'audio/wav', '; filename="sample.wav"')}`),
    sample,
    Buffer.from('\r\n--bench--\r\n'),
  ]);
  return proxyEvent('/webhook/precall', body, 'multipart/form-data; boundary=bench', true);
};

const turn = { role: 'agent', message: 'Thank you for calling. How may I help you today?', time_in_call_secs: 1 };

/** Returns API Gateway's event of a post-call transcription of about this many bytes. */
export const postCallEvent = (bytes: number, conversationId = `conv_${randomUUID()}`): object => {
  const perTurn = JSON.stringify(turn).length + 1;
  const event = {
    type: 'post_call_transcription',
    event_timestamp: Math.floor(Date.now() / 1000),
    data: {
      agent_id: agentIds[0],
      conversation_id: conversationId,
      status: 'done',
      metadata: { start_time_unix_secs: Math.floor(Date.now() / 1000) - 60, call_duration_secs: 50 },
      transcript: Array.from({ length: Math.max(1, Math.floor((bytes - 300) / perTurn)) }, () => turn),
    },
  };
  return proxyEvent('/webhook/postcall', Buffer.from(JSON.stringify(event)), 'application/json', false);
};
