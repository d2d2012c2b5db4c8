import {
  beginErasure,
  closeErasure,
  erasure,
  type Erasure,
  finishErasure,
  isErasedCall,
  type RunningErasure,
} from '../../lambdas/callers/erasure/erasure';
import {
  contentOf,
  countsOf,
  type ErasurePage,
  erasurePage,
  fillPage,
  foundEntry,
  newPages,
  reducePage,
  referencesOn,
  sealPages,
} from '../../lambdas/callers/erasure/erasure-pages';
import { erasureReport } from '../../lambdas/callers/erasure/erasure-report';
import { afterPass, nextJobStep } from '../../lambdas/callers/erasure/erasure-steps';
import { applied, isPossible, type Transition } from '../../lambdas/platform/transition';

const id = '0123456789abcdef0123456789abcdef';
const begun = {
  erasure_id: id,
  requested_at: 1000,
  erased_at: 990,
  settled_at: 1030,
  caller_hashes: ['f'.repeat(64)],
  conversation_ids: [],
  expires_at: 9000,
};
const after = (...transitions: readonly Transition[]): Erasure =>
  erasure.parse(
    transitions.reduce<unknown>((item, transition) => {
      if (!isPossible(transition, item)) throw new Error('Not possible.');
      return applied(transition, item);
    }, undefined),
  );
const running = after(beginErasure(begun)) as RunningErasure;
const page = (references: object): ErasurePage => erasurePage.parse({ state: 'filled', references });
const foundOn = referencesOn([
  page({
    voiceIds: ['voice_1', 'voice_2'],
    conversationIds: ['conv_2', 'conv_1'],
    agentIds: ['agent_1'],
    recordIds: ['0'.repeat(64)],
    found: [foundEntry('samples', 'a'), foundEntry('samples', 'b'), foundEntry('records', 'a')],
  }),
  // Two passes at the same time may have found the same.
  page({ voiceIds: ['voice_2'], found: [foundEntry('records', 'a')] }),
  { state: 'sealed' },
]);

describe('the report of an erasure', () => {
  it('given what was found, then each kind is counted once, and neither key nor voice is told', () => {
    const report = erasureReport(running, foundOn, 35);

    expect(report).toMatchObject({
      state: 'running',
      finished_at: null,
      erased: { voices: 2, conversations: 2, samples: 2, records: 1, calls: 0, transcripts: 0 },
      remains_at_elevenlabs: { agent_versions: ['agent_1'], conversations: ['conv_1', 'conv_2'] },
    });
    expect(JSON.stringify(report)).not.toMatch(/voice_1|fff/);
  });

  it('given one that is closing, then it still runs; given one that is done, then it has the counts of the close', () => {
    const close = closeErasure(
      { ...countsOf(foundOn), voices: 3 },
      { consents: 2, conversations_because: 'not_permitted' },
      1060,
    );
    const reduced = referencesOn([
      { state: 'reduced', references: { conversationIds: ['conv_1', 'conv_2'], goneIds: ['conv_2'], agentIds: [] } },
    ]);

    expect(erasureReport(after(beginErasure(begun), close), reduced, 35)).toMatchObject({
      state: 'running',
      finished_at: null,
      erased: { voices: 3, samples: 2 },
    });
    expect(erasureReport(after(beginErasure(begun), close, finishErasure), reduced, 35)).toMatchObject({
      state: 'done',
      finished_at: 1060,
      erased: { voices: 3, conversations: 2 },
      remains_at_elevenlabs: { conversations: ['conv_1'] },
    });
    expect(erasureReport(after(beginErasure(begun), close), reduced, 35).receipt).toBeNull();
    expect(erasureReport(after(beginErasure(begun), close, finishErasure), reduced, 35).receipt).toMatchObject([
      { store: 'table', erased: { conversations: 2, records: 1 }, stays: [{ what: 'consents', count: 2 }, {}] },
      { store: 'bucket', erased: { samples: 2 }, stays: [{ what: 'rights_log' }] },
      {
        store: 'elevenlabs',
        erased: { voices: 3 },
        stays: [{ what: 'conversations', count: 1, reason: expect.stringContaining('key may not') as unknown }],
      },
      { store: 'backups', erased: {}, stays: [{ what: 'deleted_items' }] },
    ]);
  });

  it.each([
    [1, 'after 1 day.'],
    [7, 'after 7 days.'],
    [undefined, 'after at most 35 days.'],
  ])('given backups that are kept for %s days, then the receipt says so', (days, said) => {
    const close = closeErasure(countsOf(foundOn), { consents: 0 }, 1060);
    const { receipt } = erasureReport(after(beginErasure(begun), close, finishErasure), foundOn, days);

    expect(receipt?.at(-1)?.stays[0]?.reason).toContain(said);
  });
});

