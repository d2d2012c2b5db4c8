import { EndpointType, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** How much the API lets through. */
export interface WebApiProps {
  /** Steady requests a second, for each method. */
  readonly throttleRatePerS: number;
  /** Requests at once, for each method. */
  readonly throttleBurst: number;
}

/** The REST API: regional, throttled, with multipart bodies as the one binary kind, so that JSON arrives as it was signed. */
export class WebApi extends Construct {
  readonly api: RestApi;

  constructor(scope: Construct, id: string, { throttleRatePerS, throttleBurst }: WebApiProps) {
    super(scope, id);
    this.api = new RestApi(this, 'Api', {
      restApiName: `${scope.node.id}-api`,
      endpointTypes: [EndpointType.REGIONAL],
      binaryMediaTypes: ['multipart/form-data'],
      cloudWatchRole: false,
      deployOptions: {
        stageName: 'v1',
        tracingEnabled: true,
        throttlingRateLimit: throttleRatePerS,
        throttlingBurstLimit: throttleBurst,
      },
    });
  }

  /** Routes a method and path, `/webhook/precall`, to a function. */
  route(method: 'GET' | 'POST', path: string, handler: IFunction): void {
    this.api.root.resourceForPath(path).addMethod(method, new LambdaIntegration(handler));
  }
}
