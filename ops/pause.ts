import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Installation } from './installation';
import { readItem } from './ledger';

type Stored = Pick<Installation, 'clients' | 'table'>;

const pk = 'PAUSE';
const pause = z.object({ paused_at: z.number() });

/** Maximum time until the functions notice that a pause began or ended, in seconds. */
export const pauseTakesS = 10;

/** Returns when the current pause began, in unix milliseconds, or undefined if the installation is not paused. */
export const pausedSinceMs = async (installation: Stored): Promise<number | undefined> =>
  (await readItem(installation, pk, pause))?.paused_at;

/**
 * Pauses the installation: pre-calls get a 503, and other calls continue without clones. Ends of calls are still
 * processed. Does not change an existing pause.
 */
export const pauseInstallation = async (installation: Stored, nowMs: number): Promise<void> => {
  if ((await pausedSinceMs(installation)) !== undefined) return;
  const { clients, table: TableName } = installation;
  await clients.dynamoDb.send(new PutCommand({ TableName, Item: { pk, kind: 'pause', paused_at: nowMs } }));
};

/** Ends the pause, if any. */
export const resumeInstallation = async ({ clients, table: TableName }: Installation): Promise<void> => {
  await clients.dynamoDb.send(new DeleteCommand({ TableName, Key: { pk } }));
};
