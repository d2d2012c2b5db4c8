import { readFileSync } from 'node:fs';
import { recordingJob } from '../support/recording-job';
import { type RunningStack, startNewStack } from '../support/running-stack';

let running: RunningStack;
beforeAll(async () => {
  running = await startNewStack({}, { ENABLE_AUDIO_STORAGE: 'true', AGENT_IDS: 'agent_1' });
});
afterAll(() => running.close());

it('given a recording of 200 MB, then it is streamed in, and the worker stays under 256 MB', async () => {
  const { conversationId } = running.elevenLabs.addConversation({
    agentId: 'agent_1',
    status: 'done',
    hasAudio: true,
    audioBytes: 200_000_000,
  });

  const outcome = await running.stack.functions.invoke('PostCallWorkerFunction', recordingJob(conversationId));

  expect(outcome.status).toBe('ok');
  const record = (await running.ledger())[`RECORD#${conversationId}`];
  expect(record).toMatchObject({ recording_key: `recordings/${conversationId}.mp3` });
  const [worker] = running.stack.functions.instances('PostCallWorkerFunction');
  const peakKb = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${worker!.pid}/status`, 'utf8'))![1];
  expect(Number(peakKb) / 1024).toBeLessThan(256);
});
