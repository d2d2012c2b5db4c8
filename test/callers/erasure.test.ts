import { contentOf, erasure, erasureReport, foundEntry, isErasedCall } from '../../lambdas/callers/erasure/erasure';

const id = '0123456789abcdef0123456789abcdef';
const running = {
  erasure_id: id,
  state: 'running',
  requested_at: 1000,
  erased_at: 990,
  settled_at: 1030,
  expires_at: 9000,
};

describe('the report of an erasure', () => {
  it('given what was found, then each kind is counted once, and neither key nor voice is told', () => {
    const seen = erasure.parse({
      ...running,
      caller_hashes: new Set(['f'.repeat(64)]),
      voice_ids: new Set(['voice_1', 'voice_2']),
      conversation_ids: new Set(['conv_2', 'conv_1']),
      agent_ids: new Set(['agent_1']),
      found: new Set([foundEntry('samples', 'a'), foundEntry('samples', 'b'), foundEntry('records', 'a')]),
    });

    const report = erasureReport(seen);

    expect(report).toMatchObject({
      state: 'running',
      finished_at: null,
      erased: { voices: 2, conversations: 2, samples: 2, records: 1, calls: 0, transcripts: 0 },
      remains_at_elevenlabs: { agent_versions: ['agent_1'], conversations: ['conv_1', 'conv_2'] },
    });
    expect(JSON.stringify(report)).not.toMatch(/voice_1|fff/);
  });

  it('given one that is done, then its counts are those that were written', () => {
    const seen = erasure.parse({ ...running, state: 'done', finished_at: 1060, counts: { voices: 3 } });

    expect(erasureReport(seen)).toMatchObject({ finished_at: 1060, erased: { voices: 3, conversations: 0 } });
  });
});

describe('what an erasure counts as one', () => {
  const sha = 'ab'.repeat(32);

  it.each([
    ['both forms of a transcript', `transcripts/conv_1/0.json`, `transcripts/conv_1/0.txt`, true],
    ['a sample of two calls', `samples/conv_1/${sha}.wav`, `samples/conv_2/${sha}.wav`, true],
    ['a sample and its upload', `samples/conv_1/${sha}.ogg`, `uploads/conv_1/${sha}`, true],
    ['two recordings', 'recordings/conv_1.mp3', 'recordings/conv_2.mp3', false],
    ['one body about two calls', `postcall/raw/conv_1/x/${sha}.json`, `postcall/raw/conv_2/x/${sha}.json`, false],
  ])('given %s, then it is so', (_given, one, other, isOne) => {
    expect(contentOf(one) === contentOf(other)).toBe(isOne);
  });
});

describe('a call and an erasure', () => {
  it.each([
    [989, true],
    [990, true],
    [991, false],
    [undefined, true],
    [null, true],
  ])('given that it began at %p, then erased is %p', (beganAtS, isErased) => {
    expect(isErasedCall({ erased_at: 990 }, beganAtS)).toBe(isErased);
  });
});
