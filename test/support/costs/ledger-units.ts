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

/** Whether the index by kind and expiry has an item, and under which key. */
const indexKey = (item: Item | undefined): string | undefined =>
  item?.['kind'] === undefined || item['expires_at'] === undefined
    ? undefined
    : JSON.stringify([item['kind'], item['expires_at']]);

/**
 * What a write costs in the table and in the index, which holds whole items; one whose condition fails costs as much in
 * the table.
 */
export const writeUnits = (before: Item | undefined, after: Item | undefined): number => {
  const [was, is] = [before, after].map((item) => (item === undefined ? 0 : itemBytes(item))) as [number, number];
  const table = unitsOf(Math.max(was, is), kb);
  const [oldKey, newKey] = [indexKey(before), indexKey(after)];
  if (JSON.stringify(before) === JSON.stringify(after)) return table;
  if (oldKey !== undefined && oldKey === newKey) return table + unitsOf(Math.max(was, is), kb);
  return table + (oldKey === undefined ? 0 : unitsOf(was, kb)) + (newKey === undefined ? 0 : unitsOf(is, kb));
};

/** What a strongly consistent read of one item costs, found or not. */
export const readUnits = (item: Item | undefined): number => unitsOf(item === undefined ? 0 : itemBytes(item), 4 * kb);

/** What a query of the index costs, which is eventually consistent: its items together. */
export const queryUnits = (items: readonly Item[]): number =>
  unitsOf(
    items.reduce((sum, item) => sum + itemBytes(item), 0),
    4 * kb,
  ) / 2;
