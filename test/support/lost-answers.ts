import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Makes the next answer get lost of a request whose body holds this text: the SDK then repeats the request. */
export const losesAnswers = (client: DynamoDBClient): ((text: string) => void) => {
  let wanted: string | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { body } = args.request as { body?: unknown };
      if (wanted === undefined || typeof body !== 'string' || !body.includes(wanted)) return result;
      wanted = undefined;
      throw Object.assign(new Error('The answer got lost.'), { name: 'TimeoutError', code: 'ECONNRESET' });
    },
    { step: 'deserialize', name: 'lost-answers' },
  );
  return (text) => (wanted = text);
};
