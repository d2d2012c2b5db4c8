import { randomUUID } from 'node:crypto';
import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { JobQueue } from '../aws/job-queue';
import type { Test, Transition } from '../platform/transition';
import type { IndexEntry, ItemFilter } from './by-kind';
import type { LedgerTable } from './table';

/** The items of one aggregate. */
export interface Aggregate<Item> {
  /** Reads an item with strong consistency. Returns undefined if it does not exist. Throws 503. */
  read(id: string): Promise<Item | undefined>;
  /** Writes a transition without a job. Returns false if its conditions no longer hold. Throws 503. */
  write(id: string, transition: Transition): Promise<boolean>;
  /**
   * Writes a transition that may safely be repeated, and returns the item after it. Returns undefined if its conditions
   * do not hold. Throws 503.
   */
  change(id: string, transition: Transition): Promise<Item | undefined>;
  /**
   * Reads up to 100 items with strong consistency, in the order of their ids. Omits items that do not exist. Throws
   * 503.
   */
  readMany(ids: readonly string[]): Promise<readonly Item[]>;
  /**
   * Lists the items that match, soonest expiry first, each as it is when it is read. May miss items of the last second.
   * Throws 503.
   */
  list(only?: ItemFilter): AsyncIterable<Item>;
  /** Lists the index entries that match. Reads are eventually consistent. Throws 503. */
  listEntries(only?: ItemFilter): AsyncIterable<IndexEntry>;
}

/** Accepts the jobs of transitions. */
export type JobSink<Job> = Pick<JobQueue<Job>, 'enqueue'>;

/** What distinguishes the items of one aggregate from those of another. */
export interface AggregateKind<Item> {
  /** The kind in the index. In upper case, it is the prefix of each key. */
  readonly kind: string;
  readonly schema: z.ZodType<Item>;
}

/** Returns the key of an item. */
export const itemKey = (kind: string, id: string): string => `${kind.toUpperCase()}#${id}`;

/** Creates the store of the items of this kind in the ledger. Only this store writes them. */
export const aggregate = <Item>(table: LedgerTable, { kind, schema }: AggregateKind<Item>): Aggregate<Item> => ({
  read: (id) => table.get(itemKey(kind, id), schema),
  write: (id, transition) => writeTransition(table, itemKey(kind, id), kind, transition),
  change: (id, { region, from, to }) =>
    table.updateAndRead(
      itemKey(kind, id),
      expressionOf(from, { ...to, kind, [`nonce_${region}`]: randomUUID() }),
      schema,
    ),
  readMany: async (ids) => {
    if (ids.length === 0) return [];
    const items = await table.getMany(ids.map((id) => itemKey(kind, id)));
    return ids.flatMap((id) => {
      const item = items.get(itemKey(kind, id));
      return item === undefined ? [] : [schema.parse(item)];
    });
  },
  list: (only) => table.listItems(kind, schema, only),
  listEntries: (only) => table.listEntries(kind, only),
});

/**
 * Writes a transition, then queues its job. Returns false and queues nothing if its conditions no longer hold. If the
 * process stops in between, reconcile or the item's expiry resumes the work. Throws 503 when an AWS service fails.
 */
export const carryOut = async <Job>(
  items: Pick<Aggregate<unknown>, 'write'>,
  id: string,
  { enqueue, ...write }: Transition<Job>,
  jobs: JobSink<Job>,
): Promise<boolean> => {
  if (!(await items.write(id, write))) return false;
  if (enqueue !== undefined) await jobs.enqueue(enqueue.job, enqueue.delayS);
  return true;
};

/**
 * Writes a transition with one conditional update. If the response is lost, the SDK repeats the write, and the first
 * write makes the condition fail. The nonce in the transition's region then shows that this write succeeded.
 */
const writeTransition = async (
  table: LedgerTable,
  pk: string,
  kind: string,
  { region, from, to }: Transition,
): Promise<boolean> => {
  const nonce = randomUUID();
  const nonceField = `nonce_${region}`;
  const isOwn = async (): Promise<boolean> => (await table.get(pk, z.looseObject({})))?.[nonceField] === nonce;
  const update = table.tryUpdate(pk, expressionOf(from, { ...to, kind, [nonceField]: nonce }));
  const outcome = await update.catch(async (error: unknown) => {
    if (await isOwn().catch(() => false)) return 'written' as const;
    throw error;
  });
  return outcome === 'refused-after-retry' ? isOwn() : outcome === 'written';
};

type Expression = Omit<UpdateCommandInput, 'TableName' | 'Key'>;

/** Builds DynamoDB's expressions for these conditions and fields. */
export const expressionOf = (from: Transition['from'], to: Transition['to']): Expression => {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const path = (text: string): string =>
    text
      .split('.')
      .map((part) => nameOf(part, names))
      .join('.');
  const aliasOf = (value: unknown): string => {
    const alias = `:v${Object.keys(values).length}`;
    values[alias] = value;
    return alias;
  };
  const conditions = Object.entries(from).map(([field, tests]) => {
    const alternatives = [tests].flat().map((test) => conditionOf(path(field), test, aliasOf));
    const condition = alternatives.join(' OR ');
    return alternatives.length > 1 ? `(${condition})` : condition;
  });
  const changes = Object.entries(to);
  const sets = changes
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${path(field)} = ${aliasOf(value)}`);
  const removes = changes.filter(([, value]) => value === undefined).map(([field]) => path(field));
  return {
    UpdateExpression: [
      ...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []),
      ...(removes.length > 0 ? [`REMOVE ${removes.join(', ')}`] : []),
    ].join(' '),
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
};

const nameOf = (part: string, names: Record<string, string>): string => {
  const known = Object.keys(names).find((alias) => names[alias] === part);
  const alias = known ?? `#n${Object.keys(names).length}`;
  names[alias] = part;
  return alias;
};

const conditionOf = (field: string, test: Test, aliasOf: (value: unknown) => string): string => {
  if (test === 'absent') return `attribute_not_exists(${field})`;
  if (test === 'present') return `attribute_exists(${field})`;
  if (test === 'empty') return `size(${field}) = ${aliasOf(0)}`;
  if ('is' in test) return `${field} = ${aliasOf(test.is)}`;
  if ('oneOf' in test) return `${field} IN (${test.oneOf.map(aliasOf).join(', ')})`;
  if ('above' in test) return `${field} > ${aliasOf(test.above)}`;
  return 'below' in test ? `${field} < ${aliasOf(test.below)}` : `${field} <= ${aliasOf(test.atMost)}`;
};
