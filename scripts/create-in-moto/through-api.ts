import * as z from 'zod';
import { mapConcurrently } from '../../lambdas/platform/map-concurrently';
import type { TemplateResource } from '../../local/stack/template-resource';
import type { AwsCli } from './aws-cli';
import { type MotoStack, queueUrlAt } from './moto-stack';
import { type Counts, countBy } from './report';
import { gatewayResponseInput, lifecycleOf, metricFilterInput, stageInput } from './request-shapes';

/** An operation with its input. */
type Call = readonly [service: string, operation: string, input: object];

/** How a resource, or what moto's CloudFormation drops of it, is made through the service's own API, by type. */
const calls: Readonly<Record<string, (resource: TemplateResource, stack: MotoStack) => Call[]>> = {
  'AWS::ApiGateway::Account': ({ properties: { CloudWatchRoleArn: value } }) => {
    const patchOperations = [{ op: 'replace', path: '/cloudwatchRoleArn', value }];
    return [['apigateway', 'update-account', { patchOperations }]];
  },
  'AWS::ApiGateway::GatewayResponse': ({ properties }) => [
    ['apigateway', 'put-gateway-response', gatewayResponseInput(properties)],
  ],
  'AWS::ApiGateway::Stage': ({ properties }) => {
    const { made, changed } = stageInput(properties);
    return [
      ['apigateway', 'create-stage', made],
      ['apigateway', 'update-stage', changed],
    ];
  },
  'AWS::CloudWatch::Alarm': ({ properties }) => [['cloudwatch', 'put-metric-alarm', properties]],
  'AWS::DynamoDB::Table': ({ id, properties }, { physicalId }) => {
    const { TimeToLiveSpecification, PointInTimeRecoverySpecification } = properties;
    const TableName = physicalId(id);
    return [
      ['dynamodb', 'update-time-to-live', { TableName, TimeToLiveSpecification }],
      ['dynamodb', 'update-continuous-backups', { TableName, PointInTimeRecoverySpecification }],
    ];
  },
  'AWS::Lambda::EventInvokeConfig': ({ properties }) => [['lambda', 'put-function-event-invoke-config', properties]],
  'AWS::Logs::MetricFilter': ({ id, properties }) => [['logs', 'put-metric-filter', metricFilterInput(id, properties)]],
  'AWS::S3::Bucket': ({ id, properties }, { physicalId }) => {
    const { PublicAccessBlockConfiguration } = properties;
    const Bucket = physicalId(id);
    const LifecycleConfiguration = lifecycleOf(properties);
    return [
      ['s3api', 'put-public-access-block', { Bucket, PublicAccessBlockConfiguration }],
      ['s3api', 'put-bucket-lifecycle-configuration', { Bucket, LifecycleConfiguration }],
    ];
  },
  'AWS::S3::BucketPolicy': ({ properties: { Bucket, PolicyDocument } }) => [
    ['s3api', 'put-bucket-policy', { Bucket, Policy: JSON.stringify(PolicyDocument) }],
  ],
  'AWS::SNS::Subscription': ({ properties }) => [['sns', 'subscribe', properties]],
  'AWS::SNS::TopicPolicy': ({ properties: { Topics, PolicyDocument } }) =>
    texts.parse(Topics).map((TopicArn): Call => {
      const AttributeValue = JSON.stringify(PolicyDocument);
      return ['sns', 'set-topic-attributes', { TopicArn, AttributeName: 'Policy', AttributeValue }];
    }),
  'AWS::SQS::QueuePolicy': ({ properties: { Queues, PolicyDocument } }, { endpoint }) =>
    texts.parse(Queues).map((url): Call => {
      const Attributes = { Policy: JSON.stringify(PolicyDocument) };
      return ['sqs', 'set-queue-attributes', { QueueUrl: queueUrlAt(endpoint, url), Attributes }];
    }),
};

const texts = z.array(z.string());

/** Makes what moto's CloudFormation did not, each with what the template says; gives how many there are of each type. */
export const makeThroughApi = async (stack: MotoStack): Promise<Counts> => {
  const own = stack.resources.filter(({ type }) => calls[type] !== undefined);
  await mapConcurrently(own, 2, async (resource) => {
    for (const [service, operation, input] of calls[resource.type]?.(resource, stack) ?? [])
      await stack.cli.call(service, operation, input);
  });
  return countBy(own.map(({ type }) => type));
};

const secret = z.object({
  Description: z.string(),
  GenerateSecretString: z.object({ PasswordLength: z.number(), ExcludePunctuation: z.boolean() }).optional(),
});
const madeSecret = z.object({ ARN: z.string() });

/** Makes the secrets, which others refer to: empty, or with a value where the template has one generated. Gives their ARNs by logical id. */
export const makeSecrets = async (
  cli: AwsCli,
  stackName: string,
  secrets: readonly TemplateResource[],
): Promise<Readonly<Record<string, string>>> => {
  const made = await mapConcurrently(secrets, 2, async ({ id, properties }): Promise<[string, string]> => {
    const { Description, GenerateSecretString } = secret.parse(properties);
    const generated =
      GenerateSecretString && (await cli.call('secretsmanager', 'get-random-password', GenerateSecretString));
    const value = generated === undefined ? {} : { SecretString: randomPassword.parse(generated).RandomPassword };
    const answer = await cli.call('secretsmanager', 'create-secret', {
      Name: `${id}-${stackName}`,
      Description,
      ...value,
    });
    return [id, madeSecret.parse(answer).ARN];
  });
  return Object.fromEntries(made);
};

const randomPassword = z.object({ RandomPassword: z.string() });
