import { asText, ofType, rightsOfFunctions, synthesizedResources } from '../support/iam';
import { inPlainNode } from '../support/in-plain-node';
import { synthesized } from '../support/templates';

/** What AWS wants to see allowed for what the SDK is told to do. */
const actionsOf: Readonly<Record<string, readonly string[]>> = {
  GetSecretValueCommand: ['secretsmanager:GetSecretValue'],
  GetItemCommand: ['dynamodb:GetItem'],
  BatchGetItemCommand: ['dynamodb:BatchGetItem'],
  PutItemCommand: ['dynamodb:PutItem'],
  UpdateItemCommand: ['dynamodb:UpdateItem'],
  DeleteItemCommand: ['dynamodb:DeleteItem'],
  QueryCommand: ['dynamodb:Query'],
  // Without the right to list, S3 says 403 and not 404 of an object that does not exist.
  GetObjectCommand: ['s3:GetObject', 's3:ListBucket'],
  ListObjectsV2Command: ['s3:ListBucket'],
  PutObjectCommand: ['s3:PutObject'],
  DeleteObjectCommand: ['s3:DeleteObject'],
  DeleteObjectsCommand: ['s3:DeleteObject'],
  // The parts and their completion are s3:PutObject, too.
  Upload: ['s3:PutObject', 's3:AbortMultipartUpload'],
  // A form carries the rights of the function that signed it.
  createPresignedPost: ['s3:PutObject'],
  SendMessageCommand: ['sqs:SendMessage'],
  SendMessageBatchCommand: ['sqs:SendMessage'],
  ChangeMessageVisibilityCommand: ['sqs:ChangeMessageVisibility'],
  GetQueueAttributesCommand: ['sqs:GetQueueAttributes'],
  PutEventsCommand: ['events:PutEvents'],
};

/** What Lambda itself does in a function's name. */
const ofEveryFunction = [
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

/** What Lambda does to read a queue; the CDK adds the two last ones, which tell and change nothing beyond that. */
const ofQueueReaders = [
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ChangeMessageVisibility',
  'sqs:GetQueueUrl',
];

/** What Lambda does to read a stream, and to park what could not be worked off. */
const ofStreamReaders = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
  'sqs:SendMessage',
];

const resources = synthesizedResources();
const rights = rightsOfFunctions(resources);
const sources = ofType(resources, 'AWS::Lambda::EventSourceMapping').map(([, properties]) => ({
  functionId: asText(properties['FunctionName']).slice(2, -1),
  source: asText(properties['EventSourceArn']),
  failures: asText(
    (properties['DestinationConfig'] as { OnFailure?: { Destination?: unknown } } | undefined)?.OnFailure?.Destination,
  ),
}));

const sourcesOf = (functionId: string) => sources.filter((each) => each.functionId === functionId);

const folders = new Map(Object.entries(synthesized().folders));

/** What of the AWS SDK each handler can come to use, by its folder. */
const calls = new Map(
  Object.entries(inPlainNode('sdkCalls', [...folders.values()]) as Record<string, readonly string[]>),
);

const neededBy = (functionId: string): string[] => {
  const commands = calls.get(folders.get(functionId) ?? '') ?? [];
  const reading = sourcesOf(functionId).flatMap(({ source }) =>
    source.endsWith('.StreamArn}') ? ofStreamReaders : ofQueueReaders,
  );
  const byCode = commands.flatMap((command) => actionsOf[command] ?? [`nobody has said what ${command} needs`]);
  return [...new Set([...ofEveryFunction, ...reading, ...byCode])].toSorted();
};

const functionIds = [...rights.keys()];

describe('what functions may do at AWS', () => {
  it.each(functionIds)('given %s, then it may do what its code and its event source do, and nothing else', (id) => {
    const granted = [...new Set(rights.get(id)?.map(({ action }) => action))].toSorted();

    expect(granted).toEqual(neededBy(id));
  });

  it('given the ledger, then its index is gone through, and its items are reached by their keys', () => {
    const ofLedger = [...rights.values()].flat().filter(({ action }) => /^dynamodb:(\w*Item|Query|Scan)$/.test(action));

    for (const { action, resource } of ofLedger)
      expect(resource).toMatch(action === 'dynamodb:Query' ? /^\$\{\w+\.Arn\}\/index\/by-kind$/ : /^\$\{\w+\.Arn\}$/);
    expect(ofLedger.length).toBeGreaterThan(30);
  });

  it('given all functions, then their handlers were found, and the code does something at AWS', () => {
    expect([...folders.keys()].toSorted()).toEqual(functionIds.toSorted());
    for (const folder of folders.values()) expect(calls.get(folder)).not.toEqual([]);
  });
});

describe('what functions may reach at AWS', () => {
  it.each(functionIds)('given %s, then it is what its settings name, or where its events come from', (id) => {
    const properties = resources[id]?.Properties as { Environment: { Variables: Record<string, unknown> } };
    const named = Object.values(properties.Environment.Variables).map(asText);
    const reached = (rights.get(id) ?? []).filter(({ action }) => /^(secretsmanager|sqs|s3):/.test(action));

    for (const { resource } of reached) {
      const [, target = ''] = /^\$\{(\w+)/.exec(resource) ?? [];
      const ofEvents = sourcesOf(id).flatMap(({ source, failures }) => [source, failures]);
      expect([...named, ...ofEvents.map((text) => text.replace('.Arn}', '}'))]).toContain(`\${${target}}`);
    }
    const secrets = Object.entries(properties.Environment.Variables).filter(([name]) => name.endsWith('_SECRET_ARN'));
    const readable = reached.filter(({ action }) => action.startsWith('secretsmanager:'));
    expect(readable.map(({ resource }) => resource).toSorted()).toEqual(
      secrets.map(([, value]) => asText(value)).toSorted(),
    );
  });
});
