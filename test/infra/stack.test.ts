import { Match } from 'aws-cdk-lib/assertions';
import { synthesizedResources } from '../support/iam';
import { templateOf } from '../support/templates';

const settings = { VOICE_TTL_HOURS: '36' };
const template = templateOf(settings);

describe('PrecallStack', () => {
  it('given its table, then items expire, their old images are streamed, and they are found by kind and expiry', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      StreamSpecification: { StreamViewType: 'OLD_IMAGE' },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      GlobalSecondaryIndexes: [
        Match.objectLike({
          KeySchema: [
            { AttributeName: 'kind', KeyType: 'HASH' },
            { AttributeName: 'expires_at', KeyType: 'RANGE' },
          ],
        }),
      ],
    });
  });

  it('given its bucket, then it is private, encrypted, and samples go some days after their voices', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      BucketEncryption: Match.anyValue(),
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ Prefix: 'samples/', ExpirationInDays: 4, Status: 'Enabled' })]),
      },
    });
  });

  it('given its secrets, then they are created without a value', () => {
    const secrets = template.findResources('AWS::SecretsManager::Secret');

    expect(Object.keys(secrets).sort()).toEqual([
      'CallerHashKey',
      'ElevenLabsApiKey',
      'ElevenLabsWebhookSecret',
      'FlatPostCallSecret',
      'InitiationSecret',
      'ThreeCxWebhookSecret',
    ]);
    for (const [id, { Properties }] of Object.entries(secrets)) {
      if (id === 'CallerHashKey') continue;
      expect(Properties).not.toHaveProperty('GenerateSecretString');
      expect(Properties).not.toHaveProperty('SecretString');
    }
  });

  it('given its queues, then failed jobs are parked for 14 days, and everything is held that long', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 270,
      MessageRetentionPeriod: 1_209_600,
      RedrivePolicy: { maxReceiveCount: 12, deadLetterTargetArn: Match.anyValue() },
    });
    template.resourcePropertiesCountIs('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600 }, 11);
  });

  it('given the key of callers, then AWS makes it: nobody has to know it', () => {
    const { CallerHashKey } = template.findResources('AWS::SecretsManager::Secret');

    expect(CallerHashKey).toMatchObject({ Properties: { GenerateSecretString: { PasswordLength: 64 } } });
  });

  it('given deletion jobs, then five at a time are worked on, each answered for by itself', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: 'VoiceDeletionFunction' },
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  it('given what leaves the table, then only voices that time to live took away are told, and what fails is parked', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: 'VoiceExpiryFunction' },
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 20,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FilterCriteria: {
        Filters: [
          {
            Pattern: JSON.stringify({
              userIdentity: { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] },
              dynamodb: { OldImage: { kind: { S: ['voice'] } } },
            }),
          },
        ],
      },
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
  });

  it('given what calls leave behind, then ten at a time are worked on, for as long as a recording of hours takes', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: 'PostCallWorkerFunction' },
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
    template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 1800 });
  });

  it('given its bucket, then each kind of object goes at its own age', () => {
    const ages = { samples: 4, postcall: 30, transcripts: 365, recordings: 90, uploads: 1 };
    const Rules = Object.entries(ages).map(([prefix, ExpirationInDays]) =>
      Match.objectLike({ Prefix: `${prefix}/`, ExpirationInDays }),
    );

    for (const rule of Rules)
      template.hasResourceProperties('AWS::S3::Bucket', {
        LifecycleConfiguration: { Rules: Match.arrayWith([rule]) },
      });
  });

  it('given its schedule, then reconcile is invoked every 5 minutes, and runs every hour', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': ['ReconcileFunction', 'Arn'] } })],
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ RECONCILE_MINUTES: '60', LONGEST_CALL_MINUTES: Match.anyValue() }) },
    });
  });

  it('given its functions, then they run on Node 24 on arm64, and the pre-call ends before API Gateway gives up', () => {
    template.allResourcesProperties('AWS::Lambda::Function', { Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 27,
      Environment: { Variables: Match.objectLike({ CLAIM_LEASE_SECONDS: '57', VOICE_TTL_HOURS: '36' }) },
    });
  });

  it('given its API, then it is regional, and multipart is its one binary kind', () => {
    template.hasResourceProperties('AWS::ApiGateway::RestApi', {
      BinaryMediaTypes: ['multipart/form-data'],
      EndpointConfiguration: { Types: ['REGIONAL'] },
    });
  });

  it('given all its policies, then no action is a wildcard, and no secret stands in an environment', () => {
    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    const functions = JSON.stringify(template.findResources('AWS::Lambda::Function'));

    expect(policies).not.toMatch(/"(Action|NotAction)":("\*"|"[a-z0-9]+:\*")/);
    expect(functions).not.toMatch(/SecretString|resolve:secretsmanager/);
  });

  it('given settings that are longer than what Lambda takes as variables, then a sentence says so before anything is deployed', () => {
    const AGENT_IDS = Array.from({ length: 200 }, (_, n) => `agent_${String(n).padStart(20, '0')}`).join(',');

    expect(() => synthesizedResources({ AGENT_IDS })).toThrow(
      /^The settings need \d{4} bytes of environment variables for the function SetupCheck, but Lambda allows 4096\. Shorten .*AGENT_IDS/,
    );
  });
});
