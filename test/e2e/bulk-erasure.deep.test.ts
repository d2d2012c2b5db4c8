import { until } from '../support/eventually';
import { type PostCallStack, postCallPayload, startPostCallStack } from '../support/postcall-stack';
import { newConversationId, post, preCallEvent } from '../support/sender';

let running: PostCallStack;
beforeAll(async () => {
  running = await startPostCallStack({ LOCAL_MAX_INSTANCES: 30 });
});
afterAll(() => running.close());

const calls = 25;
const begin = async (agent_id: string, phone_number: string) => {
  const conversation_id = newConversationId();
  const event = preCallEvent({ conversation_id, agent_id, caller_metadata: { name: 'Ada', phone_number } });
  expect((await post(running.precallUrl, JSON.stringify(event))).status).toBe(200);
  return conversation_id;
};

describe('an erasure of many calls', () => {
  it('given jobs that keep every worker of it busy, when another call ends, then its agent and its clone do not wait', async () => {
    running.elevenLabs.changeSettings({ voiceLimit: 500, maxVoiceAddEdits: 500 });
    for (let n = 0; n < calls; n += 1) await begin('agent_2', '+31612345678');
    const other = await begin('agent_1', '+31687654321');
    const [theirs] = running.elevenLabs.clones().slice(-1);
    const slow = { kind: 'slow', ms: 3_000 } as const;
    running.elevenLabs.addFault({ operation: 'getAgent', match: 'agent_2', times: null, action: slow });

    const erasure = JSON.stringify({ type: 'caller_erase', phone_number: '+31612345678' });
    expect((await post(`${running.stack.url}/callers/erase`, erasure)).status).toBe(202);
    // More jobs wait than the workers take at once.
    await until(async () => (await running.deletionJobs()) > 5);
    const ended = postCallPayload('transcription', { conversation_id: other, agent_id: 'agent_1', has_audio: false });
    expect((await post(running.postcallUrl, JSON.stringify(ended))).status).toBe(200);

    await until(() => !running.elevenLabs.clones().includes(theirs!));
    expect(running.elevenLabs.agent('agent_1').voiceId).toBe('ownVoice1');
    // The jobs of the erasure still wait.
    expect(await running.deletionJobs()).toBeGreaterThan(0);
    expect(running.elevenLabs.clones().length).toBeGreaterThan(0);
    running.elevenLabs.clearFaults();
  });
});
