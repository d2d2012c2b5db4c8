import { templateOf } from '../support/templates';

const settings = {
  AGENT_IDS: 'agent_1,agent_2',
  ELEVENLABS_AGENT_ID: 'agent_3',
  AGENT_ACTIVATION: 'both',
  DYNAMIC_VARIABLES: '{"company":"Acme"}',
};
const template = templateOf(settings);
const functions = template.findResources('AWS::Lambda::Function');

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

describe('the function of the set-up check', () => {
  it('given its template, then it knows how agents are used, and ends before API Gateway gives up', () => {
    expect(functions['SetupCheckFunction']).toMatchObject({
      Properties: {
        Timeout: 27,
        Environment: {
          Variables: {
            AGENT_IDS: 'agent_1,agent_2',
            ELEVENLABS_AGENT_ID: 'agent_3',
            AGENT_ACTIVATION: 'both',
            LONGEST_CALL_MINUTES: '60',
            DYNAMIC_VARIABLES: '{"company":"Acme"}',
          },
        },
      },
    });
  });

  it('given its role, then it reads two secrets, lists and reads agents, records what it saw, and nothing else', () => {
    const policies = template.findResources('AWS::IAM::Policy');
    const own = Object.entries(policies).find(([id]) => id.startsWith('ServiceSetupCheckRole'));
    const { Statement } = (own![1]['Properties'] as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument;
    const rights = Statement.flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${JSON.stringify(resource)}`)),
    );

    expect(rights.filter((right) => !/^(logs|xray):/.test(right)).toSorted()).toEqual([
      expect.stringMatching(/^dynamodb:GetItem .*LedgerTable","Arn"\]\}$/),
      expect.stringMatching(/^dynamodb:PutItem .*LedgerTable","Arn"\]\}$/),
      expect.stringMatching(/^dynamodb:Query .*LedgerTable.*\/index\/by-kind"\]\]\}$/),
      // It takes the note away that a PATCH was refused.
      expect.stringMatching(/^dynamodb:UpdateItem .*LedgerTable","Arn"\]\}$/),
      'secretsmanager:GetSecretValue {"Ref":"ElevenLabsApiKey"}',
      'secretsmanager:GetSecretValue {"Ref":"ElevenLabsWebhookSecret"}',
    ]);
  });
});

describe('the function of reconcile', () => {
  it('given its template, then it knows the agents of the settings', () => {
    expect(functions['ReconcileFunction']).toMatchObject({
      Properties: {
        Environment: { Variables: { AGENT_IDS: 'agent_1,agent_2', ELEVENLABS_AGENT_ID: 'agent_3' } },
      },
    });
  });
});
