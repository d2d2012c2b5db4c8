import { BatchWriteItemCommand, DeleteItemCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { agents } from '../../lambdas/ledger/agents';
import { conversations } from '../../lambdas/ledger/conversations';
import { ledgerTable } from '../../lambdas/ledger/table';
import { voices } from '../../lambdas/ledger/voices';
import { overdueVoices } from '../../lambdas/reconcile/overdue-voices';
import { stuckClaims } from '../../lambdas/reconcile/stuck-claims';
import { type AwsEmulators, startAwsEmulators } from '../../local/aws/emulators';
import { createLedgerTable } from '../support/ledger-table';

const name = 'by-kind';
let aws: AwsEmulators;
let client: DynamoDBClient;
/** What was asked for, in order: `Query`, or the number of keys of a batch. */
let asked: (string | number)[] = [];
/** Happens once, before the next batch is read. */
let beforeBatch: () => Promise<unknown> = () => Promise.resolve();
/** How many batches DynamoDB leaves unfinished: of each, it reads the first item alone. */
let unfinished = 0;

beforeAll(async () => {
  aws = await startAwsEmulators();
  client = new DynamoDBClient({
    endpoint: aws.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  await createLedgerTable(client, name);
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === 'QueryCommand') asked.push('Query');
        if (commandName !== 'BatchGetItemCommand') return next(args);
        const { RequestItems } = args.input as { RequestItems: Record<string, { Keys: unknown[] }> };
        const { Keys } = RequestItems[name]!;
        asked.push(Keys.length);
        const change = beforeBatch;
        beforeBatch = () => Promise.resolve();
        await change();
        if (unfinished === 0) return next(args);
        unfinished -= 1;
        const part = { RequestItems: { [name]: { ...RequestItems[name], Keys: Keys.slice(0, 1) } } };
        const result = await next({ ...args, input: part });
        Object.assign(result.output, { UnprocessedKeys: { [name]: { Keys: Keys.slice(1) } } });
        return result;
      },
    { step: 'initialize' },
  );
});
afterAll(async () => {
  client.destroy();
  await aws.close();
});
beforeEach(() => (asked = []));

type Item = Readonly<Record<string, unknown>> & { readonly pk: string };

const put = async (...items: readonly Item[]): Promise<void> => {
  for (let from = 0; from < items.length; from += 25) {
    const puts = items.slice(from, from + 25).map((item) => ({ PutRequest: { Item: marshall(item) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: puts } }));
  }
};

const allOf = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const each of items) all.push(each);
  return all;
};

const table = () => ledgerTable(client, name);
const schema = z.looseObject({ pk: z.string() });
const keysOf = async (kind: string, only: object) => (await allOf(table().listEntries(kind, only))).map(({ pk }) => pk);

describe('what the index has', () => {
  it('given items, then entries have the keys and what is projected, and whole items have everything', async () => {
    const call = { kind: 'a', caller_hash: 'h', caller_hashes: ['h', 'i'], state: 'live', ended_at: 5 };
    await put({ pk: 'A#2', ...call, expires_at: 20, secret: 1 }, { pk: 'A#1', kind: 'a', expires_at: 10, secret: 2 });

    const { kind, ...projected } = call;
    expect(kind).toBe('a');
    expect(await allOf(table().listEntries('a'))).toEqual([
      { pk: 'A#1', expires_at: 10 },
      { pk: 'A#2', expires_at: 20, ...projected },
    ]);
    expect(await allOf(table().listItems('a', schema))).toEqual([
      { pk: 'A#1', kind: 'a', expires_at: 10, secret: 2 },
      { pk: 'A#2', ...call, expires_at: 20, secret: 1 },
    ]);
  });

  it('given conditions, then those entries are listed that match all of them', async () => {
    await put(
      { pk: 'B#1', kind: 'b', expires_at: 1, caller_hash: 'h', state: 'live' },
      { pk: 'B#2', kind: 'b', expires_at: 2, caller_hashes: ['i', 'h'], state: 'deleted' },
      { pk: 'B#3', kind: 'b', expires_at: 3, caller_hash: null, ended_at: 1 },
    );

    expect(await keysOf('b', { callerHash: 'h' })).toEqual(['B#1', 'B#2']);
    expect(await keysOf('b', { exceptState: 'deleted' })).toEqual(['B#1', 'B#3']);
    expect(await keysOf('b', { withoutEnd: true })).toEqual(['B#1', 'B#2']);
    expect(await keysOf('b', { callerHash: 'h', exceptState: 'deleted', withoutEnd: true })).toEqual(['B#1']);
  });

  it('given 250 items, then they are read 100 at a time, in their order', async () => {
    await put(...Array.from({ length: 250 }, (_, at) => ({ pk: `C#${at}`, kind: 'c', expires_at: 1_000 + at })));

    const found = await allOf(table().listItems('c', schema));

    expect(found.map(({ pk }) => pk)).toEqual(Array.from({ length: 250 }, (_, at) => `C#${at}`));
    expect(asked).toEqual(['Query', 100, 100, 50]);
  });

  it('given that an item is deleted, or is another caller’s by now, then it is omitted', async () => {
    const items = [1, 2, 3].map((at) => ({ pk: `D#${at}`, kind: 'd', expires_at: at, caller_hash: 'h' }));
    await put(...items);
    const changed = {
      UpdateExpression: 'SET caller_hash = :other',
      ExpressionAttributeValues: { ':other': { S: 'other' } },
    };
    beforeBatch = async () => {
      await client.send(new DeleteItemCommand({ TableName: name, Key: { pk: { S: 'D#1' } } }));
      await client.send(new UpdateItemCommand({ TableName: name, Key: { pk: { S: 'D#2' } }, ...changed }));
    };

    expect(await allOf(table().listItems('d', schema, { callerHash: 'h' }))).toEqual([items[2]]);
  });
});

