import { type App, CfnResource, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

/** A finding that stays, where it may be found, and why. */
interface Acknowledged {
  readonly rule: string;
  /** Paths of the constructs that it is acknowledged for; anywhere else it stops the synth. */
  readonly where: RegExp;
  readonly reason: string;
}

const solutions = (rule: string, where: RegExp, reason: string): Acknowledged => ({
  rule: `AwsSolutions::AwsSolutions-${rule}`,
  where,
  reason,
});

const serverless = (rule: string, where: RegExp, reason: string): Acknowledged => ({
  rule: `Serverless::Serverless-${rule}`,
  where,
  reason,
});

const functionPolicy = /\/Role\/DefaultPolicy\/Resource$/;

/** Prefixes of objects that a function may reach; one of them at a time is in its policy. */
const prefixes = ['samples', 'callers', 'uploads', 'postcall', 'transcripts', 'recordings'];

const acknowledged: readonly Acknowledged[] = [
  solutions(
    'S1',
    /\/Storage\/Bucket\/Resource$/,
    'Only our functions reach the bucket, each by its own prefix; server access logs would hold object keys for nobody to read.',
  ),
  solutions(
    'SMG4',
    /Secret\/Secret\/Resource$|ApiKey\/Secret\/Resource$|HashKey\/Secret\/Resource$/,
    'The values are issued by ElevenLabs or by the operator, who rotates them by hand; two live values are accepted meanwhile. A new caller key would forget all callers.',
  ),
  solutions('IAM5[Resource::*]', functionPolicy, 'X-Ray takes segments for no narrower resource.'),
  ...prefixes.map((prefix) =>
    solutions(
      `IAM5[Resource::<StorageBucket5CB7C8EA.Arn>/${prefix}/*]`,
      functionPolicy,
      'Objects have ids in their keys: a function gets its prefixes, and no other.',
    ),
  ),
  solutions(
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    /\/Web\/Api\/CloudWatchRole\/Resource$/,
    'It is the role of all APIs of the account, for which AWS names this policy.',
  ),
  solutions('SQS3', /VoiceExpiryFailures\/Resource$/, 'It is the last stop of stream records itself, with an alarm.'),
  solutions(
    'APIG2',
    /\/Web\/Api\/Resource$/,
    'Nothing is parsed before its signature holds; then zod validates every body.',
  ),
  solutions(
    'APIG3',
    /DeploymentStage\.v1\/Resource$/,
    'A web application firewall is a setting (WAF_ENABLED): it costs money, and the signatures decide who gets in.',
  ),
  solutions(
    'APIG6',
    /DeploymentStage\.v1\/Resource$/,
    'Execution logs would hold bodies with callers\u2019 data; access logs, traces and our own structured logs take their place.',
  ),
  solutions(
    'APIG4',
    /\/(GET|POST)\/Resource$/,
    'Senders sign their requests (HMAC) or send a secret header, which our code judges before anything else; health is open on purpose.',
  ),
  solutions('COG4', /\/(GET|POST)\/Resource$/, 'Senders are machines with signatures, not users with accounts.'),
  serverless(
    'LambdaDLQ',
    /\/Function\/Function\/Resource$/,
    'Functions are invoked synchronously, or by queues and a stream with dead-letter queues of their own; reconcile looks at everything again on its next run.',
  ),
  serverless(
    'LambdaEventSourceMappingDestination',
    /SqsEventSource:/,
    'The queue itself parks what fails twelve times.',
  ),
  serverless(
    'SQSRedrivePolicy',
    /(DeadLetters|VoiceExpiryFailures)\/Resource$/,
    'It is a dead-letter queue, with an alarm.',
  ),
  serverless(
    'LambdaAsyncFailureDestination',
    /\/Reconcile\/Function\/Function\/EventInvokeConfig\/Resource$/,
    'The next run looks at everything again; its errors are an alarm.',
  ),
  serverless(
    'SNSRedrivePolicy',
    /\/Monitoring\/Alarms\/[^/]+@[^/]+\/Resource$/,
    'It is an e-mail, which nobody redrives; the alarm itself stays in CloudWatch.',
  ),
  serverless(
    'EventBusDLQ',
    /\/Reconcile\/Schedule\/Resource$/,
    'The next run looks at everything again; its errors are an alarm.',
  ),
];

/** Runs cdk-nag's AwsSolutions and Serverless packs at every synth of this app; what is not acknowledged here stops it. */
export const checkWithNag = (app: App, stack: Stack): void => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  for (const construct of stack.node.findAll()) {
    if (!(construct instanceof CfnResource)) continue;
    for (const { rule, where, reason } of acknowledged)
      if (where.test(construct.node.path)) Validations.of(construct).acknowledge({ id: rule, reason });
  }
};
