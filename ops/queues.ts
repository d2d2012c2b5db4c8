import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { type DeletionJob, deletionJob } from '../lambdas/voices/deletion-job';
import { type Installation, required } from './installation';

/** The number of jobs in a queue. AWS's counts are approximate. */
export interface QueueDepth {
  /** Logical id: `ClonesQueue`, `ClonesDeadLetters`. */
  readonly name: string;
  readonly waiting: number;
  /** Jobs that a worker is processing, or that become visible later. */
  readonly underWay: number;
  /** Whether this is a dead-letter queue, which only receives jobs that have failed permanently. */
  readonly isParked: boolean;
}

const attributesOf = async ({ clients: { sqs } }: Installation, QueueUrl: string): Promise<Record<string, string>> => {
  const query = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
  return (await sqs.send(query)).Attributes ?? {};
};

const isParkedName = (name: string): boolean => /(DeadLetters|Failures)$/.test(name);

/** Returns the depth of every queue, by name. */
export const queueDepths = async (installation: Installation): Promise<QueueDepth[]> => {
  const depths = Object.entries(installation.queues).map(async ([name, url]) => {
    const attributes = await attributesOf(installation, url);
    const count = (attribute: string): number => Number(attributes[attribute] ?? 0);
    return {
      name,
      waiting: count('ApproximateNumberOfMessages'),
      underWay: count('ApproximateNumberOfMessagesNotVisible') + count('ApproximateNumberOfMessagesDelayed'),
      isParked: isParkedName(name),
    };
  });
  return (await Promise.all(depths)).sort((a, b) => a.name.localeCompare(b.name));
};

/** Queues a job for the voice-deletion worker as the functions do. Ends of calls have their own queue. */
export const queueDeletion = async (installation: Installation, job: DeletionJob): Promise<void> => {
  const own = job.reason === 'conversation_ended' ? installation.queues['CallEndsQueue'] : undefined;
  const QueueUrl = own ?? required(installation.queues, 'VoiceDeletionsQueue', installation);
  const MessageBody = JSON.stringify(deletionJob.parse(job));
  await installation.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
};

/** A job that has failed permanently. It contains ids only. */
export interface ParkedJob {
  readonly queue: string;
  readonly sentAtMs: number;
  readonly attempts: number;
  readonly body: string;
}

/** Reads up to ten failed jobs of each queue. The jobs stay in the queue and remain visible to other readers. */
export const parkedJobs = async (installation: Installation): Promise<ParkedJob[]> => {
  const queues = Object.entries(installation.queues).filter(([name]) => isParkedName(name));
  const found = queues.map(async ([queue, QueueUrl]) => {
    const peek = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
    });
    const { Messages = [] } = await installation.clients.sqs.send(peek);
    return Messages.map(({ Body: body = '', Attributes = {} }) => ({
      queue,
      sentAtMs: Number(Attributes.SentTimestamp ?? 0),
      attempts: Number(Attributes.ApproximateReceiveCount ?? 0),
      body,
    }));
  });
  return (await Promise.all(found)).flat();
};

/** The progress of a redrive. */
export interface Redrive {
  readonly queue: string;
  readonly status: string;
  readonly moved: number;
}

/**
 * Starts redriving all failed jobs of a dead-letter queue to their source queue, with receive counts reset. `queue`
 * names either queue. Throws OperationError if the queue does not exist.
 */
export const startRedrive = async (installation: Installation, queue: string): Promise<string> => {
  const wanted = queue.replace(/(Queue|DeadLetters)$/, '');
  const parked = Object.fromEntries(
    Object.entries(installation.queues).filter(([name]) => name.endsWith('DeadLetters')),
  );
  const url = required(parked, `${wanted}DeadLetters`, installation);
  const SourceArn = (await attributesOf(installation, url))['QueueArn'];
  await installation.clients.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
  return `${wanted}DeadLetters`;
};

/** Returns the progress of the latest redrive of a dead-letter queue. */
export const redriveStatus = async (installation: Installation, queue: string): Promise<Redrive> => {
  const url = required(installation.queues, queue, installation);
  const SourceArn = (await attributesOf(installation, url))['QueueArn'];
  const { Results = [] } = await installation.clients.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
  const [newest] = Results;
  return { queue, status: newest?.Status ?? 'UNKNOWN', moved: newest?.ApproximateNumberOfMessagesMoved ?? 0 };
};
