/** Does nothing: the least that a function takes to start and to answer. */
export const handler = (): Promise<object> => Promise.resolve({ statusCode: 200, body: '{}' });
