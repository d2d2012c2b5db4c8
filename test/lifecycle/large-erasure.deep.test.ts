import { readErasure } from '../../lambdas/callers/erasure/read-erasure';
import { type Erasing, erasing } from '../support/lifecycle/erasing';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

/** `ERASED_CALLS=10000` takes five times as long. */
const calls = Number(process.env['ERASED_CALLS'] ?? 2_000);
const number = '+31612345678';

let rig: LifecycleRig;
let erasures: Erasing;
/** How often the next pass may look at its deadline before that has passed. A slow worker gets to look rarely. */
let looks = calls / 250;

beforeAll(async () => {
  rig = await startLifecycleRig();
  erasures = erasing(rig, () => {
    let left = looks;
    return { atMs: rig.nowMs() + 60_000, leftMs: () => ((left -= 1) >= 0 ? 60_000 : 0) };
  });
});
afterAll(() => rig.close());

const hash = async () => (await rig.deps.callerHash(number))!;
const store = async (id: string) => {
  await rig.deps.archive.put(`transcripts/${id}/0.json`, 'said', 'text/plain');
  const nowS = Math.floor(rig.nowMs() / 1000);
  await rig.deps.records.write({
    recordId: id,
    source: 'conversation',
    eventTimestampS: nowS,
    bodySha256: '0'.repeat(64),
    fallbackFields: {},
    fields: {
      conversation_id: id,
      agent_id: 'agent_1',
      start_time_unix_secs: nowS - 60,
      caller_hash: await hash(),
      precall_conversation_id: null,
      expires_at: nowS + 86_400,
    },
  });
  rig.elevenLabs.addConversation({ conversationId: id, agentId: 'agent_1', status: 'done' });
};
const statusOf = async (erasure_id: string) => {
  const body = Buffer.from(JSON.stringify({ type: 'erasure_status', erasure_id }));
  return (await readErasure(body, { ...rig.deps, backupDays: 35 })).erasure;
};
const recordsLeft = async () => {
  const left: string[] = [];
  for await (const { record_id } of rig.deps.records.list({ callerHash: await hash() })) left.push(record_id);
  return left;
};

vi.setConfig({ testTimeout: 3_600_000, hookTimeout: 3_600_000 });

describe('an erasure of thousands of calls of one number', () => {
  it('given passes that run out of time, then each goes on where the last one stopped, and the status grows to all', async () => {
    const ids = Array.from({ length: calls }, (_call, index) => `conv_${index}`);
    for (let from = 0; from < calls; from += 50) await Promise.all(ids.slice(from, from + 50).map(store));
    rig.advance(1);

    const id = await erasures.request(number);
    const seen: (readonly [number, number, number])[] = [];
    for (let passes = 0; (await statusOf(id)).state === 'running'; passes += 1) {
      expect(passes).toBeLessThan(20);
      await erasures.pass();
      const { erased } = await statusOf(id);
      seen.push([erased.conversations, erased.transcripts, erased.conversations_at_elevenlabs]);
      looks *= 10;
      rig.advance(30);
    }

    // Nothing that was found is ever missing from a later status.
    for (const [at, counts] of seen.entries())
      for (const [kind, count] of counts.entries()) expect(count).toBeGreaterThanOrEqual(seen[at - 1]?.[kind] ?? 0);
    expect(seen[0]![0]).toBeGreaterThan(0);
    expect(seen[0]![0]).toBeLessThan(calls);
    expect(new Set(seen.map(String)).size).toBeGreaterThan(2);
    const { erased, remains_at_elevenlabs: remains } = await statusOf(id);
    expect(erased).toMatchObject({ records: calls, transcripts: calls, conversations_at_elevenlabs: calls });
    expect(remains.conversations).toEqual([]);
    expect(await recordsLeft()).toEqual([]);
    expect((await rig.samples()).filter((key) => !key.startsWith('rights-log/'))).toEqual([]);
    expect(rig.elevenLabs.state.conversations).toEqual([]);
    const pages = await rig.deps.erasures.pages(id);
    // As DynamoDB's largest item has 400 KB.
    expect(Math.max(...pages.map((page) => JSON.stringify(page).length))).toBeLessThan(40_000);
  });
});
