import { RemovalPolicy } from 'aws-cdk-lib';
import { EndpointType, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Effect, PolicyDocument, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AccessLog } from './access-log';
import { answerInOwnShape } from './gateway-answers';
import { limitsOf, type RouteClass, type RouteLimit, throttled } from './route-limits';

/** Routes that only certain senders get to. */
export interface SourceRule {
  /** Paths below the stage, `/webhook/postcall`; their POST is meant. */
  readonly paths: readonly string[];
  /** IPv4 addresses and ranges that may call them; all when there are none. */
  readonly addresses: readonly string[] | undefined;
}

/** Functions by the method and path that lead to them: `POST /webhook/precall`. */
export type Routes = Readonly<Record<string, IFunction>>;

/** What the API leads to, and how much it lets through. */
export interface WebApiProps {
  /** By what they are for. */
  readonly routes: Readonly<Record<RouteClass, Routes>>;
  /** How much each route lets through that calls depend on. */
  readonly callLimit: RouteLimit;
  /** Whether the account's API Gateway is given a role to write logs with; without one there can be no access log. */
  readonly setsLogRole: boolean;
  /** How long the access log is kept, in days. */
  readonly logRetentionDays: number;
  readonly sourceRule: SourceRule;
}

/** A method and path with its function, and how much it lets through. */
interface Route {
  readonly method: string;
  readonly path: string;
  readonly handler: IFunction;
  readonly limit: RouteLimit;
}

/**
 * The REST API: regional, each route throttled by itself, with multipart bodies as the one binary kind, so that JSON arrives as it was
 * signed.
 */
export class WebApi extends Construct {
  readonly api: RestApi;
  readonly accessLog: AccessLog;

  constructor(
    scope: Construct,
    id: string,
    { routes, callLimit, setsLogRole, logRetentionDays, sourceRule }: WebApiProps,
  ) {
    super(scope, id);
    this.accessLog = new AccessLog(this, 'AccessLog', { retentionDays: logRetentionDays });
    const limits = limitsOf(callLimit);
    const allRoutes = [
      ...routesOf(routes.calls, limits.calls),
      ...routesOf(routes.office, limits.office),
      ...routesOf(routes.health, limits.health),
    ];
    this.api = new RestApi(this, 'Api', {
      restApiName: `${scope.node.id}-api`,
      endpointTypes: [EndpointType.REGIONAL],
      binaryMediaTypes: ['multipart/form-data'],
      // One for all APIs of the account in a region: it stays when this stack goes.
      cloudWatchRole: setsLogRole,
      ...(setsLogRole && { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
      policy: policyOf(sourceRule),
      deployOptions: {
        stageName: 'v1',
        tracingEnabled: true,
        accessLogDestination: this.accessLog.destination,
        accessLogFormat: this.accessLog.format,
        // Of a route that somebody adds by hand.
        ...throttled(limits.office),
        methodOptions: Object.fromEntries(
          allRoutes.map(({ method, path, limit }) => [`${path}/${method}`, throttled(limit)]),
        ),
      },
    });
    for (const { method, path, handler } of allRoutes)
      this.api.root.resourceForPath(path).addMethod(method, new LambdaIntegration(handler));
    answerInOwnShape(this.api);
  }
}

const routesOf = (routes: Routes, limit: RouteLimit): Route[] =>
  Object.entries(routes).map(([route, handler]) => {
    const [method = '', path = ''] = route.split(' ');
    return { method, path, handler, limit };
  });

/**
 * With a policy nothing is allowed that it does not allow; what it denies is answered 403 by AWS, unread. There is always one: taking it out of the
 * template would leave the last one in force (https://github.com/aws/aws-cdk/issues/21840).
 */
const policyOf = ({ paths, addresses }: SourceRule): PolicyDocument =>
  new PolicyDocument({
    statements: [
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new StarPrincipal()],
        actions: ['execute-api:Invoke'],
        resources: ['execute-api:/*'],
      }),
      ...(addresses === undefined ? [] : [denial(paths, addresses)]),
    ],
  });

const denial = (paths: readonly string[], addresses: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.DENY,
    principals: [new StarPrincipal()],
    actions: ['execute-api:Invoke'],
    // A slash at the end leads to the same method.
    resources: paths.flatMap((path) => [`execute-api:/*/POST${path}`, `execute-api:/*/POST${path}/*`]),
    conditions: { NotIpAddress: { 'aws:SourceIp': addresses } },
  });
