import { createHash } from 'node:crypto';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { RunningStack } from './running-stack';

/** What was found where: `DynamoDB CALLER#…`, `S3 callers/…`, `SQS VoiceDeletionsQueue…`, `ElevenLabs agent_1`. */
export type Places = Record<string, string>;

/** Everything that a stack stores, as text, by the place where it was found. Objects have their digest as well. */
export const everythingIn = async (running: RunningStack): Promise<Places> => {
  const items = Object.entries(await running.ledger()).map(([pk, item]) => [`DynamoDB ${pk}`, textOf(item)]);
  const objects = Object.entries(await running.objects()).map(([key, bytes]) => [
    `S3 ${key}`,
    `${key} ${createHash('sha256').update(bytes).digest('hex')} ${bytes.toString('latin1')}`,
  ]);
  const { voices, agents } = running.elevenLabs.state;
  const atElevenLabs = [
    ...voices.map((voice) => [`ElevenLabs ${voice.voiceId}`, textOf(voice)]),
    // ElevenLabs keeps an agent's versions for ever, and its API deletes none: docs/PRIVACY.md says so.
    ...agents.map(({ agentId, body }) => [`ElevenLabs ${agentId}`, textOf(body)]),
  ];
  return Object.fromEntries([...items, ...objects, ...atElevenLabs, ...(await messagesOf(running))]) as Places;
};

/** The places that hold any of these texts. */
export const placesWith = (places: Places, texts: readonly string[]): string[] =>
  Object.entries(places)
    .filter(([place, content]) => texts.some((text) => place.includes(text) || content.includes(text)))
    .map(([place]) => place)
    .sort();

/** The SHA-256 of a file, in hex. */
export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (part instanceof Set ? [...(part as Set<unknown>)] : part));

/** What waits in every queue, dead letters included; each message is shown again at once. */
const messagesOf = async ({ stack }: RunningStack): Promise<string[][]> => {
  const { places, deployed } = stack;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const sqs = new SQSClient({ endpoint: places.awsUrl, region: places.region, credentials });
  const found: string[][] = [];
  for (const [id, QueueUrl] of Object.entries(deployed.queues)) {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    const { Messages = [] } = await sqs.send(receive);
    found.push(...Messages.map(({ MessageId, Body }) => [`SQS ${id} ${MessageId ?? ''}`, Body ?? '']));
  }
  sqs.destroy();
  return found;
};