describe('the states of an erasure', () => {
  const close = closeErasure(countsOf(foundOn), { consents: 0 }, 1060);

  it('given a close, then nothing is left in the head that leads to the caller', () => {
    const closed = applied(close, running);

    expect(Object.keys(closed).sort()).toEqual([
      'counts',
      'erasure_id',
      'expires_at',
      'finished_at',
      'kept',
      'requested_at',
      'state',
    ]);
    for (const step of [beginErasure(begun), close]) expect(isPossible(step, closed)).toBe(false);
    expect([running, closed, applied(finishErasure, closed)].map((item) => isPossible(finishErasure, item))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('given a page that is written, then nobody writes it again; a reduced one has what the report names', () => {
    const [references] = newPages(foundOn, referencesOn([]));
    const filled = applied(fillPage(references!, 9000), undefined);
    const sealed = applied(sealPages(9000), undefined);

    for (const item of [filled, sealed])
      for (const step of [fillPage(references!, 9000), sealPages(9000)]) expect(isPossible(step, item)).toBe(false);
    expect(isPossible(reducePage, sealed)).toBe(false);
    expect(applied(reducePage, filled)).toEqual({
      state: 'reduced',
      references: { conversationIds: ['conv_2', 'conv_1'], goneIds: [], agentIds: ['agent_1'] },
      expires_at: 9000,
    });
  });

  it('given more than fits on a page, then each page has 500 ids at most, and known ones are on none', () => {
    const conversationIds = Array.from({ length: 900 }, (_id, index) => `conv_${index}`);
    const voiceIds = Array.from({ length: 150 }, (_id, index) => `voice_${index}`);

    const pages = newPages(
      { voiceIds: [...voiceIds, ...voiceIds], conversationIds },
      referencesOn([page({ voiceIds: ['voice_7'] })]),
    );

    expect(pages.map((each) => Object.values(each).flat().length)).toEqual([500, 500, 49]);
    const all = referencesOn(pages.map(page));
    expect(all.conversationIds).toEqual(new Set(conversationIds));
    expect(all.voiceIds).toEqual(new Set(voiceIds.filter((each) => each !== 'voice_7')));
  });
});

describe('what a job does for its erasure', () => {
  const job = { erasure_id: id, requested_at: 1000, clone_ids: [] };
  const closing = after(beginErasure(begun), closeErasure(countsOf(foundOn), { consents: 0 }, 1060));

  it.each([
    ['no item yet', undefined, 1299, { do: 'wait', afterS: 10 }],
    ['no item after five minutes', undefined, 1300, { do: 'drop' }],
    ['a running one', running, 1001, { do: 'pass', erasure: running }],
    ['a closing one', closing, 1001, { do: 'finish' }],
    [
      'one that is done',
      after(beginErasure(begun), closeErasure(countsOf(foundOn), { consents: 0 }, 1), finishErasure),
      1001,
      { do: 'nothing' },
    ],
  ] as const)('given %s, then it is so', (_given, known, nowS, step) => {
    expect(nextJobStep(job, known, nowS)).toEqual(step);
  });

  it.each([
    ['found something', 1, 1044, { do: 'wait', afterS: 10 }],
    ['found something of an older erasure', 1, 1045, { do: 'wait', afterS: 45 }],
    ['found something of a very old one', 1, 99_000, { do: 'wait', afterS: 7200 }],
    ['found nothing while something can still write', 0, 1029, { do: 'wait', afterS: 1 }],
    ['found nothing', 0, 1030, { do: 'close' }],
  ] as const)('given a pass that %s, then it is so', (_given, left, nowS, step) => {
    expect(afterPass(running, left, nowS)).toEqual(step);
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
