import { Match } from 'aws-cdk-lib/assertions';
import { trustedRanges } from '../../lib/source-addresses';
import { asText, ofType, type Right, rightsOfFunctions, synthesizedResources } from '../support/iam';
import { synthesized, templateOf } from '../support/templates';

const certificate = 'arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-0000-0000-000000000000';
const ownDomain = { DOMAIN_NAME: 'calls.example.com', CERTIFICATE_ARN: certificate };
const key = 'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000';

describe('TLS of the API', () => {
  it.each([
    [{}, 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09'],
    [{ MINIMUM_TLS: '1.3' }, 'SecurityPolicy_TLS13_1_3_2025_09'],
    [{ MINIMUM_TLS: 1.3 }, 'SecurityPolicy_TLS13_1_3_2025_09'],
    [{ MINIMUM_TLS: '1.2-all-ciphers' }, 'SecurityPolicy_TLS13_1_2_PQ_2025_09'],
  ])('given %j, then API and domain have that policy, and both check the host', (settings, policy) => {
    const template = templateOf({ ...settings, ...ownDomain });
    const expected = { SecurityPolicy: policy, EndpointAccessMode: 'STRICT' };

    template.hasResourceProperties('AWS::ApiGateway::RestApi', expected);
    template.hasResourceProperties('AWS::ApiGateway::DomainName', expected);
  });

  it('given a domain, then it is the only way in', () => {
    templateOf({}).hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: false });
    templateOf(ownDomain).hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true });
  });
});

describe('the firewall', () => {
  const template = templateOf({ WAF_ENABLED: true, WAF_TRUSTED_IPS: '198.51.100.7, 203.0.113.0/24' });

  it('given the addresses of ElevenLabs and the operator, then their reputation does not block them', () => {
    const [set] = Object.values(template.findResources('AWS::WAFv2::IPSet'));

    expect((set!['Properties'] as { Addresses: string[] }).Addresses).toEqual(
      expect.arrayContaining(['34.67.146.145/32', '198.51.100.7/32', '203.0.113.0/24']),
    );
    template.hasResourceProperties('AWS::WAFv2::WebACL', {
      Rules: Match.arrayWith([
        Match.objectLike({
          Name: 'BadReputation',
          Statement: {
            ManagedRuleGroupStatement: Match.objectLike({
              ScopeDownStatement: { NotStatement: { Statement: { IPSetReferenceStatement: Match.anyValue() } } },
            }),
          },
        }),
      ]),
    });
  });

  it('given webhooks from anywhere, then the published addresses are trusted, each once', () => {
    const ranges = trustedRanges('any', '34.67.146.145');

    expect(ranges).toContain('34.67.146.145/32');
    expect(new Set(ranges).size).toBe(ranges.length);
  });

  it('given its log, then it has blocked requests only, and no header that signs and no query', () => {
    template.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      LoggingFilter: { DefaultBehavior: 'DROP' },
      RedactedFields: Match.arrayWith([
        ...['elevenlabs-signature', 'x-signature', 'x-precall-secret'].map((Name) => ({ SingleHeader: { Name } })),
        { QueryString: {} },
      ]),
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: 'aws-waf-logs-Precall-test' });
  });
});

describe('the access log', () => {
  it('given LOG_SOURCE_ADDRESS, then it has the address of the sender, and otherwise not', () => {
    const formatOf = (settings: Record<string, string>) =>
      JSON.stringify(templateOf(settings).findResources('AWS::ApiGateway::Stage'));

    expect(formatOf({ LOG_SOURCE_ADDRESS: 'true' })).toContain('$context.identity.sourceIp');
    expect(formatOf({})).not.toContain('identity');
  });
});

