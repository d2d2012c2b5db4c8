import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  App,
  aws_apigateway as apigateway,
  aws_dynamodb as dynamodb,
  aws_events as events,
  aws_events_targets as targets,
  aws_lambda as lambda,
  aws_lambda_event_sources as eventSources,
  aws_s3 as s3,
  aws_secretsmanager as secretsmanager,
  aws_sqs as sqs,
  Duration,
  Stack,
} from 'aws-cdk-lib';

const storage = (stack: Stack) => {
  const deadLetters = new sqs.Queue(stack, 'DeadLetters');
  const jobs = new sqs.Queue(stack, 'Jobs', {
    visibilityTimeout: Duration.seconds(60),
    deliveryDelay: Duration.seconds(2),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 3 },
  });
  const ledger = new dynamodb.TableV2(stack, 'Ledger', {
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    timeToLiveAttribute: 'expires_at',
    dynamoStream: dynamodb.StreamViewType.OLD_IMAGE,
    globalSecondaryIndexes: [
      {
        indexName: 'byKind',
        partitionKey: { name: 'kind', type: dynamodb.AttributeType.STRING },
        sortKey: { name: 'expires_at', type: dynamodb.AttributeType.NUMBER },
      },
    ],
  });
  const audit = new dynamodb.Table(stack, 'Audit', {
    tableName: 'audit-trail',
    partitionKey: { name: 'day', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'at', type: dynamodb.AttributeType.STRING },
  });
  const samples = new s3.Bucket(stack, 'Samples');
  const webhookSecret = new secretsmanager.Secret(stack, 'WebhookSecret');
  const unsetSecret = new secretsmanager.Secret(stack, 'UnsetSecret', { secretName: 'unset/one' });
  return { deadLetters, jobs, ledger, audit, samples, webhookSecret, unsetSecret };
};

const intake = (stack: Stack, handler: lambda.IFunction, alias: lambda.IFunction): void => {
  const api = new apigateway.RestApi(stack, 'Api', {
    binaryMediaTypes: ['multipart/form-data'],
    deployOptions: { stageName: 'live' },
    cloudWatchRole: false,
  });
  api.addGatewayResponse('Slow', {
    type: apigateway.ResponseType.INTEGRATION_TIMEOUT,
    statusCode: '503',
    responseHeaders: { 'Retry-After': "'5'" },
    templates: { 'application/json': '{"error":$context.error.messageString}' },
  });
  api.addGatewayResponse('Failed', { type: apigateway.ResponseType.DEFAULT_5XX });
  const webhook = api.root.addResource('webhook');
  webhook.addMethod('POST', new apigateway.LambdaIntegration(handler));
  webhook.addResource('{id}').addMethod('GET', new apigateway.LambdaIntegration(alias));
  webhook.addResource('health').addMethod('GET', new apigateway.MockIntegration());
  api.root.addProxy({ defaultIntegration: new apigateway.LambdaIntegration(handler) });
};

const triggers = (handler: lambda.Function, stores: ReturnType<typeof storage>): void => {
  handler.addEventSource(
    new eventSources.SqsEventSource(stores.jobs, {
      batchSize: 5,
      maxBatchingWindow: Duration.seconds(1),
      reportBatchItemFailures: true,
      maxConcurrency: 4,
    }),
  );
  handler.addEventSource(new eventSources.SqsEventSource(stores.deadLetters, { enabled: false }));
  handler.addEventSource(
    new eventSources.DynamoEventSource(stores.ledger as dynamodb.ITable, {
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      retryAttempts: 3,
      bisectBatchOnError: true,
      onFailure: new eventSources.SqsDlq(stores.deadLetters),
      filters: [
        lambda.FilterCriteria.filter({
          eventName: lambda.FilterRule.isEqual('REMOVE'),
          userIdentity: { principalId: lambda.FilterRule.isEqual('dynamodb.amazonaws.com') },
        }),
      ],
    }),
  );
};

const schedules = (stack: Stack, handler: lambda.IFunction): void => {
  new events.Rule(stack, 'Reconcile', {
    schedule: events.Schedule.rate(Duration.minutes(5)),
    targets: [new targets.LambdaFunction(handler, { event: events.RuleTargetInput.fromObject({ type: 'reconcile' }) })],
  });
  new events.Rule(stack, 'Paused', {
    enabled: false,
    schedule: events.Schedule.rate(Duration.minutes(1)),
    targets: [new targets.LambdaFunction(handler)],
  });
};

/**
 * Synthesizes a stack with one of everything that the local stack runs, and gives the assembly's directory. The casts
 * are for the CDK's own types, which are not written for exactOptionalPropertyTypes.
 */
export const synthesizeFixture = async (workDir: string): Promise<string> => {
  const codeDir = join(workDir, 'code');
  await mkdir(codeDir);
  await writeFile(join(codeDir, 'index.js'), 'exports.handler = async () => ({ statusCode: 200 });');
  const outdir = join(workDir, 'cdk.out');
  const context = { '@aws-cdk/core:validateAgainstDefaultRules': false };
  const app = new App({ outdir, analyticsReporting: false, context });
  const stack = new Stack(app, 'Demo-Stack');
  const stores = storage(stack);
  const handler = new lambda.Function(stack, 'Handler', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(codeDir),
    timeout: Duration.seconds(27),
    memorySize: 512,
    reservedConcurrentExecutions: 6,
    environment: {
      QUEUE_URL: stores.jobs.queueUrl,
      TABLE_NAME: stores.ledger.tableName,
      BUCKET_NAME: stores.samples.bucketName,
      SECRET_ARN: stores.webhookSecret.secretArn,
      SECRET_NAME: stores.webhookSecret.secretName,
      BUCKET_HOST: stores.samples.bucketRegionalDomainName,
      REGION: stack.region,
    },
  });
  new lambda.Function(stack, 'Inline', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => undefined;'),
  });
  const version = handler.currentVersion as lambda.IVersion;
  const alias = new lambda.Alias(stack, 'Live', { aliasName: 'live', version });
  intake(stack, handler, alias as lambda.IFunction);
  triggers(handler, stores);
  schedules(stack, handler);
  app.synth();
  return outdir;
};
