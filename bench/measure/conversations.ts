import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { type EventSources, startEventSources } from '../../local/event-sources/event-sources';
import type { RelayedRequest } from './relay';
import { postCallEvent, preCallEvent } from './requests';
import { invokeAll, type Rig } from './rig';
import { printTable } from './table';
import { wav } from './wav';

const [blocks, perBlock, atOnce] = [4, 500, 4];

/** How long the voices of a block may take until they are deleted. */
const deletedWithinMs = 600_000;

/** Requests that pollers make whether there is work or not. */
const isPolling = ({ operation }: RelayedRequest): boolean => /^(ReceiveMessage|GetQueue\w+)$/.test(operation);

const sample = wav(200_000);

const runConversation = async ({ functions }: Rig): Promise<void> => {
  const conversationId = `conv_${randomUUID()}`;
  await invokeAll(functions, 'PreCallFunction', [preCallEvent(sample, 'json', conversationId)]);
  await invokeAll(functions, 'PostCallIntakeFunction', [postCallEvent(2_000, conversationId)]);
};

const clonesLeft = ({ simulator }: Rig): number =>
  simulator.state.voices.filter(({ description }) => description?.includes('[precall/') === true).length;

const runBlock = async (rig: Rig): Promise<(string | number)[]> => {
  rig.aws.take();
  rig.elevenLabs.take();
  const startMs = performance.now();
  const limit = pLimit(atOnce);
  await Promise.all(Array.from({ length: perBlock }, () => limit(runConversation, rig)));
  while (clonesLeft(rig) > 0 && performance.now() - startMs < deletedWithinMs) await sleep(100);
  const tookMs = performance.now() - startMs;
  const aws = rig.aws.take().filter((each) => !isPolling(each));
  const each = (count: number): number => count / perBlock;
  const of = (service: string): number => each(aws.filter((request) => request.service === service).length);
  return [
    tookMs / perBlock,
    of('dynamodb'),
    of('s3'),
    of('sqs'),
    each(rig.elevenLabs.take().length),
    String(clonesLeft(rig)),
  ];
};

const startSources = ({ deployed, functions, awsUrl }: Rig): Promise<EventSources> =>
  startEventSources({
    deployed,
    functions,
    awsUrl,
    region: 'eu-central-1',
    sweepS: 3_600,
    schedulesS: 86_400,
    onProblem: (problem) => console.log(problem),
  });

/**
 * Runs 2,000 conversations from pre-call to deleted voice, and prints what each costs, by block of 500. Ends the
 * functions of the first stack.
 */
export const measureConversations = async ([rig]: readonly Rig[]): Promise<void> => {
  if (rig === undefined) return;
  const sources = await startSources(rig);
  const rows: (string | number)[][] = [];
  for (let block = 0; block < blocks; block += 1)
    rows.push([`${block * perBlock + 1} to ${(block + 1) * perBlock}`, ...(await runBlock(rig))]);
  await sources.close();
  const columns = ['conversations', 'ms each', 'DynamoDB', 'S3', 'SQS', 'ElevenLabs', 'voices left'];
  printTable(`Conversations, ${atOnce} at once: time and requests of each`, columns, rows);
};
