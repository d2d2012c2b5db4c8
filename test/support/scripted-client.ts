/** What a client of AWS' SDK has that this needs. */
interface Client {
  readonly middlewareStack: { add(middleware: never, options: { step: 'serialize'; priority: 'high' }): void };
}

type Next = (next: unknown, context: { commandName: string }) => (args: { input: object }) => Promise<unknown>;

/** A client whose requests never leave the process. */
export interface Scripted<C> {
  readonly client: C;
  /** The names and inputs of what was sent. */
  readonly sent: { readonly command: string; readonly input: object }[];
  /** What the next requests are answered with: an output as AWS sends it, or an error. */
  answer: object;
}

/** Answers every request of a client in AWS' place. */
export const scripted = <C extends Client>(client: C, answer: object = {}): Scripted<C> => {
  const script: Scripted<C> = { client, sent: [], answer };
  const middleware: Next =
    (_next, { commandName }) =>
    ({ input }) => {
      script.sent.push({ command: commandName, input });
      if (script.answer instanceof Error) return Promise.reject(script.answer);
      return Promise.resolve({ response: {}, output: { $metadata: {}, ...script.answer } });
    };
  client.middlewareStack.add(middleware as never, { step: 'serialize', priority: 'high' });
  return script;
};
