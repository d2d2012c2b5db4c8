import * as z from 'zod';

const reply = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

const parseReply = (payload: Buffer): z.infer<typeof reply> | 'malformed' => {
  const parsed = reply.safeParse(JSON.parse(payload.toString('utf8')));
  return parsed.success ? parsed.data : 'malformed';
};

/**
 * Returns which items of a batch a function reports as failed. As on AWS, a response without a list means success. If
 * the list is malformed or names an item outside the batch, all items failed.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const failedItems = (payload: Buffer, batch: readonly string[]): ReadonlySet<string> => {
  const parsed = parseReply(payload);
  if (parsed === 'malformed') return new Set(batch);
  const failed = parsed?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier) ?? [];
  return failed.every((id) => batch.includes(id)) ? new Set(failed) : new Set(batch);
};