describe('narrow rights', () => {
  const rights = rightsOfFunctions(synthesizedResources());
  const conditionsOf = (id: string, action: string) =>
    rights
      .get(id)!
      .filter((right) => right.action === action)
      .map(({ condition }) => condition);

  it('given the open health route, then its function sees no key of an object and one item of the table', () => {
    expect(conditionsOf('HealthFunction', 's3:ListBucket')).toEqual([{ StringEquals: { 's3:prefix': 'health/' } }]);
    expect(conditionsOf('HealthFunction', 'dynamodb:GetItem')).toEqual([
      { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['INSTALLATION'] } },
    ]);
  });

  it('given the shared event bus, then the worker publishes as precall alone', () => {
    expect(conditionsOf('PostCallWorkerFunction', 'events:PutEvents')).toEqual([
      { StringEquals: { 'events:source': 'precall', 'events:detail-type': ['CallCompleted', 'CallFailed'] } },
    ]);
  });
});

describe('KMS_KEY_ARN', () => {
  const settings = { KMS_KEY_ARN: key, WAF_ENABLED: 'true' };
  const resources = synthesizedResources(settings);
  const rights = rightsOfFunctions(resources);

  it.each([
    ['AWS::DynamoDB::Table', { SSESpecification: { KMSMasterKeyId: key, SSEEnabled: true, SSEType: 'KMS' } }],
    ['AWS::SQS::Queue', { KmsMasterKeyId: key }],
    ['AWS::SNS::Topic', { KmsMasterKeyId: key }],
    ['AWS::SecretsManager::Secret', { KmsKeyId: key }],
    ['AWS::Logs::LogGroup', { KmsKeyId: key }],
  ])('given every %s, then it is encrypted with the key', (type, expected) => {
    const found = ofType(resources, type).map(([, properties]) => properties);

    expect(found).toEqual(found.map(() => expect.objectContaining(expected) as unknown));
    expect(found.length).toBeGreaterThan(0);
  });

  it('given the bucket, then it is encrypted with the key, by a bucket key', () => {
    const [[, bucket]] = ofType(resources, 'AWS::S3::Bucket') as [[string, object]];

    expect(bucket).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { KMSMasterKeyID: key, SSEAlgorithm: 'aws:kms' } },
        ],
      },
    });
  });

  /** The services that a function uses: those whose data the key encrypts. */
  const usedBy = (own: readonly Right[]) =>
    ['s3', 'dynamodb', 'sqs', 'secretsmanager'].filter((service) =>
      own.some(
        ({ action }) =>
          /^(s3:(Get|Put)Object|dynamodb:(Get|Put|Query|BatchGet|Update)\w*|sqs:SendMessage|secretsmanager:.*)$/.test(
            action,
          ) && action.startsWith(`${service}:`),
      ),
    );
  const viaOf = (own: readonly Right[]) =>
    own.flatMap(({ action, condition }) => {
      if (!action.startsWith('kms:') || condition === undefined) return [];
      const { StringEquals } = condition as { StringEquals: { 'kms:ViaService': unknown } };
      return asText(StringEquals['kms:ViaService']).split('.')[0] ?? '';
    });

  it('given each function, then it may use the key through the services that it uses, and through no other', () => {
    for (const [id, own] of rights)
      expect([id, [...new Set(viaOf(own))].toSorted()]).toEqual([id, usedBy(own).toSorted()]);
  });

  it('given rights to the key without a service, then only Lambda needs them, to read a queue or the stream', () => {
    const readers = ofType(resources, 'AWS::Lambda::EventSourceMapping').map(([, { FunctionName }]) =>
      asText(FunctionName).slice(2, -1),
    );
    for (const [id, own] of rights) {
      const bare = own.filter(({ action, condition }) => action.startsWith('kms:') && condition === undefined);
      expect([id, bare.length > 0]).toEqual([id, readers.includes(id)]);
      expect(bare.filter(({ action }) => !['kms:Decrypt', 'kms:DescribeKey'].includes(action))).toEqual([]);
    }
    for (const own of rights.values())
      for (const { action, resource } of own) if (action.startsWith('kms:')) expect(resource).toBe(key);
  });

  it('given all of it, then cdk-nag finds nothing', () => {
    expect(synthesized({ settings, isChecked: true }).findings).toEqual({ AwsSolutions: [], Serverless: [] });
  });

  it('given no key, then no function has a right to any', () => {
    for (const own of rightsOfFunctions(synthesizedResources()).values())
      expect(own.filter(({ action }) => action.startsWith('kms:'))).toEqual([]);
  });
});
