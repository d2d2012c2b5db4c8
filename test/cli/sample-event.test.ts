import { sampleEvent } from '../../cli/sample-event';

describe('a sample event', () => {
  it('given the end of a call, when made, then the call is just over, so that no earlier erasure drops it', async () => {
    const beforeS = Math.floor(Date.now() / 1000);
    const event = await sampleEvent('transcription', { conversationId: 'conv_1' });
    const { start_time_unix_secs, call_duration_secs } = (event as { data: { metadata: Record<string, number> } }).data
      .metadata;

    expect(start_time_unix_secs! + call_duration_secs!).toBeGreaterThanOrEqual(beforeS);
    expect(event).toMatchObject({ data: { conversation_id: 'conv_1', metadata: { main_language: 'en' } } });
  });

  it.each(['precall', 'upload', 'enrolment', 'threecx'] as const)(
    'given a consent, then %s has it if its route reads one',
    async (kind) => {
      const consent = { given_at: 1, source: 'operator', text_version: '2026-10' };

      expect((await sampleEvent(kind, { consent }))['consent']).toEqual(kind === 'threecx' ? undefined : consent);
    },
  );
});
