import { beginErasure, closeErasure, finishErasure } from '../../lambdas/callers/erasure/erasure';
import { countsOf, referencesOn } from '../../lambdas/callers/erasure/erasure-pages';
import { type Erasures, erasures as erasuresOf } from '../../lambdas/ledger/erasures';
import { ledgerTable } from '../../lambdas/ledger/table';
import { startDynamoDb } from './dynamodb-table';

const table = startDynamoDb();
let erasures: Erasures;
let erasureNumber = 0;

const of = () => ({ erasure_id: String((erasureNumber += 1)).padStart(32, '0'), expires_at: 9000 });
const idsOf = (count: number) => Array.from({ length: count }, (_id, index) => `conv_${'x'.repeat(240)}_${index}`);

beforeAll(() => {
  erasures = erasuresOf(ledgerTable(table.client(), table.name));
});

describe('the pages of an erasure', () => {
  it('given more ids than an item can hold, then they are on pages of 500, and all are read again', async () => {
    const erasure = of();
    const conversationIds = idsOf(2_100);

    await erasures.append(erasure, [], { conversationIds });

    const pages = await erasures.pages(erasure.erasure_id);
    expect(pages.map((page) => (page.state === 'filled' ? page.references.conversationIds.length : 0))).toEqual([
      500, 500, 500, 500, 100,
    ]);
    for (const page of pages) expect(JSON.stringify(page).length).toBeLessThan(200_000);
    expect(referencesOn(pages).conversationIds).toEqual(new Set(conversationIds));
  });

  it('given what is known already, then nothing is written', async () => {
    const erasure = of();
    const pages = (await erasures.append(erasure, [], { voiceIds: ['voice_1'] }))!;

    expect(await erasures.append(erasure, pages, { voiceIds: ['voice_1'] })).toBe(pages);
    expect(await erasures.pages(erasure.erasure_id)).toHaveLength(1);
  });

  it('given passes that know nothing of each other, then what each of them finds is kept once', async () => {
    const erasure = of();
    const finds = Array.from({ length: 8 }, (_pass, index) => ({ voiceIds: ['voice_1', `voice_${index + 2}`] }));

    await Promise.all(finds.map((found) => erasures.append(erasure, [], found)));

    const { voiceIds } = referencesOn(await erasures.pages(erasure.erasure_id));
    expect(voiceIds.size).toBe(9);
  });

  it('given a page of another pass, then this one cannot seal them; given a seal, then nothing is added', async () => {
    const erasure = of();
    const first = (await erasures.append(erasure, [], { voiceIds: ['voice_1'] }))!;
    const second = (await erasures.append(erasure, first, { voiceIds: ['voice_2'] }))!;

    expect(await erasures.seal(erasure, first)).toBe(false);
    expect(await erasures.seal(erasure, second)).toBe(true);
    expect(await erasures.append(erasure, second, { voiceIds: ['voice_3'] })).toBeUndefined();
    expect(await erasures.append(erasure, await erasures.pages(erasure.erasure_id), {})).toBeUndefined();
    expect(referencesOn(await erasures.pages(erasure.erasure_id)).voiceIds).toEqual(new Set(['voice_1', 'voice_2']));
    expect(await erasures.seal(erasure, second)).toBe(false);
  });

  it('given an erasure that is over, then the pages name what the report does, and the head no caller', async () => {
    const erasure = of();
    const found = { voiceIds: ['voice_1'], agentIds: ['agent_1'], conversationIds: idsOf(600), found: ['calls:1'] };
    const head = {
      ...erasure,
      requested_at: 1,
      erased_at: 1,
      settled_at: 1,
      caller_hashes: ['f'.repeat(64)],
      conversation_ids: [],
    };
    await erasures.write(erasure.erasure_id, beginErasure(head));
    const pages = (await erasures.append(erasure, [], found))!;
    await erasures.seal(erasure, pages);

    await erasures.write(erasure.erasure_id, closeErasure(countsOf(referencesOn(pages)), { consents: 0 }, 2));
    await erasures.reduce(erasure.erasure_id);
    await erasures.reduce(erasure.erasure_id);
    await erasures.write(erasure.erasure_id, finishErasure);

    const left = await erasures.pages(erasure.erasure_id);
    expect(left.map(({ state }) => state)).toEqual(['reduced', 'reduced', 'sealed']);
    expect(referencesOn(left)).toMatchObject({ voiceIds: new Set(), found: new Set(), agentIds: new Set(['agent_1']) });
    expect(referencesOn(left).conversationIds.size).toBe(600);
    expect(await erasures.read(erasure.erasure_id)).toMatchObject({ state: 'done', counts: { voices: 1, calls: 1 } });
  });
});
