/**
 * What moto does with a part of the template that its CloudFormation does not take: `first` and `afterwards` it is made through the
 * service's own API, with what the template says; `not` it is left out.
 */
export type Made = 'first' | 'afterwards' | 'not';

/** A type, or some properties of a type, that moto's CloudFormation does not take. */
export interface Lack {
  readonly type: string;
  /** Without them the whole type is meant. */
  readonly properties?: readonly string[];
  readonly made: Made;
  readonly reason: string;
}

const unknownType = 'moto\u2019s CloudFormation does not know the type';
const dropped = 'moto\u2019s CloudFormation drops the property';

/** Everything that moto 5.2.1 was seen to lack; docs/DEPLOYMENT.md has the same list. */
export const motoLacks: readonly Lack[] = [
  {
    type: 'AWS::SecretsManager::Secret',
    made: 'first',
    reason: `${unknownType}; others refer to it, so its ARN becomes a parameter of the stack`,
  },
  {
    type: 'AWS::ApiGateway::Stage',
    made: 'afterwards',
    reason: `${unknownType}; others refer to it, so its name becomes a parameter of the stack`,
  },
  { type: 'AWS::ApiGateway::Account', made: 'afterwards', reason: unknownType },
  { type: 'AWS::ApiGateway::GatewayResponse', made: 'afterwards', reason: unknownType },
  { type: 'AWS::CloudWatch::Alarm', made: 'afterwards', reason: unknownType },
  { type: 'AWS::Lambda::EventInvokeConfig', made: 'afterwards', reason: unknownType },
  { type: 'AWS::Logs::MetricFilter', made: 'afterwards', reason: unknownType },
  { type: 'AWS::S3::BucketPolicy', made: 'afterwards', reason: unknownType },
  { type: 'AWS::SNS::Subscription', made: 'afterwards', reason: unknownType },
  { type: 'AWS::SNS::TopicPolicy', made: 'afterwards', reason: unknownType },
  { type: 'AWS::SQS::QueuePolicy', made: 'afterwards', reason: unknownType },
  {
    type: 'AWS::DynamoDB::Table',
    properties: ['TimeToLiveSpecification', 'PointInTimeRecoverySpecification'],
    made: 'afterwards',
    reason: dropped,
  },
  {
    type: 'AWS::S3::Bucket',
    properties: ['PublicAccessBlockConfiguration', 'LifecycleConfiguration'],
    made: 'afterwards',
    reason: dropped,
  },
  {
    type: 'AWS::Lambda::Function',
    properties: ['Architectures', 'TracingConfig', 'LoggingConfig'],
    made: 'not',
    reason: `${dropped}: every function is x86_64 and PassThrough`,
  },
  {
    type: 'AWS::ApiGateway::RestApi',
    properties: ['BinaryMediaTypes', 'EndpointConfiguration', 'Policy'],
    made: 'not',
    reason: `${dropped}, and its API stores an empty media type`,
  },
  { type: 'AWS::XRay::SamplingRule', made: 'not', reason: 'moto has no CreateSamplingRule (404)' },
  { type: 'AWS::WAFv2::WebACL', made: 'not', reason: unknownType },
  { type: 'AWS::WAFv2::WebACLAssociation', made: 'not', reason: 'it belongs to the firewall, which is left out' },
  { type: 'AWS::ApiGateway::DomainName', made: 'not', reason: unknownType },
  { type: 'AWS::ApiGateway::BasePathMapping', made: 'not', reason: 'it belongs to the domain, which is left out' },
  { type: 'AWS::CDK::Metadata', made: 'not', reason: 'CDK counts its users by it; it is no part of the installation' },
];

const wholeTypes = (of: (lack: Lack) => boolean): ReadonlySet<string> =>
  new Set(motoLacks.filter((lack) => lack.properties === undefined && of(lack)).map(({ type }) => type));

/** Types that are taken out of the template before moto's CloudFormation gets it. */
export const removedTypes = wholeTypes(() => true);

/** Types that are not made at all. */
export const leftOutTypes = wholeTypes(({ made }) => made === 'not');
