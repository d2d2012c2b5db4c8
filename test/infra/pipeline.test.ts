import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { templateOf } from '../support/templates';

const root = join(__dirname, '..', '..');
const workflows = join(root, '.github', 'workflows');

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: unknown;
}

const policyOf = (name: string): readonly Statement[] =>
  (JSON.parse(readFileSync(join(root, 'docs', 'policies', `${name}.json`), 'utf8')) as { Statement: Statement[] })
    .Statement;

const matches = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(text);

const isAllowed = (policy: readonly Statement[], action: string, resource: string): boolean =>
  policy.some(
    ({ Action, Resource }) =>
      [Action].flat().some((each) => matches(each, action)) && Resource.some((each) => matches(each, resource)),
  );

const at = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:111122223333:${resource}`;
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const api = (path: string) => `arn:aws:apigateway:eu-central-1::${path}`;

/**
 * What CloudFormation does to create and to delete a resource of a type, on the name that AWS gives it in this stack.
 */
const needed: Readonly<Record<string, (id: string) => readonly (readonly [string, string])[]>> = {
  'AWS::ApiGateway::Account': () => [['apigateway:PATCH', api('/account')]],
  'AWS::ApiGateway::BasePathMapping': () => [
    ['apigateway:POST', api('/domainnames/calls.example.com/basepathmappings')],
  ],
  'AWS::ApiGateway::Deployment': () => [['apigateway:POST', api('/restapis/a1b2c3/deployments')]],
  'AWS::ApiGateway::DomainName': () => [
    ['apigateway:POST', api('/domainnames')],
    ['iam:CreateServiceLinkedRole', role('aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway')],
  ],
  'AWS::ApiGateway::GatewayResponse': () => [['apigateway:PUT', api('/restapis/a1b2c3/gatewayresponses/THROTTLED')]],
  'AWS::ApiGateway::Method': () => [['apigateway:PUT', api('/restapis/a1b2c3/resources/d4/methods/POST')]],
  'AWS::ApiGateway::Resource': () => [['apigateway:POST', api('/restapis/a1b2c3/resources/d4')]],
  'AWS::ApiGateway::RestApi': () => [
    ['apigateway:POST', api('/restapis')],
    ['apigateway:UpdateRestApiPolicy', api('/restapis/a1b2c3')],
    ['apigateway:DELETE', api('/restapis/a1b2c3')],
  ],
  'AWS::ApiGateway::Stage': () => [
    ['apigateway:POST', api('/restapis/a1b2c3/stages')],
    ['apigateway:PUT', api('/tags/arn%3Aaws%3Aapigateway')],
  ],
  'AWS::Budgets::Budget': () => [['budgets:ModifyBudget', 'arn:aws:budgets::111122223333:budget/Monthly-Xy12']],
  'AWS::CloudWatch::Alarm': () => [
    ['cloudwatch:PutMetricAlarm', at('cloudwatch', 'alarm:Precall-prod-ClonesStopped')],
    ['cloudwatch:DeleteAlarms', at('cloudwatch', 'alarm:Precall-prod-ClonesStopped')],
  ],
  'AWS::CloudWatch::Dashboard': () => [['cloudwatch:PutDashboard', 'arn:aws:cloudwatch::111122223333:dashboard/x']],
  'AWS::CodeDeploy::Application': (id) => [
    ['codedeploy:CreateApplication', at('codedeploy', `application:Precall-prod-${id}-Xy12`)],
  ],
  'AWS::CodeDeploy::DeploymentGroup': (id) => [
    ['codedeploy:CreateDeploymentGroup', at('codedeploy', `deploymentgroup:Precall-prod-x/Precall-prod-${id}-Xy12`)],
    ['codedeploy:CreateDeployment', at('codedeploy', `deploymentgroup:Precall-prod-x/Precall-prod-${id}-Xy12`)],
    ['iam:PassRole', role('Precall-prod-DeploymentsRole-Xy12')],
  ],
  'AWS::DynamoDB::Table': (id) => [
    ['dynamodb:CreateTable', at('dynamodb', `table/Precall-prod-${id}-Xy12`)],
    ['dynamodb:UpdateTimeToLive', at('dynamodb', `table/Precall-prod-${id}-Xy12`)],
    ['dynamodb:UpdateContinuousBackups', at('dynamodb', `table/Precall-prod-${id}-Xy12`)],
    ['kms:CreateGrant', at('kms', 'key/00000000')],
  ],
  'AWS::Events::Rule': (id) => [['events:PutTargets', at('events', `rule/Precall-prod-${id}-Xy12`)]],
  'AWS::IAM::ManagedPolicy': (id) => [
    ['iam:CreatePolicy', `arn:aws:iam::111122223333:policy/Precall-prod-${id}-Xy12`],
    ['iam:DeletePolicy', `arn:aws:iam::111122223333:policy/Precall-prod-${id}-Xy12`],
  ],
  'AWS::IAM::Policy': () => [['iam:PutRolePolicy', role('Precall-prod-ServicePreCallRole-Xy12')]],
  'AWS::IAM::Role': (id) => [
    ['iam:CreateRole', role(`Precall-prod-${id.slice(0, 20)}-Xy12`)],
    ['iam:DeleteRole', role(`Precall-prod-${id.slice(0, 20)}-Xy12`)],
  ],
  'AWS::Lambda::Alias': (id) => [['lambda:CreateAlias', at('lambda', `function:Precall-prod-${id}-Xy12`)]],
  'AWS::Lambda::EventInvokeConfig': () => [
    ['lambda:PutFunctionEventInvokeConfig', at('lambda', 'function:Precall-prod-ReconcileFunction-Xy12')],
  ],
  'AWS::Lambda::EventSourceMapping': () => [['lambda:CreateEventSourceMapping', '*']],
  'AWS::Lambda::Function': (id) => [
    ['lambda:CreateFunction', at('lambda', `function:Precall-prod-${id}-Xy12`)],
    ['iam:PassRole', role('Precall-prod-ServicePreCallRole-Xy12')],
    ['s3:GetObject', 'arn:aws:s3:::cdk-hnb659fds-assets-111122223333-eu-central-1/0123.zip'],
  ],
  'AWS::Lambda::Permission': () => [['lambda:AddPermission', at('lambda', 'function:Precall-prod-x-Xy12')]],
  'AWS::Lambda::Version': () => [['lambda:PublishVersion', at('lambda', 'function:Precall-prod-x-Xy12')]],
  'AWS::Logs::LogGroup': (id) => [
    ['logs:CreateLogGroup', at('logs', `log-group:Precall-prod-${id}-Xy12`)],
    ['logs:CreateLogGroup', at('logs', 'log-group:aws-waf-logs-Precall-prod')],
  ],
  'AWS::Logs::MetricFilter': () => [['logs:PutMetricFilter', at('logs', 'log-group:Precall-prod-x-Xy12')]],
  'AWS::S3::Bucket': (id) => [['s3:CreateBucket', `arn:aws:s3:::precall-prod-${id.toLowerCase()}-xy12`]],
  'AWS::S3::BucketPolicy': () => [['s3:PutBucketPolicy', 'arn:aws:s3:::precall-prod-storagebucket-xy12']],
  'AWS::SNS::Subscription': () => [['sns:Subscribe', at('sns', 'Precall-prod-x-Xy12')]],
  'AWS::SNS::Topic': (id) => [['sns:CreateTopic', at('sns', `Precall-prod-${id}-Xy12`)]],
  'AWS::SNS::TopicPolicy': () => [['sns:SetTopicAttributes', at('sns', 'Precall-prod-x-Xy12')]],
  'AWS::SQS::Queue': (id) => [['sqs:CreateQueue', at('sqs', `Precall-prod-${id}-Xy12`)]],
  'AWS::SQS::QueuePolicy': () => [['sqs:SetQueueAttributes', at('sqs', 'Precall-prod-x-Xy12')]],
  'AWS::SecretsManager::Secret': (id) => [
    ['secretsmanager:CreateSecret', at('secretsmanager', `secret:${id}-Xy12ab`)],
    ['secretsmanager:DeleteSecret', at('secretsmanager', `secret:${id}-Xy12ab`)],
  ],
  'AWS::WAFv2::IPSet': () => [['wafv2:CreateIPSet', at('wafv2', 'regional/ipset/x/1')]],
  'AWS::WAFv2::LoggingConfiguration': () => [
    ['wafv2:PutLoggingConfiguration', at('wafv2', 'regional/webacl/x/1')],
    ['logs:PutResourcePolicy', '*'],
  ],
  'AWS::WAFv2::WebACL': () => [['wafv2:CreateWebACL', at('wafv2', 'regional/webacl/x/1')]],
  'AWS::WAFv2::WebACLAssociation': () => [['wafv2:AssociateWebACL', at('wafv2', 'regional/webacl/x/1')]],
  'AWS::XRay::SamplingRule': () => [['xray:CreateSamplingRule', at('xray', 'sampling-rule/Precall-prod')]],
  // The function that empties a bucket, which CloudFormation runs.
  'Custom::S3AutoDeleteObjects': () => [
    ['lambda:InvokeFunction', at('lambda', 'function:Precall-prod-CustomS3AutoDeleteObjects-Xy12')],
  ],
};

const everything = {
  KMS_KEY_ARN: 'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000',
  DOMAIN_NAME: 'calls.example.com',
  CERTIFICATE_ARN: 'arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
  WAF_ENABLED: true,
  DEPLOYMENT: 'canary',
  BUDGET_USD: 50,
  ALARM_EMAIL: 'team@example.com',
};

describe('the policy that CloudFormation deploys with', () => {
  const policy = policyOf('deployment');

  it.each([
    ['every option', everything],
    ['a disposable stage', { RETAIN_DATA: false }],
  ])('given %s, then each resource of the template can be created under the name that it gets', (_given, settings) => {
    const { Resources } = templateOf(settings, 'Precall-prod').toJSON() as {
      Resources: Record<string, { Type: string }>;
    };

    const missing = Object.entries(Resources)
      .filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata')
      .flatMap(([id, { Type }]) => (needed[Type] ?? (() => [[`no row for ${Type}`, id] as const]))(id))
      .filter(([action, resource]) => !isAllowed(policy, action, resource));

    expect(missing).toEqual([]);
  });

  it('given what others own, then it is out of reach', () => {
    for (const [action, resource] of [
      ['lambda:UpdateFunctionCode', at('lambda', 'function:billing')],
      ['dynamodb:DeleteTable', at('dynamodb', 'table/orders')],
      ['s3:GetObject', 'arn:aws:s3:::invoices/2026.pdf'],
      ['secretsmanager:GetSecretValue', at('secretsmanager', 'secret:ElevenLabsApiKey-Xy12ab')],
      ['iam:PutRolePolicy', role('Admin')],
      ['iam:CreateUser', 'arn:aws:iam::111122223333:user/x'],
    ] as const)
      expect([action, isAllowed(policy, action, resource)]).toEqual([action, false]);
  });
});

describe('every policy in docs/policies', () => {
  it.each(['deployment', 'pipeline', 'bootstrap'])(
    'given %s, then AWS accepts its length, and it allows no service all',
    (name) => {
      const policy = policyOf(name);

      expect(JSON.stringify({ Version: '2012-10-17', Statement: policy }).length).toBeLessThan(6144);
      for (const { Action, Resource } of policy)
        if (Resource.includes('*')) expect([Action].flat().filter((action) => action.endsWith(':*'))).toEqual([]);
    },
  );
});

describe('the workflows', () => {
  it.each(readdirSync(workflows))(
    'given %s, then its actions are pinned to a commit, and it runs on Ubuntu',
    (file) => {
      const text = readFileSync(join(workflows, file), 'utf8');

      const uses = [...text.matchAll(/uses: (.*)$/gm)].map(([, action]) => action);
      expect(uses.filter((action) => !/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action!))).toEqual([]);
      expect([...new Set([...text.matchAll(/runs-on: (.*)$/gm)].map(([, runner]) => runner))]).toEqual([
        'ubuntu-latest',
      ]);
      expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
    },
  );

  it('given the deployment, then prod comes after dev, needs its own environment, and nothing runs until it is turned on', () => {
    const [, dev = '', prod = ''] = /\n {2}dev:\n(.*)\n {2}prod:\n(.*)$/s.exec(
      readFileSync(join(workflows, 'deploy.yml'), 'utf8'),
    )!;

    expect(dev).toContain("if: vars.DEPLOYMENTS == 'on'");
    expect(dev).toContain('environment: dev');
    expect(prod).toContain('needs: dev');
    expect(prod).toContain('environment: prod');
    expect(prod).toContain('steps: *deploy');
  });
});
