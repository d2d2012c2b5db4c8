import { type RunningStack, startNewStack } from '../support/running-stack';
import { newConversationId, post, preCallEvent } from '../support/sender';

let running: RunningStack;
beforeAll(async () => {
  running = await startNewStack();
});
afterAll(() => running.close());

// It takes the 29 s that API Gateway waits. A function that gets no processor for 1.5 s of them is too late, beside other
// tests too: it is tried again then. The bound stays.
const onceMore = { retry: 1 };

it(
  'given a clone that takes too long, then it is 503 before API Gateway gives up, with a deletion job',
  onceMore,
  async () => {
    const jobs = await running.deletionJobs();
    running.elevenLabs.failNext('createVoice', { kind: 'slow', ms: 60_000 });

    const event = preCallEvent({ conversation_id: newConversationId(), agent_id: 'agent_2' });
    const answer = await post(running.precallUrl, JSON.stringify(event));

    expect(answer).toMatchObject({ status: 503, json: { error_code: 'ELEVENLABS_UNAVAILABLE' } });
    expect(await running.deletionJobs()).toBe(jobs + 1);
  },
);
