import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsIn, type DocumentedCommand } from '../support/documented-commands';
import { ofType, rightsOf, synthesizedResources } from '../support/iam';

const ops = join(__dirname, '..', '..', 'ops');

/** What AWS wants to see allowed for what ops/ sends, and by which of the two policies. */
const actionsOf: Readonly<Record<string, { readonly read?: readonly string[]; readonly act?: readonly string[] }>> = {
  DescribeStacksCommand: { read: ['cloudformation:DescribeStacks'] },
  paginateListStackResources: { read: ['cloudformation:ListStackResources'] },
  GetFunctionConfigurationCommand: { read: ['lambda:GetFunctionConfiguration'] },
  InvokeCommand: { act: ['lambda:InvokeFunction'] },
  paginateFilterLogEvents: { read: ['logs:FilterLogEvents'] },
  paginateDescribeAlarms: { read: ['cloudwatch:DescribeAlarms'] },
  GetCostAndUsageCommand: { read: ['ce:GetCostAndUsage'] },
  GetCommand: { read: ['dynamodb:GetItem'] },
  BatchGetCommand: { read: ['dynamodb:BatchGetItem'] },
  paginateQuery: { read: ['dynamodb:Query'] },
  PutCommand: { act: ['dynamodb:PutItem'] },
  DeleteCommand: { act: ['dynamodb:DeleteItem'] },
  // Restoring a backup is for whoever deploys. Besides, the local stack alone makes voices expire by hand.
  ...Object.fromEntries(
    [
      'UpdateCommand',
      'DescribeTableCommand',
      'DescribeTimeToLiveCommand',
      'UpdateContinuousBackupsCommand',
      'UpdateTableCommand',
      'UpdateTimeToLiveCommand',
    ].map((command) => [command, {}]),
  ),
  paginateListObjectsV2: { read: ['s3:ListBucket'] },
  GetObjectCommand: { read: ['s3:GetObject'], act: ['s3:GetObject'] },
  GetQueueAttributesCommand: { read: ['sqs:GetQueueAttributes'] },
  ListMessageMoveTasksCommand: { read: ['sqs:ListMessageMoveTasks'] },
  ReceiveMessageCommand: { read: ['sqs:ReceiveMessage'] },
  SendMessageCommand: { act: ['sqs:SendMessage'] },
  // AWS receives and deletes the jobs with the rights of whoever redrives them.
  StartMessageMoveTaskCommand: { act: ['sqs:StartMessageMoveTask', 'sqs:DeleteMessage'] },
  DescribeSecretCommand: { read: ['secretsmanager:DescribeSecret'] },
  GetSecretValueCommand: { act: ['secretsmanager:GetSecretValue'] },
  PutSecretValueCommand: { act: ['secretsmanager:PutSecretValue'] },
};

/** What docs/RUNBOOK.md asks of AWS by hand, and what the dashboard and a purge of a queue need. */
const ofRunbook = {
  read: [
    'cloudformation:DescribeStacks',
    'cloudformation:ListStackResources',
    'cloudwatch:GetDashboard',
    'cloudwatch:GetMetricData',
    'events:ListRules',
    'lambda:GetAccountSettings',
    'lambda:ListEventSourceMappings',
    'logs:GetQueryResults',
    'logs:StartQuery',
  ],
  act: ['events:EnableRule', 'lambda:UpdateEventSourceMapping', 'sqs:PurgeQueue'],
};

const runbook = readFileSync(join(__dirname, '..', '..', 'docs', 'RUNBOOK.md'), 'utf8');

/** `aws events list-rules` as IAM writes it: `events:ListRules`. */
const actionOf = ({ args: [service = '', operation = ''] }: DocumentedCommand): string =>
  `${service}:${operation.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())}`;

const sent = (): string[] => {
  const files = readdirSync(ops, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const code = files.map((name) => readFileSync(join(ops, name), 'utf8')).join('\n');
  return [...new Set(code.match(/(?<=new )\w+Command(?=\()|\bpaginate\w+(?=\()/g))].toSorted();
};

const resources = synthesizedResources();
const rights = rightsOf(resources);
const allowedBy = (holder: string): string[] =>
  [...new Set(rights.filter((right) => right.holder === holder).map(({ action }) => action))].toSorted();

describe('the policies for operators', () => {
  it('given what ops/ sends to AWS, then its rights are known', () => {
    expect(sent()).toEqual(Object.keys(actionsOf).toSorted());
  });

  it.each([
    ['OperatorsReadPolicy', 'read'],
    ['OperatorsActPolicy', 'act'],
  ] as const)('given %s, then it allows what the commands and the runbook need, and nothing else', (holder, part) => {
    const needed = [...Object.values(actionsOf).flatMap((each) => each[part] ?? []), ...ofRunbook[part]];

    expect(allowedBy(holder)).toEqual([...new Set(needed)].toSorted());
  });

  it("given the runbook's commands of AWS, then one of the policies allows each", () => {
    const commands = commandsIn(runbook).filter(({ program, args }) => program === 'aws' && args.length > 1);
    const allowed = [...ofRunbook.read, ...ofRunbook.act];

    expect(commands.length).toBeGreaterThan(4);
    expect(commands.map(actionOf).filter((action) => !allowed.includes(action))).toEqual([]);
  });

  it('given both, then reading reaches no words or voice of a caller, and acting writes two items of the ledger alone', () => {
    const read = rights.filter(({ holder, action }) => holder === 'OperatorsReadPolicy' && action === 's3:GetObject');
    const written = rights.filter(
      ({ holder, action }) => holder === 'OperatorsActPolicy' && /(Put|Delete)Item$/.test(action),
    );

    expect(read.map(({ resource }) => resource)).toEqual(['${StorageBucket.Arn}/rights-log/*']);
    for (const { condition } of written)
      expect(condition).toEqual({
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['PAUSE', 'ELEVENLABS_SETUP'] },
      });
  });

  it('given the longest names, then both fit the 6,144 characters of a policy', () => {
    for (const [, { PolicyDocument }] of ofType(resources, 'AWS::IAM::ManagedPolicy')) {
      const references = JSON.stringify(PolicyDocument).match(/"(Ref|Fn::GetAtt)"/g) ?? [];
      expect(JSON.stringify(PolicyDocument).length + references.length * 40).toBeLessThan(6144);
    }
  });
});
