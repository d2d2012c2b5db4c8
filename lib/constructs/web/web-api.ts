import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { EndpointType, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Effect, PolicyDocument, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Settings } from '../../settings';
import { addressesOf } from '../../source-addresses';
import type { RouteFunction } from '../building-blocks/route-function';
import { addAlarms } from '../monitoring/impact-alarm';
import { AccessLog } from './access-log';
import { apiAlarms } from './api-alarms';
import { answerInOwnShape } from './gateway-answers';
import { limitsOf, throttled } from './route-limits';
import { requireTls } from './tls';

/** The routes of the API, and its settings. */
export interface WebApiProps {
  readonly routes: readonly RouteFunction[];
  readonly settings: Settings;
  /** The key of the access log; undefined means a key of AWS. */
  readonly key: IKey | undefined;
  readonly alarmTopic: ITopic;
}

/**
 * The regional REST API. Each route has its own throttle. Only multipart bodies are binary, so that a JSON body reaches
 * its function exactly as it was signed.
 */
export class WebApi extends Construct {
  readonly api: RestApi;

  constructor(scope: Construct, id: string, props: WebApiProps) {
    super(scope, id);
    const { routes, settings, alarmTopic } = props;
    const setsLogRole = settings.API_LOG_ROLE;
    this.api = new RestApi(this, 'Api', {
      restApiName: `${Stack.of(this).stackName}-api`,
      endpointTypes: [EndpointType.REGIONAL],
      binaryMediaTypes: ['multipart/form-data'],
      // All APIs of the account in this region share one role, so it remains when this stack is deleted.
      cloudWatchRole: setsLogRole,
      ...(setsLogRole && { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
      policy: policyOf(props),
      // With a domain, there is only one entrance, so that its DNS record can be moved or removed.
      disableExecuteApiEndpoint: settings.DOMAIN_NAME !== '',
      deployOptions: this.stageOptions(props),
    });
    requireTls(this.api, settings.MINIMUM_TLS);
    for (const { routes: served, invoked } of routes)
      for (const { method, path } of served)
        this.api.root.resourceForPath(path).addMethod(method, new LambdaIntegration(invoked));
    answerInOwnShape(this.api);
    addAlarms(this, alarmTopic, apiAlarms(this.api));
  }

  private stageOptions({ routes, settings, key, alarmTopic }: WebApiProps) {
    const accessLog = new AccessLog(this, 'AccessLog', {
      retentionDays: settings.LOG_RETENTION_DAYS,
      key,
      hasSourceAddress: settings.LOG_SOURCE_ADDRESS,
      alarmTopic,
    });
    const limits = limitsOf({ ratePerS: settings.THROTTLE_RATE_PER_SECOND, burst: settings.THROTTLE_BURST });
    return {
      stageName: 'v1',
      tracingEnabled: true,
      accessLogDestination: accessLog.destination,
      accessLogFormat: accessLog.format,
      // For routes that are added manually.
      ...throttled(limits.admin),
      methodOptions: Object.fromEntries(
        routes.flatMap(({ routes: served, routeClass }) =>
          served.map(({ method, path }) => [`${path}/${method}`, throttled(limits[routeClass])]),
        ),
      ),
    };
  }
}

/**
 * Creates the API's resource policy. It rejects everything that it does not allow, and AWS returns 403 without reading
 * the request. The API always has a policy, because removing it from the template would leave the last one in force
 * (https://github.com/aws/aws-cdk/issues/21840).
 */
const policyOf = ({ routes, settings }: WebApiProps): PolicyDocument => {
  const elevenLabsAddresses = addressesOf(settings.ELEVENLABS_SOURCE_IPS);
  const methods = routes
    .filter(({ isForElevenLabs }) => isForElevenLabs)
    .flatMap((each) => each.routes.map(({ method, path }) => `${method}${path}`))
    .toSorted();
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new StarPrincipal()],
        actions: ['execute-api:Invoke'],
        resources: ['execute-api:/*'],
      }),
      ...(elevenLabsAddresses === undefined || methods.length === 0 ? [] : [denial(methods, elevenLabsAddresses)]),
    ],
  });
};

/** Restricts `methods`, such as `POST/webhook/postcall`, to these addresses. */
const denial = (methods: readonly string[], addresses: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.DENY,
    principals: [new StarPrincipal()],
    actions: ['execute-api:Invoke'],
    // A path with a trailing slash reaches the same method.
    resources: methods.flatMap((method) => [`execute-api:/*/${method}`, `execute-api:/*/${method}/*`]),
    conditions: { NotIpAddress: { 'aws:SourceIp': addresses } },
  });
