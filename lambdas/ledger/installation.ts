import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { LedgerTable } from './table';

const key = 'INSTALLATION';
const installation = z.object({ installation_id: z.string().regex(/^[0-9a-f]{16}$/) });

/**
 * Returns the random id that marks this installation's voices among all voices of the workspace. Creates it on the
 * first call. If two calls create it at the same time, both return the one stored first.
 */
export const installationId = async (table: LedgerTable): Promise<string> => {
  const known = await table.get(key, installation);
  if (known !== undefined) return known.installation_id;
  const newId = randomBytes(8).toString('hex');
  const isFirst = await table.put({
    Item: { pk: key, kind: 'installation', installation_id: newId, made_at: Date.now() },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  return isFirst ? newId : installationId(table);
};
