import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const root = join(__dirname, '..', '..');
const sampleEvent = z.looseObject({ conversation_id: z.string(), agent_id: z.string() });

/** A signed pre-call, ready to send. */
export interface PreCallRequest {
  readonly conversationId: string;
  readonly agentId: string;
  readonly sampleBytes: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Creates a pre-call from the sample event `events/payloads/precall.json` with the bundled recording, as a new
 * conversation, signed now. `agentId` replaces the event's agent.
 */
export const samplePreCall = async (secret: string, agentId: string | undefined): Promise<PreCallRequest> => {
  const event = sampleEvent.parse(JSON.parse(await readFile(join(root, 'events', 'payloads', 'precall.json'), 'utf8')));
  const sample = await readFile(join(root, 'events', 'samples', 'caller.wav'));
  const timestampS = Math.floor(Date.now() / 1000);
  const conversationId = `conv_demo_${randomBytes(6).toString('hex')}`;
  const agent = agentId ?? event.agent_id;
  const body = JSON.stringify({
    ...event,
    event_timestamp: timestampS,
    conversation_id: conversationId,
    agent_id: agent,
    voice_sample: { format: 'base64', data: sample.toString('base64') },
  });
  const digest = createHmac('sha256', secret).update(`${timestampS}.${body}`).digest('hex');
  const headers = { 'Content-Type': 'application/json', 'ElevenLabs-Signature': `t=${timestampS},v0=${digest}` };
  return { conversationId, agentId: agent, sampleBytes: sample.length, headers, body };
};
