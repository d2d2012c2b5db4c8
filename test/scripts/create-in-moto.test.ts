import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { differences, valuesIn } from '../../scripts/create-in-moto/differences';
import { leftOutTypes, motoLacks, removedTypes } from '../../scripts/create-in-moto/moto-lacks';
import { pruneTemplate, rawTemplate } from '../../scripts/create-in-moto/prune-template';
import { type Outcome, problemsOf, reportLines } from '../../scripts/create-in-moto/report';
import { describedStage, lifecycleOf, stageInput } from '../../scripts/create-in-moto/request-shapes';
import { ofType, synthesizedResources } from '../support/iam';

const everything = {
  WAF_ENABLED: 'true',
  ALARM_EMAIL: 'alarms@example.com',
  DOMAIN_NAME: 'calls.example.com',
  CERTIFICATE_ARN: 'arn:aws:acm:eu-central-1:123456789012:certificate/abc',
};

const template = (Resources: object, Outputs: object = {}) =>
  rawTemplate.parse({
    Resources,
    Outputs,
    Parameters: { Version: { Type: 'String' } },
    Rules: { Check: {} },
  });

describe('pruneTemplate', () => {
  it('given types to remove, then they go, with what waits for them or shows them, and all else stays', () => {
    const given = template(
      {
        Alarm: { Type: 'A::Alarm' },
        Queue: { Type: 'A::Queue', DependsOn: ['Alarm', 'Role'], DeletionPolicy: 'Retain' },
        Role: { Type: 'A::Role', DependsOn: 'Alarm' },
      },
      { AlarmName: { Value: { Ref: 'Alarm' } }, QueueUrl: { Value: { Ref: 'Queue' } } },
    );

    const { template: pruned, lostOutputs } = pruneTemplate(given, {
      removedTypes: new Set(['A::Alarm']),
      standIns: {},
    });

    expect(pruned.Resources).toEqual({
      Queue: { Type: 'A::Queue', DependsOn: ['Role'], DeletionPolicy: 'Retain' },
      Role: { Type: 'A::Role', DependsOn: [] },
    });
    expect(Object.keys(pruned.Outputs)).toEqual(['QueueUrl']);
    expect(lostOutputs).toEqual(['AlarmName']);
    expect(pruned['Rules']).toEqual({ Check: {} });
  });

  it('given something that stands in, then it becomes a parameter of that name', () => {
    const given = template({
      Secret: { Type: 'A::Secret' },
      Reader: {
        Type: 'A::Reader',
        Properties: { Arn: { Ref: 'Secret' }, Text: { 'Fn::Sub': '${Secret}/${AWS::Region}' } },
      },
    });
    const standIns = { Secret: 'arn:of:secret' };

    const { template: pruned } = pruneTemplate(given, { removedTypes: new Set(['A::Secret']), standIns });

    expect(pruned.Parameters).toEqual({
      Version: { Type: 'String' },
      Secret: { Type: 'String', Default: 'arn:of:secret' },
    });
  });

  it.each([
    ['Ref', { Ref: 'Secret' }, {}],
    ['Fn::Sub', { 'Fn::Join': ['', [{ 'Fn::Sub': ['${Secret}', {}] }]] }, {}],
    ['an attribute, which no parameter has', { 'Fn::GetAtt': ['Secret', 'Arn'] }, { Secret: 'arn' }],
    ['an attribute in Fn::Sub', { 'Fn::Sub': '${Secret.Arn}' }, { Secret: 'arn' }],
  ])('given a reference by %s to what goes, then it says which', (_by, reference, standIns) => {
    const given = template({
      Secret: { Type: 'A::Secret' },
      Reader: { Type: 'A::Reader', Properties: { Of: [reference] } },
    });

    expect(() => pruneTemplate(given, { removedTypes: new Set(['A::Secret']), standIns })).toThrow(
      /^Reader refers to Secret, whose type A::Secret is taken out/,
    );
  });

  it('given our template with every setting, then what moto lacks can be taken out of it', () => {
    const resources = synthesizedResources(everything);
    const types = ['AWS::SecretsManager::Secret', 'AWS::ApiGateway::Stage'];
    const standIns = Object.fromEntries(types.flatMap((type) => ofType(resources, type)).map(([id]) => [id, 'made']));

    const { template: pruned } = pruneTemplate(template(resources), { removedTypes, standIns });

    const left = new Set(Object.values(pruned.Resources).map(({ Type }) => Type));
    expect([...left].filter((type) => removedTypes.has(type))).toEqual([]);
    expect(Object.keys(pruned.Resources).length).toBeGreaterThan(100);
    expect(() => pruneTemplate(template(resources), { removedTypes, standIns: {} })).toThrow('say in moto-lacks.ts');
  });
});

