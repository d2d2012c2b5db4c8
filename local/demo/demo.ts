import * as z from 'zod';
import type { DemoOptions } from './demo-options';
import { type DemoWords, wordsOf } from './demo-words';
import { endCall } from './end-of-call';
import { type Evidence, gatherEvidence } from './evidence';
import { row, timeline } from './log-timeline';
import { samplePreCall } from './precall-request';

const success = z.object({ status: z.literal('success'), voice_id: z.string(), agent_updated: z.boolean() });
const failure = z.object({ error_code: z.string(), error_message: z.string() });

/**
 * Plays one pre-call with the bundled recording and prints each step with its duration. Then checks the agent, the
 * bucket and the ledger, and ends the call. Returns true if the agent had the voice, S3 the sample, the ledger was
 * complete, and everything was undone at the end.
 */
export const playCall = async (options: DemoOptions): Promise<boolean> => {
  const { apiUrl, webhookSecret, agentId, places, logLines, print } = options;
  const call = await samplePreCall(webhookSecret, agentId);
  const { conversationId, sampleBytes } = call;
  print(`A call comes in: conversation ${conversationId}, agent ${call.agentId}, a recording of ${sampleBytes} bytes.`);
  const startedMs = performance.now();
  const response = await fetch(`${apiUrl}/webhook/precall`, { method: 'POST', headers: call.headers, body: call.body });
  const answer: unknown = await response.json();
  const tookMs = performance.now() - startedMs;
  const made = success.safeParse(answer).data;
  if (made === undefined) {
    const problem = failure.safeParse(answer).data;
    print(`  It was refused: HTTP ${response.status} ${problem?.error_code ?? ''} ${problem?.error_message ?? ''}`);
    return false;
  }
  timeline(logLines(), call.conversationId).forEach(print);
  print(row(`POST /webhook/precall answered`, tookMs, `HTTP ${response.status}, voice ${made.voice_id}`));
  const evidence = await gatherEvidence(places, { ...call, voiceId: made.voice_id });
  const words = wordsOf(made.agent_updated);
  describe(evidence, words).forEach(print);
  const isComplete =
    (evidence.agentVoiceId === made.voice_id || !made.agent_updated) &&
    evidence.samples.some(({ bytes }) => bytes === call.sampleBytes) &&
    evidence.ledger.length === (made.agent_updated ? 3 : 2);
  print(isComplete ? words.ready : 'Something is missing: see the rows above.');
  return isComplete && endCall({ ...call, voiceId: made.voice_id }, words, options);
};

const describe = (
  { agentVoiceId = 'nothing', agentFirstMessage = '', samples, ledger }: Evidence,
  words: DemoWords,
): string[] => [
  row(words.during, undefined, `${agentVoiceId} "${agentFirstMessage}"`),
  ...samples.map(({ key, bytes }) => row('sample in S3', undefined, `${key} (${bytes} bytes)`)),
  ...ledger.map((item) => row('row in the ledger', undefined, item)),
];
