import { projectedAttributes } from '../../../lambdas/ledger/by-kind';

/** A value as DynamoDB's low-level API has it: `{ "S": "…" }`. */
export type AttributeValue = Readonly<Record<string, unknown>>;

/** An item by its attributes' names. */
export type Item = Readonly<Record<string, AttributeValue>>;

const kb = 1024;
/** A write unit is 1 KB, a read unit 4 KB. */
const unitsOf = (bytes: number, perUnit: number): number => Math.max(1, Math.ceil(bytes / perUnit));

/**
 * How large DynamoDB takes an item to be:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

const valueBytes = (value: AttributeValue): number => {
  const [[type, content] = ['NULL', true]] = Object.entries(value);
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(content));
    case 'N':
      return numberBytes(String(content));
    case 'BOOL':
    case 'NULL':
      return 1;
    case 'L':
      return (content as AttributeValue[]).reduce((sum, each) => sum + 1 + valueBytes(each), 3);
    case 'M':
      return Object.entries(content as Item).reduce(
        (sum, [name, each]) => sum + 1 + Buffer.byteLength(name) + valueBytes(each),
        3,
      );
    case 'SS':
      return (content as string[]).reduce((sum, each) => sum + Buffer.byteLength(each), 0);
    default:
      throw new Error(`No size for the type ${type}.`);
  }
};

/** Two digits a byte, and one more. */
const numberBytes = (text: string): number => Math.ceil(text.replace(/[-.]/g, '').length / 2) + 1;

/** What the index by kind and expiry has of an item: its keys and what it projects. Undefined without both keys. */
const indexed = (item: Item | undefined): Item | undefined => {
  if (item?.['kind'] === undefined || item['expires_at'] === undefined) return undefined;
  const names = ['pk', 'kind', 'expires_at', ...projectedAttributes];
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
};

/** The index is sorted by the expiry: a new one moves an entry, which is a delete and a put. */
const isMoved = (was: Item, is: Item): boolean =>
  JSON.stringify(was['expires_at']) !== JSON.stringify(is['expires_at']);

const indexUnits = (was: Item | undefined, is: Item | undefined): number => {
  if (JSON.stringify(was) === JSON.stringify(is)) return 0;
  const [old, now] = [was, is].map((entry) => (entry === undefined ? 0 : unitsOf(itemBytes(entry), kb)));
  return was === undefined || is === undefined || isMoved(was, is) ? old! + now! : Math.max(old!, now!);
};

/**
 * What a write costs in the table, and in the index if that changes; one whose condition fails costs as much in the
 * table.
 */
export const writeUnits = (before: Item | undefined, after: Item | undefined): number => {
  const [was, is] = [before, after].map((item) => (item === undefined ? 0 : itemBytes(item))) as [number, number];
  return unitsOf(Math.max(was, is), kb) + indexUnits(indexed(before), indexed(after));
};

/** What a strongly consistent read of one item costs, found or not. */
export const readUnits = (item: Item | undefined): number => unitsOf(item === undefined ? 0 : itemBytes(item), 4 * kb);
