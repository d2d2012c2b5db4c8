import { Stack } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import { Construct } from 'constructs';

/** Which requests are traced, and how many of them. */
export interface TracingProps {
  readonly api: RestApi;
  /** The percentage of requests. */
  readonly tracedPercent: number;
}

/**
 * Sets how many requests X-Ray records. API Gateway decides once for a request and for everything that follows from it
 * through functions and queues. Without a rule it records one request a second and 5 % of the others, so most calls
 * could not be found.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-configuring-xray-sampling-rules.html
 */
export class Tracing extends Construct {
  constructor(scope: Construct, id: string, { api, tracedPercent }: TracingProps) {
    super(scope, id);
    new CfnSamplingRule(this, 'Rule', {
      samplingRule: {
        ruleName: Stack.of(this).stackName,
        priority: 1000,
        reservoirSize: 0,
        fixedRate: tracedPercent / 100,
        serviceName: `${api.restApiName}/${api.deploymentStage.stageName}`,
        serviceType: 'AWS::ApiGateway::Stage',
        host: '*',
        httpMethod: '*',
        urlPath: '*',
        resourceArn: '*',
        version: 1,
      },
    });
  }
}
