import { Match } from 'aws-cdk-lib/assertions';
import { projectedAttributes } from '../../lambdas/ledger/by-kind';
import { settingsSchema } from '../../lib/settings';
import { templateOf } from '../support/templates';

const streamArn = 'arn:aws:dynamodb:eu-central-1:111122223333:table/restored/stream/2026-01-01T00:00:00.000';
const adopted = { TABLE_NAME: 'restored', TABLE_STREAM_ARN: streamArn, BUCKET_NAME: 'earlier-bucket' };

describe('a table and a bucket that exist', () => {
  const template = templateOf(adopted);

  it('given their names, then the stack creates neither, and functions, stream and outputs name them', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 0);
    template.resourceCountIs('AWS::S3::Bucket', 0);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: streamArn });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ LEDGER_TABLE: 'restored', BUCKET: 'earlier-bucket' }) },
    });
    template.hasOutput('TableName', { Value: 'restored' });
    template.hasOutput('BucketName', { Value: 'earlier-bucket' });
  });

  it('given their names, then functions have rights on them and on no other', () => {
    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));

    expect(policies).toContain(':table/restored"');
    expect(policies).toContain(':table/restored/index/by-kind');
    expect(policies).toContain(`"${streamArn}"`);
    expect(policies).toContain(':s3:::earlier-bucket/samples/*');
    expect(policies).not.toMatch(/LedgerTable|StorageBucket/);
  });

  it.each([
    ['a table without its stream', { TABLE_NAME: 'restored' }],
    ['a stream without its table', { TABLE_STREAM_ARN: streamArn }],
    ['the stream of another table', { ...adopted, TABLE_NAME: 'other' }],
  ])('given %s, then the synth is refused', (_given, settings) => {
    expect(() => settingsSchema.parse(settings)).toThrow('expected the ARN of the stream of TABLE_NAME');
  });
});

describe('the index of the table', () => {
  it('given a table of the stack, then its index has what the functions read of it, and nothing else', () => {
    const [index] = Object.values(templateOf({}).findResources('AWS::DynamoDB::Table')).map(
      ({ Properties }: { Properties?: { GlobalSecondaryIndexes: unknown[] } }) => Properties?.GlobalSecondaryIndexes,
    );

    expect(index).toMatchObject([
      { IndexName: 'by-kind', Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: projectedAttributes } },
    ]);
  });
});

describe('the backups of the table', () => {
  it.each([
    [{}, 35],
    [{ BACKUP_DAYS: 7 }, 7],
  ])('given %j, then the table can be restored for %i days, and receipts of erasures learn it', (settings, days) => {
    const template = templateOf(settings);

    template.hasResourceProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: days },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ BACKUP_DAYS: String(days) }) },
    });
  });
});
