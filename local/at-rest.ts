import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ElevenLabsSimulator } from './elevenlabs/elevenlabs-simulator';
import { emulatorClient } from './event-sources/emulator-client';
import type { Functions } from './lambda/functions';
import type { DeployedStack } from './stack/deployed-stack';

interface StackParts {
  readonly deployed: Pick<DeployedStack, 'queueSources'>;
  readonly functions: Pick<Functions, 'busy'>;
  readonly simulator: Pick<ElevenLabsSimulator, 'state'>;
  readonly awsUrl: string;
  readonly region: string;
}

/** Tells whether a stack is at work. */
export interface RestWatch {
  /** Tells whether no function works, no request to ElevenLabs is open, and no job can be received now. */
  readonly isAtRest: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Watches a stack. Jobs that are delayed or wait for their next attempt do not count as work. */
export const watchRest = ({ deployed, functions, simulator, awsUrl, region }: StackParts): RestWatch => {
  const sqs = new SQSClient({ ...emulatorClient(awsUrl, region), useQueueUrlAsEndpoint: false });
  const isEmpty = async (QueueUrl: string): Promise<boolean> => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0) === 0;
  };
  return {
    isAtRest: async () => {
      const isIdle = (): boolean => functions.busy() === 0 && simulator.state.concurrency.current === 0;
      if (!isIdle()) return false;
      const empty = await Promise.all(deployed.queueSources.map(({ queueUrl }) => isEmpty(queueUrl)));
      return isIdle() && empty.every(Boolean);
    },
    close: () => {
      sqs.destroy();
      return Promise.resolve();
    },
  };
};
