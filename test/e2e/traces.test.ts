import { eventually } from '../support/eventually';
import { postCallPayload, type PostCallStack, startPostCallStack } from '../support/postcall-stack';
import { newConversationId, post, preCallEvent } from '../support/sender';

let running: PostCallStack;

beforeAll(async () => {
  running = await startPostCallStack({}, { ENABLE_AUDIO_STORAGE: 'true' });
});
afterAll(() => running.close());

/** The work on a call, by the function that did it. */
const workOn = (conversationId: string) =>
  running.stack.traces.documents.filter(({ annotations }) => annotations?.['conversation_id'] === conversationId);

describe('the traces of a call', () => {
  it('given a call from its pre-call to the deletion of its voice, then every function that worked for it says so by the conversation id', async () => {
    const conversation_id = newConversationId();
    await post(running.precallUrl, JSON.stringify(preCallEvent({ conversation_id, agent_id: 'agent_1' })));
    await post(
      running.postcallUrl,
      JSON.stringify(postCallPayload('transcription', { conversation_id, agent_id: 'agent_1' })),
    );

    const documents = await eventually(() => {
      const found = workOn(conversation_id);
      return found.some(({ name }) => name === 'voice-deletion') ? found : undefined;
    });

    expect(running.stack.traces.refused).toEqual([]);
    expect(documents.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['precall', 'postcall-intake', 'postcall', 'voice-deletion']),
    );
    const preCall = documents.find(({ name }) => name === 'precall')!;
    expect(preCall.annotations).toMatchObject({ agent_id: 'agent_1' });
    expect(preCall.subsegments.map(({ annotations }) => annotations!['operation'])).toEqual(
      expect.arrayContaining(['create_voice', 'patch_agent']),
    );
    for (const { start_time, end_time, subsegments } of documents)
      for (const each of subsegments) {
        expect(each.start_time).toBeGreaterThanOrEqual(start_time - 0.01);
        expect(each.end_time).toBeLessThanOrEqual(end_time + 0.01);
      }
    expect(JSON.stringify(documents)).not.toMatch(/Ada|\+31|sk_/);
  });

  it('given an unsigned request, then it sends no trace; the next one of a sender does, and is no fault', async () => {
    const before = running.stack.traces.documents.length;

    await post(running.precallUrl, '{}', { 'elevenlabs-signature': 't=1,v0=00' });
    await post(running.postcallUrl, '{}');

    const document = await eventually(() => running.stack.traces.documents[before]);
    expect(document).toMatchObject({ name: 'postcall-intake', annotations: { request_id: expect.any(String) } });
    expect(document).not.toHaveProperty('fault');
  });
});
