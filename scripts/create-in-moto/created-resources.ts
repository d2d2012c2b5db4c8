import * as z from 'zod';
import type { ResourceAttributes } from '../../local/stack/resolution-scope';
import type { AwsCli } from './aws-cli';

/** A resource as CloudFormation lists it; of some types moto gives no id. */
export interface CreatedResource {
  readonly id: string;
  readonly physicalId: string;
  readonly type: string;
}

const stackResources = z.object({
  StackResources: z.array(
    z.object({
      LogicalResourceId: z.string().optional(),
      PhysicalResourceId: z.string().optional(),
      ResourceType: z.string().optional(),
      ResourceStatus: z.string(),
    }),
  ),
});

/** What a stack has. Throws for a resource that is not complete. */
export const describeResources = async (cli: AwsCli, stackName: string): Promise<CreatedResource[]> => {
  const answer = await cli.call('cloudformation', 'describe-stack-resources', { StackName: stackName });
  return stackResources
    .parse(answer)
    .StackResources.map(
      ({
        LogicalResourceId: id = '',
        PhysicalResourceId: physicalId = '',
        ResourceType: type = '',
        ResourceStatus,
      }) => {
        if (ResourceStatus !== 'CREATE_COMPLETE') throw new Error(`${id} (${type}) is ${ResourceStatus}.`);
        return { id, physicalId, type };
      },
    );
};

/** The account and region of a stack. */
export interface Home {
  readonly account: string;
  readonly region: string;
}

const tableStream = z.object({ Table: z.object({ LatestStreamArn: z.string() }) });
const rootResource = z.object({ rootResourceId: z.string() });

/** What `Ref` and `Fn::GetAtt` give for resources of moto, by logical id, as far as our template asks for it. */
export const attributesOfAll = async (
  cli: AwsCli,
  created: readonly CreatedResource[],
  home: Home,
): Promise<Readonly<Record<string, ResourceAttributes>>> => {
  const found = created.map(async (resource): Promise<[string, ResourceAttributes]> => {
    const { id, physicalId, type } = resource;
    const attributes = attributesOf(resource, home);
    if (type === 'AWS::DynamoDB::Table') {
      const answer = await cli.call('dynamodb', 'describe-table', { TableName: physicalId });
      return [id, { ...attributes, StreamArn: tableStream.parse(answer).Table.LatestStreamArn }];
    }
    if (type === 'AWS::ApiGateway::RestApi') {
      const answer = await cli.call('apigateway', 'get-rest-api', { restApiId: physicalId });
      return [id, { ...attributes, RootResourceId: rootResource.parse(answer).rootResourceId }];
    }
    return [id, attributes];
  });
  return Object.fromEntries(await Promise.all(found));
};

const attributesOf = ({ physicalId, type }: CreatedResource, { account, region }: Home): ResourceAttributes => {
  const arn = (service: string, resource: string): string => `arn:aws:${service}:${region}:${account}:${resource}`;
  const Ref = physicalId;
  const name = physicalId.split(/[/:]/).at(-1) ?? '';
  switch (type) {
    case 'AWS::DynamoDB::Table':
      return { Ref, Arn: arn('dynamodb', `table/${name}`) };
    case 'AWS::Events::Rule':
      return { Ref, Arn: arn('events', `rule/${name}`) };
    case 'AWS::IAM::Role':
      return { Ref, Arn: `arn:aws:iam::${account}:role/${name}` };
    case 'AWS::Lambda::Function':
      return { Ref, Arn: arn('lambda', `function:${name}`) };
    case 'AWS::Logs::LogGroup':
      // AWS' own ends in `:*`; moto's does not.
      return { Ref, Arn: arn('logs', `log-group:${name}`) };
    case 'AWS::S3::Bucket':
      return { Ref, Arn: `arn:aws:s3:::${name}` };
    case 'AWS::SNS::Topic':
      return { Ref, TopicArn: Ref, TopicName: name };
    case 'AWS::SQS::Queue':
      return { Ref, QueueUrl: Ref, QueueName: name, Arn: arn('sqs', name) };
    default:
      return { Ref };
  }
};
