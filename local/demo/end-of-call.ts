import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { DemoOptions } from './demo-options';
import type { DemoWords } from './demo-words';
import { gatherEvidence, listTranscripts, voiceFate } from './evidence';
import { row } from './log-timeline';

const sampleEvent = z.looseObject({ type: z.string(), data: z.looseObject({}) });

/**
 * How long the demo waits for the worker to restore the agent and delete the voice, in milliseconds. It usually takes
 * about a second.
 */
const timeoutMs = 20_000;

/** A call that has its voice. */
interface OpenCall {
  readonly conversationId: string;
  readonly agentId: string;
  readonly voiceId: string;
}

/**
 * Ends the demo's call with ElevenLabs' post-call event, and waits until the agent has its own voice back and the clone
 * is deleted or kept. Returns true if both happened.
 */
export const endCall = async (call: OpenCall, words: DemoWords, options: DemoOptions): Promise<boolean> => {
  const { places, print } = options;
  const startedMs = performance.now();
  const status = await sendEvent(call, options);
  print(row('POST /webhook/postcall answered', performance.now() - startedMs, `HTTP ${status}`));
  while (performance.now() - startedMs < timeoutMs) {
    const { agentVoiceId = 'nothing', agentFirstMessage = '' } = await gatherEvidence(places, call);
    const fate = await voiceFate(places, call.voiceId);
    if (agentVoiceId !== call.voiceId && fate !== 'in use') {
      print(row(words.after, performance.now() - startedMs, `${agentVoiceId} "${agentFirstMessage}"`));
      print(row(fate === 'deleted' ? 'the clone is deleted' : 'the clone is kept for reuse', undefined, call.voiceId));
      const transcripts = await listTranscripts(places, call.conversationId);
      transcripts.forEach((key) => print(row('transcript in S3', undefined, key)));
      print(fate === 'deleted' ? "The agent is as it was, and the caller's voice is gone." : 'The agent is as it was.');
      return true;
    }
    await sleep(50);
  }
  print(`  The agent did not get its own voice back within ${timeoutMs / 1000} s: see the log.`);
  return false;
};

const sendEvent = async ({ conversationId, agentId }: OpenCall, options: DemoOptions): Promise<number> => {
  const file = join(__dirname, '..', '..', 'events', 'payloads', 'postcall-transcription.json');
  const event = sampleEvent.parse(JSON.parse(await readFile(file, 'utf8')));
  const timestampS = Math.floor(Date.now() / 1000);
  const data = { ...event.data, conversation_id: conversationId, agent_id: agentId };
  const body = JSON.stringify({ ...event, event_timestamp: timestampS, data });
  const digest = createHmac('sha256', options.webhookSecret).update(`${timestampS}.${body}`).digest('hex');
  const headers = { 'Content-Type': 'application/json', 'ElevenLabs-Signature': `t=${timestampS},v0=${digest}` };
  const response = await fetch(`${options.apiUrl}/webhook/postcall`, { method: 'POST', headers, body });
  await response.text();
  return response.status;
};
