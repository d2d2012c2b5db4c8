import { Stack } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import { Construct } from 'constructs';

/** What is traced, and how often. */
export interface TracingProps {
  readonly api: RestApi;
  /** How many of a hundred requests. */
  readonly tracedPercent: number;
}

/**
 * Which requests X-Ray records. API Gateway decides once for a request and for all that follows from it through functions and queues;
 * without a rule that is one request a second and five of a hundred others, and most calls could not be found.
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
