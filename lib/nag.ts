import { type App, CfnResource, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

/** An accepted cdk-nag finding. */
interface Acknowledgement {
  readonly rule: string;
  /**
   * Paths below the stack of constructs with this finding. `*` stands for any text within a name, `**` for any names.
   * Elsewhere, the finding stops the synth.
   */
  readonly paths: readonly string[];
  /** Why the finding is accepted. */
  readonly reason: string;
}

const solutions = (rule: string, paths: readonly string[], reason: string): Acknowledgement => ({
  rule: `AwsSolutions::AwsSolutions-${rule}`,
  paths,
  reason,
});

const serverless = (rule: string, paths: readonly string[], reason: string): Acknowledgement => ({
  rule: `Serverless::Serverless-${rule}`,
  paths,
  reason,
});

const functionPolicies = ['Service/**/Role/DefaultPolicy'];
const methods = ['Service/Web/Api/Default/**/GET', 'Service/Web/Api/Default/**/POST'];
const stage = ['Service/Web/Api/DeploymentStage.v1'];

/** Prefixes of objects. A function's policy names the ones that it needs. */
const prefixes = ['samples', 'callers', 'uploads', 'postcall', 'transcripts', 'recordings', 'exports', 'rights-log'];

const ofData: readonly Acknowledgement[] = [
  solutions(
    'S1',
    ['Data/Storage'],
    'Only our functions reach the bucket, each with its own prefixes. Server access logs would only hold keys.',
  ),
  solutions(
    'SMG4',
    ['Data/*Secret', 'Data/ElevenLabsApiKey', 'Data/CallerHashKey'],
    'ElevenLabs or the operator issues the values, and the operator rotates them by hand. A new caller hash key ' +
      'would make all known callers unknown.',
  ),
];

const operators = ['Operators/Read', 'Operators/Act'];

/** The bucket as cdk-nag writes it: created by the stack, or the one that the settings name. */
const objectsOf = (bucket: string): readonly Acknowledgement[] =>
  prefixes.map((prefix) =>
    solutions(
      `IAM5[Resource::${bucket}/${prefix}/*]`,
      [...functionPolicies, ...operators],
      'Keys of objects contain ids: functions and operators get the prefixes that they need, and no others.',
    ),
  );

const ofFunctions: readonly Acknowledgement[] = [
  solutions('IAM5[Resource::*]', functionPolicies, 'X-Ray accepts no narrower resource for segments.'),
  solutions(
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
    ['Deployments/Role'],
    'AWS names this policy for gradual deployments; it only changes aliases of functions.',
  ),
  serverless(
    'LambdaDLQ',
    ['Service/**/Function'],
    'The API invokes them synchronously, or queues and a stream with dead-letter queues do. Reconcile looks at ' +
      'everything again on its next run.',
  ),
  serverless(
    'LambdaTracing',
    ['Service/Reconcile/Function'],
    'Lambda would trace each invocation by the schedule, which costs more than the run, and most find no run due.',
  ),
  serverless(
    'LambdaEventSourceMappingDestination',
    ['Service/*/*/Function/SqsEventSource:*', 'Service/*/*/Function/Aliaslive/SqsEventSource:*'],
    'The queue itself has a dead-letter queue for jobs that fail twelve times.',
  ),
  serverless(
    'LambdaAsyncFailureDestination',
    ['Service/Reconcile/Function/EventInvokeConfig', 'Service/Reconcile/Function/Aliaslive/EventInvokeConfig'],
    'The next run looks at everything again, and failed runs are an alarm.',
  ),
  serverless(
    'EventBusDLQ',
    ['Service/Reconcile/Schedule'],
    'The next run looks at everything again, and failed runs are an alarm.',
  ),
];

/** What operators reach by its name, which CloudFormation begins with the name of the stack. */
const named = [
  'lambda:<AWS::Region>:<AWS::AccountId>:function:<AWS::StackName>-*',
  'logs:<AWS::Region>:<AWS::AccountId>:log-group:<AWS::StackName>-*',
  'events:<AWS::Region>:<AWS::AccountId>:rule/<AWS::StackName>-*',
  'sqs:<AWS::Region>:<AWS::AccountId>:<AWS::StackName>-*',
  'sqs:<AWS::Region>:<AWS::AccountId>:<AWS::StackName>-*DeadLetters-*',
  'sqs:<AWS::Region>:<AWS::AccountId>:<AWS::StackName>-*Failures-*',
];

const ofOperators: readonly Acknowledgement[] = [
  solutions(
    'IAM5[Resource::*]',
    operators,
    'AWS accepts no narrower resource for costs, alarms of every kind, and the lists that the runbook reads. Event ' +
      'sources are limited by a condition to those of this stack.',
  ),
  ...named.map((resource) =>
    solutions(
      `IAM5[Resource::arn:<AWS::Partition>:${resource}]`,
      operators,
      'Operators reach everything of this kind in this stack. One ARN each would be longer than IAM allows.',
    ),
  ),
];

const ofQueuesAndTopic: readonly Acknowledgement[] = [
  solutions(
    'SQS3',
    ['Service/VoiceLifecycle/VoiceExpiryFailures'],
    'It is a dead-letter queue for stream records, with an alarm.',
  ),
  serverless(
    'SQSRedrivePolicy',
    ['Service/*/*/*DeadLetters', 'Service/VoiceLifecycle/VoiceExpiryFailures'],
    'It is a dead-letter queue, with an alarm.',
  ),
  serverless(
    'SNSRedrivePolicy',
    ['Service/AlarmTopic/*@*'],
    'It is an e-mail, which nobody redrives; the alarm itself stays in CloudWatch.',
  ),
];

const ofApi: readonly Acknowledgement[] = [
  solutions(
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    ['Service/Web/Api/CloudWatchRole'],
    'All APIs of the account share this role, and AWS names this policy for it.',
  ),
  solutions(
    'APIG2',
    ['Service/Web/Api'],
    'Functions verify the signature before they parse anything; then zod validates every body.',
  ),
  solutions(
    'APIG3',
    stage,
    'A web application firewall is a setting (WAF_ENABLED), because it costs money; signatures decide who is accepted.',
  ),
  solutions(
    'APIG6',
    stage,
    'Execution logs would hold bodies with data of callers; access logs, traces and our structured logs replace them.',
  ),
  solutions(
    'APIG4',
    methods,
    'Our code verifies the signature (HMAC) or the secret header of each request before anything else. The health ' +
      'route is open on purpose.',
  ),
  solutions('COG4', methods, 'Senders are machines with signatures, not users with accounts.'),
];

const acknowledgements = [...ofData, ...ofFunctions, ...ofOperators, ...ofQueuesAndTopic, ...ofApi];

const createdBucket = '<StorageBucket.Arn>';

/** Converts a pattern of paths to a regular expression. The resource of a construct is its child `Resource`. */
const patternOf = (path: string): RegExp => {
  const names = path
    .split('/')
    .map((name) => (name === '**' ? '.+' : name.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')));
  return new RegExp(`^${names.join('/')}/Resource$`);
};

/**
 * Runs the AwsSolutions and Serverless packs of cdk-nag at every synth. Findings that are not acknowledged here stop
 * it. `bucketName` is an existing bucket, or empty if the stack creates one.
 */
export const checkWithNag = (app: App, stack: Stack, bucketName: string): void => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const resources = stack.node.findAll().filter((construct) => construct instanceof CfnResource);
  const bucket = bucketName === '' ? createdBucket : `arn:<AWS::Partition>:s3:::${bucketName}`;
  for (const { rule, paths, reason } of [...acknowledgements, ...objectsOf(bucket)]) {
    const patterns = paths.map(patternOf);
    for (const resource of resources) {
      const path = resource.node.path.slice(stack.node.path.length + 1);
      if (patterns.some((pattern) => pattern.test(path))) Validations.of(resource).acknowledge({ id: rule, reason });
    }
  }
};
