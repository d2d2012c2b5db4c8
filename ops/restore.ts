import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type TableDescription,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { caller } from '../lambdas/callers/caller';
import { type Installation, OperationError } from './installation';
import { listItems } from './ledger';
import { pausedSinceMs, pauseInstallation } from './pause';
import { queueDeletion } from './queues';
import { runReconcile } from './reconcile';
import { loggedRights, repeatRights } from './rights';
import { type Api, apiKeyOf, elevenLabsApi, elevenLabsUrlOf } from './setup/api';
import { listVoices } from './voices';

/** The settings with which a stage adopts a table. */
export interface AdoptedTable {
  readonly TABLE_NAME: string;
  readonly TABLE_STREAM_ARN: string;
  /** How long the table's backups are kept, for the receipts of erasures. */
  readonly BACKUP_DAYS: number;
}

/**
 * Gives a restored table what AWS does not restore: the pause, the stream, the expiry of items, backups and protection.
 * Safe to repeat. The pause comes first, so that no function ever meets the table unpaused. The stream comes before the
 * expiry, so that no expired voice is missed. Throws OperationError unless the table is one of Precall's.
 */
export const prepareTable = async (
  { clients }: Pick<Installation, 'clients'>,
  table: string,
  backupDays: number,
  nowMs: number,
): Promise<AdoptedTable> => {
  const found = await describe(clients.tables, table);
  if (!isLedger(found)) throw new OperationError('refused', `${table} has not the key and index of Precall's table.`);
  await pauseInstallation({ clients, table }, nowMs);
  const streamArn = await openStream(clients.tables, table, found);
  await expireItems(clients.tables, table);
  await clients.tables.send(
    new UpdateContinuousBackupsCommand({
      TableName: table,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: backupDays },
    }),
  );
  return { TABLE_NAME: table, TABLE_STREAM_ARN: streamArn, BACKUP_DAYS: backupDays };
};

const describe = async (client: DynamoDBClient, TableName: string): Promise<TableDescription> => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if (Table?.TableStatus === 'ACTIVE') return Table;
  throw new OperationError('refused', `${TableName} is not active yet. Wait until AWS has restored it.`);
};

const isLedger = ({ KeySchema = [], GlobalSecondaryIndexes = [] }: TableDescription): boolean =>
  KeySchema.length === 1 &&
  KeySchema[0]?.AttributeName === 'pk' &&
  GlobalSecondaryIndexes.some(({ IndexName }) => IndexName === 'by-kind');

const updateWithinS = 600;

const openStream = async (client: DynamoDBClient, table: string, found: TableDescription): Promise<string> => {
  const isOpen = found.StreamSpecification?.StreamEnabled === true;
  if (!isOpen || found.DeletionProtectionEnabled !== true)
    await client.send(
      new UpdateTableCommand({
        TableName: table,
        DeletionProtectionEnabled: true,
        ...(!isOpen && { StreamSpecification: { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' } }),
      }),
    );
  await waitUntilTableExists({ client, maxWaitTime: updateWithinS }, { TableName: table });
  const { LatestStreamArn } = await describe(client, table);
  if (LatestStreamArn !== undefined) return LatestStreamArn;
  throw new OperationError('refused', `${table} has no stream yet. Repeat the command in a minute.`);
};

const expireItems = async (client: DynamoDBClient, TableName: string): Promise<void> => {
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  if (TimeToLiveDescription?.AttributeName === 'expires_at') return;
  const TimeToLiveSpecification = { AttributeName: 'expires_at', Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
};

/** What a repair did. */
export interface Repair {
  readonly erasures: number;
  readonly withdrawals: number;
  /** Voices of the ledger that ElevenLabs does not have any more. */
  readonly lostVoices: number;
  /** Voices that were offered to a caller's later calls, and that ElevenLabs does not have any more. */
  readonly withdrawnOffers: number;
  /** What reconcile found, by kind. */
  readonly reconciled: unknown;
}

/**
 * Brings a ledger that was restored from a backup up to date: repeats the erasures and withdrawals since the backup
 * (unix milliseconds), ends the voices and offers that ElevenLabs lost since, and runs reconcile, which finds the
 * voices, agents and calls that the ledger does not know. Safe to repeat. Throws OperationError unless the installation
 * is paused, or if ElevenLabs cannot be asked.
 */
export const repairRestored = async (installation: Installation, sinceMs: number): Promise<Repair> => {
  if ((await pausedSinceMs(installation)) === undefined)
    throw new OperationError('refused', `${installation.title} is not paused. Pause it first: precall pause`);
  const api = elevenLabsApi(elevenLabsUrlOf(installation), await apiKeyOf(installation));
  const rights = await loggedRights(installation, sinceMs);
  await repeatRights(installation, rights);
  const existing = await voicesAtElevenLabs(api);
  const voices = await listVoices(installation);
  const lost = voices.filter(({ state, voice_id }) => state !== 'deleting' && !existing.has(voice_id));
  for (const { voice_id } of lost) await queueDeletion(installation, { reason: 'caller_erased', voice_id });
  const withdrawnOffers = await withdrawOffers(installation, existing);
  return {
    erasures: rights.filter(({ kind }) => kind === 'erasure').length,
    withdrawals: rights.filter(({ kind }) => kind === 'withdrawal').length,
    lostVoices: lost.length,
    withdrawnOffers,
    reconciled: await runReconcile(installation),
  };
};

const page = z.object({
  voices: z.array(z.object({ voice_id: z.string() })),
  has_more: z.boolean(),
  next_page_token: z.string().nullish(),
});

/**
 * Lists the clones of all installations in the workspace. Throws OperationError if the list is incomplete, because
 * every voice that it lacks would count as lost.
 */
const voicesAtElevenLabs = async (api: Api): Promise<ReadonlySet<string>> => {
  const voiceIds = new Set<string>();
  let pageToken = '';
  for (;;) {
    const query = new URLSearchParams({ category: 'cloned', page_size: '100' });
    if (pageToken !== '') query.set('next_page_token', pageToken);
    const path = `/v2/voices?${query.toString()}`;
    const { voices, has_more, next_page_token } = await api.ask({ method: 'GET', path, answer: page });
    voices.forEach(({ voice_id }) => voiceIds.add(voice_id));
    if (!has_more) return voiceIds;
    if (next_page_token == null || next_page_token === pageToken)
      throw new OperationError('refused', 'ElevenLabs did not list all of its voices. Run the command again.');
    pageToken = next_page_token;
  }
};

const keyed = caller.extend({ pk: z.string() });

const withdrawOffers = async (installation: Installation, existing: ReadonlySet<string>): Promise<number> => {
  let withdrawn = 0;
  for await (const { pk, reusable } of listItems(installation, 'caller', keyed)) {
    if (reusable === undefined || existing.has(reusable.voice_id)) continue;
    await withdrawOffer(installation, pk, reusable.voice_id);
    withdrawn += 1;
  }
  return withdrawn;
};

/** Withdraws the offer, unless the caller has another voice by now. */
const withdrawOffer = async ({ clients, table }: Installation, pk: string, voiceId: string): Promise<void> => {
  const change = new UpdateCommand({
    TableName: table,
    Key: { pk },
    UpdateExpression: 'REMOVE reusable',
    ConditionExpression: 'reusable.voice_id = :voice',
    ExpressionAttributeValues: { ':voice': voiceId },
  });
  await clients.dynamoDb.send(change).catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'ConditionalCheckFailedException')) throw error;
  });
};
