import { randomUUID } from 'node:crypto';
import { isErasedFor } from '../../lambdas/callers/caller';
import { recordEnrolment, remember, startCall } from '../../lambdas/callers/caller-changes';
import { isErasedCall } from '../../lambdas/callers/erasure/erasure';
import { callers } from '../../lambdas/ledger/callers';
import { ledgerTable } from '../../lambdas/ledger/table';
import { startDynamoDb } from '../ledger/dynamodb-table';

const dynamoDb = startDynamoDb();
const table = () => ledgerTable(dynamoDb.client(), dynamoDb.name);

const erasedAtS = 1_800_000_000;
const expiresAtS = erasedAtS + 86_400;

/** A caller who was erased in this second. */
const erased = async (): Promise<string> => {
  const callerHash = randomUUID();
  await callers(table()).erase(callerHash, erasedAtS, expiresAtS);
  return callerHash;
};

const call = { conversationId: 'conv_1', agentId: 'agent_1', startedAtS: erasedAtS };
const sample = { key: 'callers/a.wav', sha256: 'a'.repeat(64), format: 'wav' as const };
const offer = { voiceId: 'voice_1', sampleDigest: 'a', validUntilS: expiresAtS };

describe('what was signed in the very second of an erasure', () => {
  it.each([
    [
      'a call',
      (hash: string, s: number) => callers(table()).change(hash, startCall({ ...call, signedAtS: s, expiresAtS }, s)),
    ],
    [
      'an enrolment',
      (hash: string, s: number) =>
        callers(table()).change(
          hash,
          recordEnrolment({ name: 'Ivan', samples: [sample], signedAtS: s, expiresAtS }, s),
        ),
    ],
    [
      'a voice',
      (hash: string, s: number) =>
        callers(table()).change(
          hash,
          remember({ name: 'Ivan', samples: [sample], offer }, { sinceS: s, nowS: s, expiresAtS }),
        ),
    ],
    ['another erasure', (hash: string, s: number) => callers(table()).erase(hash, s, expiresAtS)],
  ])('given %s, then it is refused, and leaves nothing; a second later it is taken', async (_given, write) => {
    const callerHash = await erased();

    expect(await write(callerHash, erasedAtS)).toBe(false);
    const { calls, enrolled, recent, reusable, clone, name } = (await callers(table()).read(callerHash, erasedAtS))!;
    expect({ calls, enrolled, recent, reusable, clone, name }).toEqual({ calls: {}, enrolled: [], recent: [] });
    expect(await write(callerHash, erasedAtS + 1)).toBe(true);
  });

  it('given a request or a call of that second, then both count as erased; a second later neither does', () => {
    const seconds = [erasedAtS, erasedAtS + 1];

    expect(seconds.map((s) => isErasedFor({ erased_at: erasedAtS }, s))).toEqual([true, false]);
    expect(seconds.map((s) => isErasedCall({ erased_at: erasedAtS }, s))).toEqual([true, false]);
  });
});
