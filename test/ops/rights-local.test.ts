import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { run } from '../../cli/run';
import { callerHashOf as hashOf } from '../support/caller-keys';
import { until } from '../support/eventually';
import { type RunningStack, startStack } from '../support/running-stack';
import { operated } from './operated';

let running: RunningStack;
const wav = join(__dirname, '..', '..', 'events', 'samples', 'caller.wav');
const [erased, withdrawn, other] = ['+31612345678', '+31687654321', '+31611111111'] as const;

const precall = async (...args: string[]) => {
  const out: string[] = [];
  const exitCode = await run([...args, '--port', new URL(running.stack.url).port], {
    env: {},
    print: (line) => void out.push(line),
    note: () => undefined,
    redraw: undefined,
  });
  return { exitCode, text: out.join('\n') };
};
const callerItem = async (phone: string) => (await running.ledger())[`CALLER#${hashOf(phone)}`];
const hasSamples = async (phone: string) => ((await callerItem(phone))?.['enrolled'] ?? []) as unknown[];

beforeAll(async () => {
  running = await startStack({}, operated);
});
afterAll(() => running.close());

describe('the log of erasures and withdrawals', () => {
  it('given a table that was restored from before them, when repeated, then they hold again, and others keep theirs', async () => {
    for (const phone of [erased, withdrawn, other]) await precall('caller', 'enrol', phone, '--sample', wav);
    const backup = await running.ledger();
    expect(await precall('caller', 'erase', erased, '--yes')).toMatchObject({ exitCode: 0 });
    expect(await precall('caller', 'withdraw', withdrawn, '--yes')).toMatchObject({ exitCode: 0 });
    await until(async () => Object.values(await running.ledger()).some(({ state }) => state === 'done'));

    // The restore: the items of the backup replace those of today.
    const { awsUrl, region, table } = running.stack.places;
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
    const dynamoDb = new DynamoDBClient({ endpoint: awsUrl, region, credentials });
    for (const phone of [erased, withdrawn])
      await DynamoDBDocumentClient.from(dynamoDb).send(
        new PutCommand({ TableName: table, Item: backup[`CALLER#${hashOf(phone)}`] }),
      );
    dynamoDb.destroy();
    expect(await hasSamples(erased)).toHaveLength(1);
    expect((await precall('rights', 'list')).text).toContain('1 erasure, 1 withdrawal.');

    expect(await precall('rights', 'repeat')).toMatchObject({ exitCode: 2 });
    expect(await precall('rights', 'repeat', '--yes')).toMatchObject({ exitCode: 0 });

    await until(async () => (await callerItem(erased))?.['erased_at'] !== undefined);
    await until(async () => JSON.stringify(await callerItem(withdrawn)).includes('"withdrawn"'));
    for (const phone of [erased, withdrawn]) expect(await hasSamples(phone)).toEqual([]);
    expect(await hasSamples(other)).toHaveLength(1);
    await until(
      async () =>
        Object.values(await running.ledger()).filter(({ kind, state }) => kind === 'erasure' && state === 'done')
          .length === 2,
    );
  });
});
