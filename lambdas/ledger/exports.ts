import { callerExport, type CallerExport } from '../callers/export/export';
import { type Aggregate, aggregate, itemKey } from './aggregate';
import type { LedgerTable } from './table';

/** The EXPORT items. */
export interface Exports extends Aggregate<CallerExport> {
  /** Takes the item of a cancelled export away. Throws 503. */
  remove(id: string): Promise<void>;
}

/** The exports of this ledger. */
export const exportsOf = (table: LedgerTable): Exports => ({
  ...aggregate<CallerExport>(table, { kind: 'export', schema: callerExport }),
  remove: (id) => table.remove(itemKey('export', id)),
});
