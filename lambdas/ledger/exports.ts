import { callerExport, type CallerExport } from '../callers/export/export';
import { type Aggregate, aggregate, itemKey } from './aggregate';
import type { LedgerTable } from './table';

/** The EXPORT items. */
export interface Exports extends Aggregate<CallerExport> {
  /** Deletes the item of a cancelled export. Throws 503 when DynamoDB fails. */
  remove(id: string): Promise<void>;
}

/** Creates the store of exports in this ledger. */
export const exportsOf = (table: LedgerTable): Exports => ({
  ...aggregate<CallerExport>(table, { kind: 'export', schema: callerExport }),
  remove: (id) => table.remove(itemKey('export', id)),
});