describe('differences', () => {
  it('given the same with more beside it, then there are none', () => {
    expect(differences({ a: [1, { b: 'x' }] }, { a: [1, { b: 'x', c: 2 }], d: null })).toEqual([]);
  });

  it.each([
    ['another value', { a: { b: 12 } }, { a: { b: 11 } }, ['a.b is 11, and the template says 12']],
    ['a number as text', { a: 1 }, { a: '1' }, ['a is "1", and the template says 1']],
    ['a field that is missing', { a: false }, {}, ['a is missing, and the template says false']],
    ['nothing at all', { a: 1 }, undefined, ['all of it is missing, and the template says {"a":1}']],
    [
      'a list in another order',
      { a: ['x', 'y'] },
      { a: ['y', 'x'] },
      ['a[0] is "y", and the template says "x"', 'a[1] is "x", and the template says "y"'],
    ],
    ['a longer list', { a: [1] }, { a: [1, 2] }, ['a is [1,2], and the template says [1]']],
  ])('given %s, then it says where', (_given, expected, described, sentences) => {
    expect(differences(expected, described)).toEqual(sentences);
  });

  it('given what is expected, then single values are counted', () => {
    expect(valuesIn({ a: [1, { b: 'x' }], c: null, d: {} })).toBe(3);
  });
});

const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  stackName: 'Precall-test',
  status: 'CREATE_COMPLETE',
  inTemplate: { 'A::Queue': 2, 'AWS::XRay::SamplingRule': 1 },
  askedOfCloudFormation: { 'A::Queue': 2 },
  byCloudFormation: { 'A::Queue': 2 },
  throughApi: {},
  lostOutputs: [],
  comparisons: [{ type: 'A::Queue', what: 'Jobs', expected: { tries: 12 }, described: { tries: 12 } }],
  ...changes,
});

describe('the report', () => {
  it('given all as the template says, then there is no problem, and what is left out has its reason', () => {
    expect(problemsOf(outcome())).toEqual([]);
    expect(reportLines(outcome())).toEqual([
      'Precall-test is CREATE_COMPLETE.',
      '    2  A::Queue · 2 by CloudFormation, values compared: 1',
      '    1  AWS::XRay::SamplingRule · left out',
      'Described back and compared: 1 values.',
      'Left out: AWS::XRay::SamplingRule (moto has no CreateSamplingRule (404)).',
    ]);
  });

  it.each([
    ['a stack that failed', { status: 'ROLLBACK_COMPLETE' }, 'The stack is ROLLBACK_COMPLETE.'],
    [
      'a resource too few',
      { byCloudFormation: {} },
      'A::Queue: CloudFormation made 0, and the template has 2; moto-lacks.ts says what it does not make.',
    ],
    [
      'a type that nobody asked for',
      { byCloudFormation: { 'A::Queue': 2, 'A::B': 1 } },
      'A::B: CloudFormation made 1, and the template has 0; moto-lacks.ts says what it does not make.',
    ],
    [
      'another value',
      { comparisons: [{ type: 'A::Queue', what: 'Jobs', expected: { tries: 12 }, described: { tries: 3 } }] },
      'A::Queue Jobs: tries is 3, and the template says 12.',
    ],
  ])('given %s, then it is a problem', (_given, changes, sentence) => {
    expect(problemsOf(outcome(changes))).toEqual([sentence]);
  });
});

describe('what moto lacks', () => {
  it('given the template, then it is asked through the API in the shapes that S3 and API Gateway take', () => {
    const resources = synthesizedResources();
    const [[, bucket]] = ofType(resources, 'AWS::S3::Bucket') as [[string, Record<string, unknown>]];
    const [[, stage]] = ofType(resources, 'AWS::ApiGateway::Stage') as [[string, Record<string, unknown>]];
    const asText = {
      RestApiId: 'api',
      DeploymentId: 'deployment',
      AccessLogSetting: { DestinationArn: 'arn', Format: '{}' },
    };

    expect(lifecycleOf(bucket)).toMatchObject({
      Rules: expect.arrayContaining([expect.objectContaining({ ID: 'uploads', Expiration: { Days: 1 } })]),
    });
    expect(stageInput({ ...stage, ...asText })).toMatchObject({
      made: { restApiId: 'api', stageName: 'v1', deploymentId: 'deployment', tracingEnabled: true },
      changed: {
        patchOperations: expect.arrayContaining([{ op: 'replace', path: '/accessLogSettings/format', value: '{}' }]),
      },
    });
    expect(describedStage({ ...stage, ...asText })).toMatchObject({
      stageName: 'v1',
      accessLogSettings: { format: '{}' },
    });
  });

  it('given docs/DEPLOYMENT.md, then its table has each type with what becomes of it, and no other', () => {
    const text = readFileSync(join(__dirname, '..', '..', 'docs', 'DEPLOYMENT.md'), 'utf8');
    const section = text.split('\n## ').find((part) => part.startsWith('Trying the template without an account'));
    const rows = [...(section ?? '').matchAll(/^\| `(AWS::\w+::\w+)`([^|]*)\|([^|]*)\|/gm)].map(
      ([, type, properties, fate]) => [
        type,
        [...properties!.matchAll(/`(\w+)`/g)].map(([, name]) => name),
        fate!.trim(),
      ],
    );

    const inCode = motoLacks.map(({ type, properties = [], made }) => [
      type,
      properties,
      made === 'not' ? 'left out' : 'API',
    ]);
    expect(rows.toSorted()).toEqual(inCode.toSorted());
    expect(leftOutTypes.size).toBeLessThan(removedTypes.size);
  });
});
