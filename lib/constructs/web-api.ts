import { EndpointType, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Effect, PolicyDocument, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AccessLog } from './access-log';
import { answerInOwnShape } from './gateway-answers';

/** Routes that only certain senders get to. */
export interface SourceRule {
  /** Paths below the stage, `/webhook/postcall`; their POST is meant. */
  readonly paths: readonly string[];
  /** IPv4 addresses and ranges that may call them. */
  readonly addresses: readonly string[];
}

/** How much the API lets through. */
export interface WebApiProps {
  /** Steady requests a second, for each method. */
  readonly throttleRatePerS: number;
  /** Requests at once, for each method. */
  readonly throttleBurst: number;
  /** How long the access log is kept, in days. */
  readonly logRetentionDays: number;
  /** Without a rule every route is open to all addresses. */
  readonly sourceRule?: SourceRule | undefined;
}

/** The REST API: regional, throttled, with multipart bodies as the one binary kind, so that JSON arrives as it was signed. */
export class WebApi extends Construct {
  readonly api: RestApi;
  readonly accessLog: AccessLog;

  constructor(
    scope: Construct,
    id: string,
    { throttleRatePerS, throttleBurst, logRetentionDays, sourceRule }: WebApiProps,
  ) {
    super(scope, id);
    this.accessLog = new AccessLog(this, 'AccessLog', { retentionDays: logRetentionDays });
    this.api = new RestApi(this, 'Api', {
      restApiName: `${scope.node.id}-api`,
      endpointTypes: [EndpointType.REGIONAL],
      binaryMediaTypes: ['multipart/form-data'],
      cloudWatchRole: false,
      ...(sourceRule !== undefined && { policy: policyOf(sourceRule) }),
      deployOptions: {
        stageName: 'v1',
        tracingEnabled: true,
        accessLogDestination: this.accessLog.destination,
        accessLogFormat: this.accessLog.format,
        throttlingRateLimit: throttleRatePerS,
        throttlingBurstLimit: throttleBurst,
      },
    });
    answerInOwnShape(this.api);
  }

  /** Routes a method and path, `/webhook/precall`, to a function. */
  route(method: 'GET' | 'POST', path: string, handler: IFunction): void {
    this.api.root.resourceForPath(path).addMethod(method, new LambdaIntegration(handler));
  }
}

/** With a policy nothing is allowed that it does not allow; what it denies is answered 403 by AWS, unread. */
const policyOf = ({ paths, addresses }: SourceRule): PolicyDocument =>
  new PolicyDocument({
    statements: [
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new StarPrincipal()],
        actions: ['execute-api:Invoke'],
        resources: ['execute-api:/*'],
      }),
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new StarPrincipal()],
        actions: ['execute-api:Invoke'],
        // A slash at the end leads to the same method.
        resources: paths.flatMap((path) => [`execute-api:/*/POST${path}`, `execute-api:/*/POST${path}/*`]),
        conditions: { NotIpAddress: { 'aws:SourceIp': addresses } },
      }),
    ],
  });
