import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Installation } from './installation';
import { readItem } from './ledger';

const pk = 'PAUSE';
const pause = z.object({ paused_at: z.number() });

/** How long the functions may take a pause, or its end, for not yet there, in seconds. */
export const pauseTakesS = 10;

/** Since when the installation is paused, in unix milliseconds; undefined when it is not. */
export const pausedSinceMs = async (installation: Installation): Promise<number | undefined> =>
  (await readItem(installation, pk, pause))?.paused_at;

/**
 * Pauses: pre-calls are answered 503, and other calls go on without clones. Ends are still processed. A pause that is
 * there stays as it is.
 */
export const pauseInstallation = async (installation: Installation, nowMs: number): Promise<void> => {
  if ((await pausedSinceMs(installation)) !== undefined) return;
  const { clients, table: TableName } = installation;
  await clients.dynamoDb.send(new PutCommand({ TableName, Item: { pk, kind: 'pause', paused_at: nowMs } }));
};

/** Ends a pause, if there is one. */
export const resumeInstallation = async ({ clients, table: TableName }: Installation): Promise<void> => {
  await clients.dynamoDb.send(new DeleteCommand({ TableName, Key: { pk } }));
};
