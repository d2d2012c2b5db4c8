import * as z from 'zod';

const index = z.object({
  IndexName: z.string(),
  KeySchema: z.array(z.object({ AttributeName: z.string() })),
  Projection: z.object({ ProjectionType: z.string(), NonKeyAttributes: z.array(z.string()).default([]) }),
});
const described = z.object({
  TableName: z.string(),
  KeySchema: z.array(z.object({ AttributeName: z.string() })),
  GlobalSecondaryIndexes: z.array(index).default([]),
});
const answered = z.union([
  z.object({ Table: described }).transform(({ Table }) => Table),
  z.object({ TableDescription: described }).transform(({ TableDescription }) => TableDescription),
]);
const read = z.object({
  TableName: z.string(),
  IndexName: z.string(),
  FilterExpression: z.string().default(''),
  ProjectionExpression: z.string().default(''),
  ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
});

/** The global indexes of the tables that were created or described, and what they project. */
export interface IndexProjections {
  /** Learns the indexes of a table from the answer to a request about it. Ignores other answers. */
  learn(answer: unknown): void;
  /**
   * Returns why DynamoDB would refuse to read an index: a filter or a projection names an attribute that the index does
   * not have. Dynalite takes it as absent from each item. Returns undefined if nothing is wrong.
   */
  problemOf(request: unknown): string | undefined;
}

/** Creates the projections of no table. */
export const indexProjections = (): IndexProjections => {
  /** The attributes of each index that has not all, by table and index. */
  const known = new Map<string, ReadonlySet<string>>();
  const keyOf = (table: string, name: string): string => JSON.stringify([table, name]);
  return {
    learn: (answer) => {
      const { data } = answered.safeParse(answer);
      for (const { IndexName, KeySchema, Projection } of data?.GlobalSecondaryIndexes ?? []) {
        const keys = [...(data?.KeySchema ?? []), ...KeySchema].map(({ AttributeName }) => AttributeName);
        const key = keyOf(data?.TableName ?? '', IndexName);
        if (Projection.ProjectionType === 'ALL') known.delete(key);
        else known.set(key, new Set([...keys, ...Projection.NonKeyAttributes]));
      }
    },
    problemOf: (request) => {
      const { data } = read.safeParse(request);
      const has = data === undefined ? undefined : known.get(keyOf(data.TableName, data.IndexName));
      if (data === undefined || has === undefined) return undefined;
      const missing = (expression: string): string =>
        [...new Set(attributesOf(expression, data.ExpressionAttributeNames))]
          .filter((name) => !has.has(name))
          .join(', ');
      const [filtered, projected] = [missing(data.FilterExpression), missing(data.ProjectionExpression)];
      const invalid = 'One or more parameter values were invalid: ';
      if (projected !== '') return `${invalid}Global secondary index ${data.IndexName} does not project [${projected}]`;
      return filtered === ''
        ? undefined
        : `${invalid}Secondary index ${data.IndexName} does not project one or more filter attributes: [${filtered}]`;
    },
  };
};

const words: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'IN', 'BETWEEN']);

/** Returns the attributes that an expression names, without the paths below them, functions and values. */
const attributesOf = (expression: string, names: Readonly<Record<string, string>>): readonly string[] =>
  [...expression.matchAll(/(?<![.:#\w])#?\w+\b(?!\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !words.has(name.toUpperCase()) && !/^\d/.test(name))
    .map((name) => names[name] ?? name);
