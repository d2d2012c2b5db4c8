import { asText, ofType, type Resources, type Right, rightsOf, rolesOf, synthesizedResources } from '../support/iam';

const resources = synthesizedResources();
const rights = rightsOf(resources);
const allowed = rights.filter(({ effect }) => effect === 'Allow');
const functions = ofType(resources, 'AWS::Lambda::Function');
const policies = ofType(resources, 'AWS::IAM::Policy');

/** Where a `*` may stand in what is reached, and why. */
const wildcards: Readonly<Record<string, (right: Right) => boolean>> = {
  'X-Ray takes segments for no narrower resource': ({ action, resource }) =>
    ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].includes(action) && resource === '*',
  'a stream is found by a list that AWS narrows to no stream; Lambda asks for it': ({ action, resource, holder }) =>
    action === 'dynamodb:ListStreams' && resource === '*' && holder.includes('VoiceExpiry'),
  'objects have ids in their keys: below a prefix': ({ action, resource, effect }) =>
    effect === 'Allow' &&
    /^s3:(Get|Put|Delete)Object$|^s3:AbortMultipartUpload$/.test(action) &&
    new RegExp(
      /^\$\{StorageBucket\.Arn\}/.source +
        /\/(samples|callers|uploads|postcall|transcripts|recordings|exports|rights-log)\/\*$/.source,
    ).test(resource),
  'operators reach what CloudFormation names after the stack, which is more than a policy can list': ({
    action,
    resource,
    holder,
  }) =>
    holder.startsWith('Operators') &&
    /^(lambda:GetFunctionConfiguration|logs:FilterLogEvents|logs:StartQuery|events:EnableRule|sqs:\w+)$/.test(action) &&
    /^arn:\$\{AWS::Partition\}:\w+:\$\{AWS::Region\}:\$\{AWS::AccountId\}:[\w:/-]*\$\{AWS::StackName\}-\*/.test(
      resource,
    ),
  'AWS narrows costs, alarms of every kind and lists to no resource; operators only look at them': ({
    action,
    resource,
    holder,
  }) =>
    holder === 'OperatorsReadPolicy' &&
    [
      'ce:GetCostAndUsage',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetDashboard',
      'cloudwatch:GetMetricData',
      'events:ListRules',
      'lambda:GetAccountSettings',
      'lambda:ListEventSourceMappings',
      'logs:GetQueryResults',
    ].includes(action) &&
    resource === '*',
  'a mapping has a random id: operators change those of the functions of this stack alone': ({
    action,
    holder,
    condition,
  }) =>
    action === 'lambda:UpdateEventSourceMapping' &&
    holder === 'OperatorsActPolicy' &&
    /^\{"ArnLike":\{"lambda:FunctionArn":.*":function:",\{"Ref":"AWS::StackName"\},"-\*"/.test(
      JSON.stringify(condition),
    ),
  'the policy of the API is about the API alone': ({ action, resource, principal }) =>
    action === 'execute-api:Invoke' && resource.startsWith('execute-api:/*') && principal === '*',
  'what comes without TLS is denied, whatever it is': (right) => isTlsOnly(right),
};

const isTlsOnly = ({ effect, condition }: Right): boolean =>
  effect === 'Deny' && JSON.stringify(condition) === '{"Bool":{"aws:SecureTransport":"false"}}';

const excusesOf = (right: Right): string[] =>
  Object.entries(wildcards)
    .filter(([, fits]) => fits(right))
    .map(([reason]) => reason);

describe('all policies of the stack', () => {
  it('given every statement that allows, then no action is a wildcard', () => {
    expect(allowed.filter(({ action }) => action.includes('*'))).toEqual([]);
    expect(allowed.length).toBeGreaterThan(100);
  });

  it('given every statement, then a resource is a wildcard only for a reason that is known, and every reason is needed', () => {
    const wide = rights.filter(({ resource }) => resource.includes('*'));

    expect(wide.filter((right) => excusesOf(right).length === 0)).toEqual([]);
    expect([...new Set(wide.flatMap(excusesOf))].toSorted()).toEqual(Object.keys(wildcards).toSorted());
  });

  it('given every statement that denies, then it is about TLS or about who may call the API', () => {
    const denied = rights.filter((right) => right.effect === 'Deny' && !isTlsOnly(right));

    expect([...new Set(denied.map(({ action }) => action))]).toEqual(['execute-api:Invoke']);
  });

  it('given whom a policy of a resource lets in, then it is a service for its own work, or whoever may call the API', () => {
    const others = allowed.filter(({ principal, action }) => principal !== undefined && action !== 'sts:AssumeRole');

    expect(others.map(({ principal, action, condition }) => [principal, action, condition])).toEqual([
      [
        { Service: 'cloudwatch.amazonaws.com' },
        'sns:Publish',
        { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      ],
      ['*', 'execute-api:Invoke', undefined],
    ]);
  });
});

const idsOf = (type: string, all: Resources = resources): string[] => ofType(all, type).map(([id]) => id);

/** The role with which the account's API Gateway writes logs, this stack's and those of others. */
const [logRole = ''] = rights
  .filter(({ principal }) => JSON.stringify(principal) === '{"Service":"apigateway.amazonaws.com"}')
  .map(({ holder }) => holder);

describe('the roles of the stack', () => {
  it('given its functions, then each has a role of its own, and there is no other but that of API Gateway', () => {
    const roles = [...rolesOf(resources).values()];

    expect([...roles, logRole].toSorted()).toEqual(idsOf('AWS::IAM::Role').toSorted());
    expect(functions.length).toBeGreaterThan(12);
  });

  it('given its roles, then only Lambda takes them on; nothing of the CDK needs one', () => {
    const trust = rights.filter(({ action, holder }) => action.startsWith('sts:') && holder !== logRole);

    expect(trust.map(({ holder }) => holder).toSorted()).toEqual([...rolesOf(resources).values()].toSorted());
    for (const { principal, action } of trust) {
      expect(action).toBe('sts:AssumeRole');
      expect(principal).toEqual({ Service: 'lambda.amazonaws.com' });
    }
  });

  it('given its policies, then each belongs to one role, and none is managed by AWS or shared', () => {
    for (const [, { Roles, Users, Groups }] of policies) {
      expect(Roles).toHaveLength(1);
      expect([Users, Groups]).toEqual([undefined, undefined]);
    }
    for (const [id, role] of ofType(resources, 'AWS::IAM::Role')) {
      if (id === logRole) continue;
      expect(role).not.toHaveProperty('ManagedPolicyArns');
      expect(role).not.toHaveProperty('Policies');
    }
    const kinds = Object.values(resources).map(({ Type }) => Type);
    expect(kinds.filter((kind) => /^AWS::IAM::(?!Role$|Policy$|ManagedPolicy$)/.test(kind))).toEqual([]);
  });

  it('given the policies for operators, then nobody has them until an administrator attaches them', () => {
    const managed = ofType(resources, 'AWS::IAM::ManagedPolicy');

    expect(managed.map(([id]) => id).toSorted()).toEqual(['OperatorsActPolicy', 'OperatorsReadPolicy']);
    for (const [, { Roles, Users, Groups }] of managed)
      expect([Roles, Users, Groups]).toEqual([undefined, undefined, undefined]);
  });

  it('given the role of API Gateway, then it writes logs as AWS wants it, nobody else takes it on, and it outlives a stack that is thrown away', () => {
    const { [logRole]: kept, ...thrownAway } = synthesizedResources({ RETAIN_DATA: 'false' });
    const [account] = Object.values(thrownAway).filter(({ Type }) => Type === 'AWS::ApiGateway::Account');
    const { [logRole]: unwanted } = synthesizedResources({ API_LOG_ROLE: 'false' });

    expect((kept!.Properties!['ManagedPolicyArns'] as unknown[]).map(asText)).toEqual([
      'arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs',
    ]);
    expect(rights.filter(({ holder }) => holder === logRole).map(({ principal }) => principal)).toEqual([
      { Service: 'apigateway.amazonaws.com' },
    ]);
    expect([kept, account]).toMatchObject([{ DeletionPolicy: 'Retain' }, { DeletionPolicy: 'Retain' }]);
    expect(unwanted).toBeUndefined();
  });

  it('given who may invoke functions, then it is this API and this schedule, each for its own function', () => {
    const [[rule]] = ofType(resources, 'AWS::Events::Rule') as [[string, unknown]];
    const [[api]] = ofType(resources, 'AWS::ApiGateway::RestApi') as [[string, unknown]];
    const mayInvoke = ofType(resources, 'AWS::Lambda::Permission');

    for (const [, { Action, Principal, SourceArn }] of mayInvoke) {
      expect(Action).toBe('lambda:InvokeFunction');
      const [service, source] = [String(Principal), asText(SourceArn)];
      if (service === 'events.amazonaws.com') expect(source).toBe(`\${${rule}.Arn}`);
      else {
        expect(service).toBe('apigateway.amazonaws.com');
        expect(source).toMatch(new RegExp(`:\\$\\{${api}\\}/[^/*]+/(GET|POST)/[\\w/]+$`));
      }
    }
    expect(mayInvoke.length).toBeGreaterThan(10);
  });

  it('given a function, then it writes to its own log group alone', () => {
    const logs = rights.filter(({ action, holder }) => action.startsWith('logs:') && !holder.startsWith('Operators'));

    for (const [id, { LoggingConfig }] of functions) {
      const { LogGroup } = LoggingConfig as { LogGroup: unknown };
      const role = rolesOf(resources).get(id);
      const own = logs.filter(({ holder }) => holder.startsWith(`${String(role).slice(0, -8)}DefaultPolicy`));
      expect(own.map(({ action, resource }) => `${action} ${resource}`).toSorted()).toEqual(
        ['logs:CreateLogStream', 'logs:PutLogEvents'].map(
          (action) => `${action} ${asText(LogGroup).replace('}', '.Arn}')}`,
        ),
      );
    }
    expect(logs).toHaveLength(2 * functions.length);
  });
});
