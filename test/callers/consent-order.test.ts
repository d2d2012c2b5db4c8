import { randomUUID } from 'node:crypto';
import { giveConsent, recordWithdrawal } from '../../lambdas/callers/caller-changes';
import { callers } from '../../lambdas/ledger/callers';
import { ledgerTable } from '../../lambdas/ledger/table';
import { startDynamoDb } from '../ledger/dynamodb-table';

const dynamoDb = startDynamoDb();
const store = () => callers(ledgerTable(dynamoDb.client(), dynamoDb.name));

const nowS = 1_800_000_000;
const year = 365 * 86_400;
const given = (signedAtS: number, textVersion = '1') =>
  giveConsent({ textVersion, signedAtS, expiresAtS: nowS + 86_400 }, nowS);
const withdrawn = (signedAtS: number) => recordWithdrawal(signedAtS, nowS + year);

/** The caller after these changes, and whether each was written. */
const after = async (...changes: Parameters<ReturnType<typeof callers>['change']>[1][]) => {
  const hash = randomUUID();
  const written: boolean[] = [];
  for (const change of changes) written.push(await store().change(hash, change));
  return { written, caller: await store().read(hash, nowS) };
};

describe('consents and withdrawals in the order in which they were signed', () => {
  it.each([
    ['a consent', [given(100)], [true], { state: 'given', text_version: '1', signed_at: 100 }],
    ['a withdrawal of an unknown caller', [withdrawn(100)], [true], { state: 'withdrawn', signed_at: 100 }],
    ['a newer text', [given(100), given(200, '2')], [true, true], { state: 'given', text_version: '2' }],
    ['an older consent after a newer one', [given(200, '2'), given(100)], [true, false], { text_version: '2' }],
    ['a withdrawal after a consent', [given(100), withdrawn(200)], [true, true], { state: 'withdrawn' }],
    ['a consent older than the withdrawal', [withdrawn(200), given(100)], [true, false], { state: 'withdrawn' }],
    ['a withdrawal older than the consent', [given(200), withdrawn(100)], [true, false], { state: 'given' }],
    ['a consent after a withdrawal', [withdrawn(100), given(200)], [true, true], { state: 'given' }],
  ])('given %s, then the newest counts', async (_kind, changes, written, consent) => {
    const now = await after(...changes);

    expect(now.written).toEqual(written);
    expect(now.caller?.consent).toMatchObject(consent);
  });

  it('given a consent after a withdrawal, then the caller is kept no longer than any other', async () => {
    expect((await after(given(100), withdrawn(200))).caller?.expires_at).toBe(nowS + year);
    expect((await after(given(100), withdrawn(200), given(300))).caller?.expires_at).toBe(nowS + 86_400);
  });
});
