import { Stack } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import { Construct } from 'constructs';

/** The share of requests to trace. */
export interface TracingProps {
  readonly api: RestApi;
  /** The percentage of requests to trace. */
  readonly tracedPercent: number;
}

/**
 * Sets how many requests X-Ray records. API Gateway decides once per request, before its signature is verified. The
 * decision covers all functions and queues that follow. The default rule would record one request per second and 5 % of
 * all others. The open health route is never recorded.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-configuring-xray-sampling-rules.html
 */
export class Tracing extends Construct {
  constructor(scope: Construct, id: string, { api, tracedPercent }: TracingProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    const ofApi = {
      reservoirSize: 0,
      serviceName: `${api.restApiName}/${api.deploymentStage.stageName}`,
      serviceType: 'AWS::ApiGateway::Stage',
      host: '*',
      httpMethod: '*',
      resourceArn: '*',
      version: 1,
    };
    new CfnSamplingRule(this, 'Rule', {
      samplingRule: {
        ...ofApi,
        ruleName: stackName,
        priority: 1000,
        fixedRate: tracedPercent / 100,
        urlPath: '*',
      },
    });
    new CfnSamplingRule(this, 'HealthRule', {
      samplingRule: { ...ofApi, ruleName: `${stackName}-health`, priority: 900, fixedRate: 0, urlPath: '*/health' },
    });
  }
}
