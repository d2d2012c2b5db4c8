import { templateOf } from '../support/templates';

const settings = { LONGEST_CALL_MINUTES: '45', DYNAMIC_VARIABLES: '{"company":"Acme"}' };
const template = templateOf(settings);

describe('the function of the conversation-initiation webhook', () => {
  it('given its template, then it has the settings that a starting call is answered by, and the power to be quick', () => {
    const { InitiationFunction } = template.findResources('AWS::Lambda::Function');

    expect(InitiationFunction).toMatchObject({
      Properties: {
        MemorySize: 1024,
        Timeout: 5,
        Environment: { Variables: { LONGEST_CALL_MINUTES: '45', DYNAMIC_VARIABLES: '{"company":"Acme"}' } },
      },
    });
    template.hasOutput('InitiationUrl', {});
  });

  it('given its role, then it reads three secrets, reads and updates the ledger, writes to the queue of clones, and nothing else', () => {
    const policies = template.findResources('AWS::IAM::Policy');
    const own = Object.entries(policies).find(([id]) => id.startsWith('ServiceInitiationRole'));
    const { Statement } = (own![1]['Properties'] as { PolicyDocument: { Statement: { Action: unknown }[] } })
      .PolicyDocument;

    expect(Statement).toHaveLength(5);
    expect(Statement).toEqual(
      expect.arrayContaining([
        { Effect: 'Allow', Resource: '*', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] },
        { Effect: 'Allow', Resource: expect.anything(), Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] },
        {
          Effect: 'Allow',
          Resource: [{ Ref: 'InitiationSecret' }, { Ref: 'CallerHashKey' }, { Ref: 'ElevenLabsApiKey' }],
          Action: 'secretsmanager:GetSecretValue',
        },
        {
          Effect: 'Allow',
          Resource: { 'Fn::GetAtt': ['LedgerTable', 'Arn'] },
          Action: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
        },
        {
          Effect: 'Allow',
          Resource: { 'Fn::GetAtt': ['ClonesQueue', 'Arn'] },
          Action: 'sqs:SendMessage',
        },
      ]),
    );
  });
});
