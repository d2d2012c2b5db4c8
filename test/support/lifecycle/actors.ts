import { AsyncLocalStorage } from 'node:async_hooks';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';

type Service = 'dynamodb' | 'sqs' | 's3';

/** Strikes calls by chance: what it answers for an AWS call is how that call fails. */
export type AwsChance = (service: Service, call: string) => AwsFault['effect'] | undefined;

/** An AWS call that is to fail: the first of its service after so many others, before or after it took effect. */
export interface AwsFault {
  readonly service: Service;
  readonly effect: 'before' | 'after';
  /** Calls of the service that are let through first. */
  skip: number;
  /** The call that it struck. */
  struck?: string;
}

/** One run of a use case, as if it had a process of its own. */
interface Actor {
  /** Outside calls until the process is killed. */
  callsLeft: number;
  readonly die: () => void;
}

const actors = new AsyncLocalStorage<Actor>();

/**
 * Runs the work as a process that is killed before its outside call number `killAfter + 1`; then it never comes back.
 */
export const asProcess = <T>(work: () => Promise<T>, killAfter = Infinity): Promise<T | 'killed'> =>
  new Promise((resolve, reject) => {
    const actor = { callsLeft: killAfter, die: () => resolve('killed') };
    actors.run(actor, work).then(resolve, reject);
  });

/** To be awaited before each call to the outside: a killed process stays here for ever. */
export const outsideCall = async (): Promise<void> => {
  const actor = actors.getStore();
  if (actor === undefined) return;
  if (actor.callsLeft <= 0) {
    actor.die();
    await new Promise(() => undefined);
  }
  actor.callsLeft -= 1;
};

const takeFault = (faults: AwsFault[], service: Service): AwsFault | undefined => {
  const index = faults.findIndex((fault) => fault.service === service);
  const fault = faults[index];
  if (fault === undefined || actors.getStore() === undefined) return undefined;
  if (fault.skip > 0) {
    fault.skip -= 1;
    return undefined;
  }
  faults.splice(index, 1);
  return fault;
};

/** What a call is about, as far as its input says. */
const keyOf = (input: object): string => {
  const { Key } = input as { Key?: string | { pk?: unknown } };
  return typeof Key === 'string' ? Key : typeof Key?.pk === 'string' ? Key.pk : '';
};

/** Makes a client's calls outside calls, and lets faults strike them. */
export const expose = (
  client: DynamoDBClient | S3Client | SQSClient,
  service: Service,
  faults: AwsFault[],
  chance: AwsChance = () => undefined,
): void =>
  // Their stacks differ in the types of their inputs only.
  (client as DynamoDBClient).middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        await outsideCall();
        const fault = takeFault(faults, service);
        const call = `${commandName} ${keyOf(args.input)}`.trim();
        if (fault !== undefined) fault.struck = call;
        const effect = fault?.effect ?? (actors.getStore() === undefined ? undefined : chance(service, call));
        if (effect === 'before') throw new Error(`${service} is down`);
        const result = await next(args);
        if (effect === 'after') {
          // A body that nobody reads would fail when the emulator closes.
          const { Body } = result.output as { Body?: { resume?: () => void } };
          Body?.resume?.();
          throw new Error(`the answer of ${service} got lost`);
        }
        return result;
      },
    { step: 'initialize', name: 'outside-call', priority: 'low' },
  );
