import { readSettings } from '../../lib/settings';
import { ofType, type Resources, rightsOfFunctions, synthesizedResources } from '../support/iam';
import { templateOf } from '../support/templates';

const arnOf = (name: string) => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:calls/${name}-aB3dE6`;

/** The logical id of the secret that each setting takes the place of. */
const secrets = {
  ELEVENLABS_API_KEY_SECRET_ARN: 'ElevenLabsApiKey',
  ELEVENLABS_WEBHOOK_SECRET_ARN: 'ElevenLabsWebhookSecret',
  FLAT_POSTCALL_SECRET_ARN: 'FlatPostCallSecret',
  THREECX_WEBHOOK_SECRET_ARN: 'ThreeCxWebhookSecret',
  INITIATION_SECRET_ARN: 'InitiationSecret',
  CALLER_HASH_KEY_SECRET_ARN: 'CallerHashKey',
} as const;

const named = Object.fromEntries(Object.keys(secrets).map((setting) => [setting, arnOf(setting)]));

const secretIds = (resources: Resources) =>
  ofType(resources, 'AWS::SecretsManager::Secret')
    .map(([id]) => id)
    .toSorted();

const variablesOf = (resources: Resources) =>
  ofType(resources, 'AWS::Lambda::Function').flatMap(([id, { Environment }]) => {
    const { Variables } = Environment as { Variables: Record<string, unknown> };
    return Object.entries(Variables).map(([name, value]) => ({ id, name, value }));
  });

const readable = (resources: Resources) =>
  [...rightsOfFunctions(resources)].flatMap(([id, rights]) =>
    rights.filter(({ action }) => action === 'secretsmanager:GetSecretValue').map(({ resource }) => ({ id, resource })),
  );

describe('secrets that settings name', () => {
  const created = synthesizedResources();

  it.each(Object.entries(secrets))(
    'given %s, then that secret is not created, and whoever read it reads the one that is named, and no other',
    (setting, id) => {
      const resources = synthesizedResources({ [setting]: arnOf('one') });

      expect(secretIds(resources)).toEqual(secretIds(created).filter((other) => other !== id));
      const now = variablesOf(resources).filter(({ value }) => value === arnOf('one'));
      expect(now.map(({ name }) => name)).toEqual(now.map(() => setting));
      expect(now.map((each) => each.id)).toEqual(
        variablesOf(created).flatMap((each) => (each.name === setting ? [each.id] : [])),
      );
      expect(readable(resources)).toEqual(
        readable(created).map((each) => (each.resource === `\${${id}}` ? { ...each, resource: arnOf('one') } : each)),
      );
    },
  );

  it('given all of them, then none is created, and every right is for one complete ARN', () => {
    const resources = synthesizedResources(named);

    expect(secretIds(resources)).toEqual([]);
    const rights = readable(resources).map(({ resource }) => resource);
    expect([...new Set(rights)].toSorted()).toEqual(Object.values(named).toSorted());
    expect(rights).toHaveLength(readable(created).length);
  });

  it('given all of them, then the outputs tell the ARNs that are named', () => {
    const values = Object.values(templateOf(named).findOutputs('*')).map(({ Value }) => Value as unknown);
    for (const setting of ['ELEVENLABS_API_KEY', 'ELEVENLABS_WEBHOOK', 'INITIATION', 'THREECX_WEBHOOK'])
      expect(values).toContain(arnOf(`${setting}_SECRET_ARN`));
  });

  it.each([
    'calls/api-key',
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:calls/api-key',
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:calls/api-key-??????',
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:calls/api*-aB3dE6',
    'arn:aws:ssm:eu-central-1:111122223333:parameter/api-key-aB3dE6',
    `${arnOf('one')},${arnOf('two')}`,
  ])('given %s, which is no complete ARN of a secret, when settings are read, then one sentence says so', (arn) => {
    const context = { tryGetContext: (): unknown => undefined };

    expect(() => readSettings(context, { ELEVENLABS_API_KEY_SECRET_ARN: arn })).toThrow(
      /^Settings are not valid: ELEVENLABS_API_KEY_SECRET_ARN: expected the complete ARN of a secret.*\.$/,
    );
  });
});
