import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InvocationResult } from '../../local/lambda/invocation-result';

/** The repository. */
export const root = join(__dirname, '..', '..');

/** A row of the table in docs/INVOKE.md. */
export interface EventRow {
  readonly functionId: string;
  readonly file: string;
  /** What the function answers, in short. */
  readonly answer: string;
  /** An event of its log that tells what it did. */
  readonly logged: string;
}

/** The table in docs/INVOKE.md. */
export const eventRows = (): EventRow[] =>
  [
    ...readFileSync(join(root, 'docs', 'INVOKE.md'), 'utf8').matchAll(
      /^\| `(\w+Function)`\s*\| `([\w-]+\.json)`\s*\| ([^|]+?)\s*\| `(\w+)`\s*\|$/gm,
    ),
  ].map(([, functionId, file, answer, logged]) => ({
    functionId: functionId!,
    file: file!,
    answer: answer!,
    logged: logged!,
  }));

/** The stored events: every JSON file but the file of variables. */
export const eventFiles = (): string[] =>
  readdirSync(join(root, 'events')).filter((name) => name.endsWith('.json') && name !== 'env.local.json');

/** A stored event. */
export const readEvent = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(root, 'events', file), 'utf8')) as Record<string, unknown>;

/** A result as the table writes it. */
export const inShort = (result: InvocationResult): string => {
  if (result.status !== 'ok') return result.status === 'error' ? result.errorType : result.status;
  const answer = JSON.parse(result.payload.toString('utf8')) as Record<string, unknown>;
  if (typeof answer['statusCode'] === 'number') {
    const { error_code: code } = JSON.parse(String(answer['body'])) as { error_code?: string };
    return code === undefined ? String(answer['statusCode']) : `${answer['statusCode']} \`${code}\``;
  }
  if (!Array.isArray(answer['batchItemFailures'])) return `\`${result.payload.toString('utf8')}\``;
  return answer['batchItemFailures'].length === 0 ? 'done' : `${answer['batchItemFailures'].length} failed`;
};
