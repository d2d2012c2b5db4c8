import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AwsEmulators, startAwsEmulators } from '../../local/aws/emulators';
import type { BusEvent } from '../../local/aws/event-bus';
import type { LocalSettings } from '../../local/settings';
import { eventually } from './eventually';
import { type RunningStack, startStack } from './running-stack';
import { sharedStack } from './shared-stack';

/** A running stack whose event bus can be seen. */
export interface PostCallStack extends RunningStack {
  readonly aws: AwsEmulators;
  readonly postcallUrl: string;
  /** The record of a call, as soon as the bus was told of it. */
  finishedCall(recordId: string): Promise<Record<string, unknown>>;
}

/** A post-call event, or a call in the flat form. */
export type Payload = Record<string, unknown> & { readonly data: Record<string, unknown> };

/** A sample payload of `events/payloads/`, parsed; `data` replaces or adds fields of its data. */
export const postCallPayload = (name: string, data: Record<string, unknown> = {}): Payload => {
  const file = join(__dirname, '..', '..', 'events', 'payloads', `postcall-${name}.json`);
  const payload = JSON.parse(readFileSync(file, 'utf8')) as Payload;
  return name === 'flat' ? { ...payload, ...data } : { ...payload, data: { ...payload.data, ...data } };
};

/** Starts one, or takes that of the file before. */
export const startPostCallStack = (
  settings: Partial<LocalSettings> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<PostCallStack> =>
  sharedStack(['post-call', settings, environment], async () => {
    const aws = await startAwsEmulators();
    const running = await startStack({ ...settings, AWS_ENDPOINT_URL: aws.url }, environment);
    return {
      ...running,
      aws,
      postcallUrl: `${running.stack.url}/webhook/postcall`,
      finishedCall: (recordId) =>
        eventually(async () => {
          const record = (await running.ledger())[`RECORD#${recordId}`];
          return record?.['announced_at'] === undefined ? undefined : record;
        }),
      empty: async () => {
        await running.empty();
        (aws.busEvents as BusEvent[]).splice(0);
      },
      close: async () => {
        await running.close();
        await aws.close();
      },
    };
  });
