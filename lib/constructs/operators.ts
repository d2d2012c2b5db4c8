import { Aws } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { setLogicalId } from './building-blocks/logical-id';
import type { Data } from './data/data';
import type { Reconcile } from './reconcile';

/** What operators read and change. */
export interface OperatorsProps {
  readonly data: Data;
  readonly reconcile: Reconcile;
}

/**
 * The permissions of people who run `npx precall` against this installation. Nobody has them until an administrator
 * attaches the policies. Reading shows the ledger, logs and metrics. Acting adds changes, secret values, and what
 * callers said.
 */
export class Operators extends Construct {
  readonly readPolicy: ManagedPolicy;
  /** What acting needs in addition to reading. */
  readonly actPolicy: ManagedPolicy;

  constructor(scope: Construct, id: string, { data, reconcile }: OperatorsProps) {
    super(scope, id);
    this.readPolicy = new ManagedPolicy(this, 'Read', {
      description: `Look at ${Aws.STACK_NAME} with npx precall`,
      statements: [...readStack(), ...readData(data), ...useKey(data.key, ['Decrypt', 'DescribeKey'])],
    });
    this.actPolicy = new ManagedPolicy(this, 'Act', {
      description: `Change ${Aws.STACK_NAME} with npx precall, in addition to the policy that reads`,
      statements: [
        ...changeData(data),
        ...changeJobs(),
        ...changeSchedule(),
        allow(['lambda:InvokeFunction'], reconcile.function.functionArn),
        ...useKey(data.key, ['Encrypt', 'GenerateDataKey']),
      ],
    });
    setLogicalId(this.readPolicy, 'OperatorsReadPolicy');
    setLogicalId(this.actPolicy, 'OperatorsActPolicy');
  }
}

const allow = (actions: readonly string[], ...resources: readonly string[]): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources] });

/** Returns the ARNs of this stack's resources, whose names CloudFormation begins with the name of the stack. */
const named = (service: string, prefix = '', suffix = ''): string =>
  `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${prefix}${Aws.STACK_NAME}-*${suffix}`;

const readStack = (): PolicyStatement[] => [
  allow(['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'], Aws.STACK_ID),
  allow(['lambda:GetFunctionConfiguration'], named('lambda', 'function:')),
  allow(['logs:FilterLogEvents'], named('logs', 'log-group:')),
  allow(['sqs:GetQueueAttributes', 'sqs:ListMessageMoveTasks'], named('sqs')),
  // Looking at parked jobs receives them without hiding them.
  allow(['sqs:ReceiveMessage'], named('sqs', '', 'DeadLetters-*'), named('sqs', '', 'Failures-*')),
  ...readRunbook(),
  // AWS accepts no narrower resource for costs, and none for alarms of every kind.
  allow(['cloudwatch:DescribeAlarms', 'ce:GetCostAndUsage'], '*'),
];

/** What docs/RUNBOOK.md looks at without `npx precall`: Logs Insights, schedules, event sources and the dashboard. */
const readRunbook = (): PolicyStatement[] => [
  allow(['logs:StartQuery'], named('logs', 'log-group:')),
  allow(
    [
      'logs:GetQueryResults',
      'lambda:GetAccountSettings',
      'lambda:ListEventSourceMappings',
      'events:ListRules',
      'cloudwatch:GetDashboard',
      'cloudwatch:GetMetricData',
    ],
    '*',
  ),
];

const readData = ({ table, bucket, secrets }: Data): PolicyStatement[] => [
  allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem'], table.tableArn),
  allow(['dynamodb:Query'], `${table.tableArn}/index/by-kind`),
  allow(['s3:ListBucket'], bucket.bucketArn),
  allow(['s3:GetObject'], bucket.arnForObjects('rights-log/*')),
  allow(['secretsmanager:DescribeSecret'], ...Object.values(secrets.arns())),
];

/** Prefixes of objects with the voices and words of callers. */
const personal = ['samples', 'callers', 'postcall', 'transcripts', 'recordings'];

/** The only items that operators write themselves: everything else changes through jobs. */
const ownItems = ['PAUSE', 'ELEVENLABS_SETUP'];

const changeData = ({ table, bucket, secrets }: Data): PolicyStatement[] => [
  new PolicyStatement({
    actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ownItems } },
  }),
  allow(['s3:GetObject'], ...personal.map((prefix) => bucket.arnForObjects(`${prefix}/*`))),
  allow(['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], ...Object.values(secrets.arns())),
];

/**
 * A redrive takes jobs out of a dead-letter queue and puts them into its source queue with the caller's permissions.
 */
const changeJobs = (): PolicyStatement[] => [
  allow(['sqs:SendMessage'], named('sqs')),
  allow(['sqs:StartMessageMoveTask', 'sqs:DeleteMessage'], named('sqs', '', 'DeadLetters-*')),
];

/** Switches a worker or the schedule of reconcile on again, and empties the queue of notes that cannot be redriven. */
const changeSchedule = (): PolicyStatement[] => [
  new PolicyStatement({
    actions: ['lambda:UpdateEventSourceMapping'],
    resources: ['*'],
    conditions: { ArnLike: { 'lambda:FunctionArn': named('lambda', 'function:') } },
  }),
  allow(['events:EnableRule'], named('events', 'rule/')),
  allow(['sqs:PurgeQueue'], named('sqs', '', 'Failures-*')),
];

/** Allows the use of the operator's key through the services that store data, and in no other way. */
const useKey = (key: IKey | undefined, actions: readonly string[]): PolicyStatement[] => {
  if (key === undefined) return [];
  const services = ['dynamodb', 's3', 'sqs', 'secretsmanager'];
  const via = services.map((service) => `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`);
  return [
    new PolicyStatement({
      actions: actions.map((action) => `kms:${action}`),
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': via } },
    }),
  ];
};
