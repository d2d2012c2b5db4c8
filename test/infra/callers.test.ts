import { Match } from 'aws-cdk-lib/assertions';
import { templateOf } from '../support/templates';

const settings = { ENROLMENT_RETENTION_DAYS: '30' };
const template = templateOf(settings);

const roleOf = (functionId: string): string => {
  const { Role } = template.findResources('AWS::Lambda::Function')[functionId]!['Properties'] as {
    Role: { 'Fn::GetAtt': [string, string] };
  };
  return Role['Fn::GetAtt'][0];
};

/** Every action that a function may do, with the text of what it may do it to. */
const rightsOf = (functionId: string): [string, string][] => {
  const role = roleOf(functionId);
  return Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role))
    .flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown }[],
    )
    .flatMap(({ Action, Resource }) =>
      [Action].flat().map((action): [string, string] => [action, JSON.stringify(Resource)]),
    );
};

describe('what callers are enrolled and erased with', () => {
  it('given the worker of erasures and exports, then it reads ElevenLabs’ key alone and deletes where callers’ objects are', () => {
    const rights = rightsOf('ErasureFunction');
    const deletable = rights.filter(([action]) => action === 's3:DeleteObject').map(([, where]) => where);

    const secrets = rights.filter(([action]) => action.startsWith('secretsmanager')).map(([, where]) => where);
    expect(secrets).toEqual([expect.stringContaining('ElevenLabsApiKey')]);
    expect([...deletable.join(' ').matchAll(/\/([a-z]+)\/\*/g)].map(([, prefix]) => prefix).sort()).toEqual([
      'callers',
      'exports',
      'postcall',
      'recordings',
      'samples',
      'transcripts',
      'uploads',
    ]);
  });

  it('given the others, then each has the rights of its own step', () => {
    const actionsOf = (id: string, service: string) =>
      rightsOf(id)
        .map(([action]) => action)
        .filter((action) => action.startsWith(service))
        .sort();

    expect(actionsOf('ErasureStatusFunction', 'dynamodb')).toEqual(['dynamodb:GetItem']);
    expect(actionsOf('ErasureRequestFunction', 'dynamodb')).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ]);
    expect(actionsOf('ErasureRequestFunction', 's3')).toEqual(['s3:PutObject']);
    expect(actionsOf('EnrolmentFunction', 'dynamodb')).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ]);
    expect(actionsOf('EnrolmentFunction', 'sqs')).toEqual([]);
  });

  it('given exports, then the worker writes archives only, and the status reads archives only', () => {
    const objectsOf = (id: string, action: string) =>
      [
        ...rightsOf(id)
          .filter(([each]) => each === action)
          .map(([, where]) => where)
          .join(' ')
          .matchAll(/\/([a-z-]+)\/\*/g),
      ]
        .map(([, prefix]) => prefix)
        .sort();

    expect(objectsOf('ErasureFunction', 's3:PutObject')).toEqual(['exports']);
    expect(objectsOf('ErasureFunction', 's3:GetObject')).toEqual([
      'callers',
      'postcall',
      'recordings',
      'samples',
      'transcripts',
      'uploads',
    ]);
    expect(objectsOf('ErasureStatusFunction', 's3:GetObject')).toEqual(['exports']);
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ Prefix: 'exports/', ExpirationInDays: 1 })]),
      },
    });
  });

  it('given an erasure, then what was at work is given longer than the longest of those functions has', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ ERASURE_SETTLE_SECONDS: '30' }) },
    });
    const timeouts = ['PreCallFunction', 'EnrolmentFunction', 'ThreeCxFunction'].map(
      (id) => (template.findResources('AWS::Lambda::Function')[id]!['Properties'] as { Timeout: number }).Timeout,
    );
    expect(Math.max(...timeouts)).toBeLessThan(30);
  });

  it('given enrolled samples, then they go when the caller is forgotten', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ Prefix: 'callers/', ExpirationInDays: 30 })]),
      },
    });
  });
});
