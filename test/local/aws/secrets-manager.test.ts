import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { type AwsEmulators, startAwsEmulators } from '../../../local/aws/emulators';
import { clientsFor } from './clients';

let emulators: AwsEmulators;
let secrets: ReturnType<typeof clientsFor>['secrets'];

beforeAll(async () => {
  emulators = await startAwsEmulators();
  secrets = clientsFor(emulators.url).secrets;
});

afterAll(async () => {
  secrets.destroy();
  await emulators.close();
});

const read = (SecretId: string) => secrets.send(new GetSecretValueCommand({ SecretId }));

describe('Secrets Manager of the local stack', () => {
  it('given no such secret, when it is read or described, then it is not found', async () => {
    await expect(read('absent')).rejects.toThrow(ResourceNotFoundException);
    await expect(secrets.send(new DescribeSecretCommand({ SecretId: 'absent' }))).rejects.toThrow(
      "Secrets Manager can't find the specified secret.",
    );
  });

  it('given a secret without a value, when it is read, then the value is not found but the secret is', async () => {
    const { ARN } = await secrets.send(new CreateSecretCommand({ Name: 'empty', Description: 'later' }));

    const described = await secrets.send(new DescribeSecretCommand({ SecretId: 'empty' }));

    expect(described).toMatchObject({ ARN, Name: 'empty', Description: 'later' });
    await expect(read('empty')).rejects.toThrow(ResourceNotFoundException);
    await expect(read('empty')).rejects.toThrow('staging label: AWSCURRENT');
  });

  it('given a secret with a value, when it is read by name and by ARN, then both give the newest value', async () => {
    const { ARN } = await secrets.send(new CreateSecretCommand({ Name: 'hmac', SecretString: 'first' }));
    await secrets.send(new PutSecretValueCommand({ SecretId: 'hmac', SecretString: 'second' }));
    const byName = await read('hmac');

    await secrets.send(new UpdateSecretCommand({ SecretId: ARN, SecretString: 'third' }));

    const byArn = await read(ARN!);
    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:\d{12}:secret:hmac-\w{6}$/);
    expect(byName.SecretString).toBe('second');
    expect(byArn).toMatchObject({ Name: 'hmac', SecretString: 'third', VersionStages: ['AWSCURRENT'] });
    expect(byArn.VersionId).not.toBe(byName.VersionId);
    expect(byArn.CreatedDate!.getTime() / 1000).toBeCloseTo(Date.now() / 1000, -1);
  });

  it('given bytes, when they are read back, then they are the same', async () => {
    const SecretBinary = Uint8Array.of(0, 255, 7);
    await secrets.send(new CreateSecretCommand({ Name: 'bytes', SecretBinary }));

    const { SecretBinary: stored, SecretString } = await read('bytes');

    expect(stored).toEqual(SecretBinary);
    expect(SecretString).toBeUndefined();
  });

  it('given a name that is taken, when it is created again, then that is refused', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'taken' }));

    await expect(secrets.send(new CreateSecretCommand({ Name: 'taken' }))).rejects.toThrow(ResourceExistsException);
  });

  it('given a value that is asked for at another stage, when it is read, then it is not found', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'staged', SecretString: 'now' }));

    const previous = secrets.send(new GetSecretValueCommand({ SecretId: 'staged', VersionStage: 'AWSPREVIOUS' }));

    await expect(previous).rejects.toThrow(ResourceNotFoundException);
  });
});
