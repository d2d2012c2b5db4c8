import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createClients } from '../../ops/clients';
import { emptySecretsOf } from '../../ops/secrets';
import { scripted } from '../support/scripted-client';

const region = 'eu-central-1';

const emptyWith = async (phoneNumberId: string, versions: object = {}) => {
  const secrets = scripted(new SecretsManagerClient({ region }), { VersionIdsToStages: versions });
  const lambda = scripted(new LambdaClient({ region }), {
    Environment: { Variables: { ELEVENLABS_PHONE_NUMBER_ID: phoneNumberId } },
  });
  return emptySecretsOf({
    clients: { ...createClients({ region }), secrets: secrets.client, lambda: lambda.client },
    functions: { ThreeCx: { name: 'three-cx', logGroup: 'three-cx' } },
    secrets: { ThreeCxWebhookSecret: 'arn:1', InitiationSecret: 'arn:2' },
  });
};

describe('secrets without a value', () => {
  it('given no number that places 3CX calls, then the secret of 3CX is not missed', async () => {
    expect(await emptyWith('')).toEqual(['InitiationSecret']);
  });

  it('given such a number, then it is', async () => {
    expect(await emptyWith('phone_1')).toEqual(['InitiationSecret', 'ThreeCxWebhookSecret']);
  });

  it('given values, then none is empty', async () => {
    expect(await emptyWith('phone_1', { v1: ['AWSCURRENT'] })).toEqual([]);
  });
});