describe('a batch that DynamoDB leaves unfinished', () => {
  const keys = [1, 2, 3, 4, 5].map((at) => `E#${at}`);

  beforeAll(() => put(...keys.map((pk) => ({ pk, kind: 'e', expires_at: 1 }))));

  it('given three times, then it is asked for the rest, and all items are read', async () => {
    unfinished = 3;

    expect([...(await table().getMany(keys)).keys()].sort()).toEqual(keys);
    expect(asked).toEqual([5, 4, 3, 2]);
  });

  it('given four times, then the read has failed', async () => {
    unfinished = 4;

    await expect(table().getMany(keys)).rejects.toThrow('DynamoDB could not finish a batch read of the ledger.');
    expect(asked).toEqual([5, 4, 3, 2]);
  });
});

describe('what its readers read', () => {
  it('given branches of agents, then the agents are listed by the index alone', async () => {
    await put(
      { pk: 'AGENT#agent_1', kind: 'agent', expires_at: 9, agent_id: 'agent_1', version: 1 },
      { pk: 'AGENT#agent_1#branch_1', kind: 'agent', expires_at: 9, agent_id: 'agent_1#branch_1', version: 2 },
    );

    expect(await allOf(agents(table()).list())).toEqual(['agent_1']);
    expect(asked).toEqual(['Query']);
    expect(await agents(table()).versions()).toEqual(new Map([['agent_1', 3]]));
  });

  it('given many finished calls, then reconcile reads only the voices and conversations of others', async () => {
    const nowMs = 1_767_225_600_000;
    const expires_at = nowMs / 1000 + 3_600;
    const finished = Array.from({ length: 120 }, (_, at) => [
      { pk: `VOICE#v${at}`, kind: 'voice', voice_id: `v${at}`, state: 'deleted', expires_at },
      { pk: `CONVERSATION#c${at}`, kind: 'conversation', conversation_id: `c${at}`, ended_at: 1, expires_at },
    ]);
    const held = { attempt: 'a', lease_until: 0, voice_name: 'Ada', samples: [] };
    await put(
      ...finished.flat(),
      { pk: 'VOICE#live', kind: 'voice', voice_id: 'live', state: 'live', users: { open: 'agent_1' }, expires_at },
      {
        pk: 'CONVERSATION#open',
        kind: 'conversation',
        conversation_id: 'open',
        agent_id: 'agent_1',
        expires_at,
        work: { state: 'cloned', voice_id: 'live', ...held },
      },
    );
    const deps = { voices: voices(table()), conversations: conversations(table()), agents: agents(table()) };
    const run = { ...deps, longestCallS: 3_600, nowMs: () => nowMs };

    expect(await allOf(overdueVoices(run))).toEqual([]);
    expect(asked).toEqual(['Query', 1, 1]);
    expect(await allOf(stuckClaims(run))).toMatchObject([{ reason: 'claim_stuck', conversation_id: 'open' }]);
    expect(asked.slice(3)).toEqual(['Query', 1]);
  });
});
