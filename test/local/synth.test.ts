import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../lib/settings';
import { synthEnvironment, synthesize } from '../../local/synth';
import { ofType, type Resources } from '../support/iam';

const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:api-key-aB3dE6';

const secretsIn = (assemblyDir: string): string[] => {
  const template = readFileSync(join(assemblyDir, 'Precall-dev.template.json'), 'utf8');
  const { Resources } = JSON.parse(template) as { Resources: Resources };
  return ofType(Resources, 'AWS::SecretsManager::Secret').map(([id]) => id);
};

describe('the synth of the local stack', () => {
  const before = { ...process.env };

  afterEach(() => {
    process.env = { ...before };
  });

  it('given settings that name secrets of AWS, in the environment or in cdk.json, then they do not count here, and others do', () => {
    process.env['INITIATION_SECRET_ARN'] = arn;
    process.env['TRACED_PERCENT'] = '7';
    const context = { tryGetContext: (name: string) => (name.endsWith('_SECRET_ARN') ? arn : undefined) };

    const settings = readSettings(context, synthEnvironment());

    expect(Object.values(settings)).not.toContain(arn);
    expect(settings.TRACED_PERCENT).toBe(7);
    expect(readSettings(context, {}).FLAT_POSTCALL_SECRET_ARN).toBe(arn);
  });

  it('given settings that name secrets of AWS, then the synth is the same as without them, with all secrets in it', async () => {
    const { signal } = new AbortController();
    const { assemblyDir } = await synthesize(signal);
    process.env['ELEVENLABS_API_KEY_SECRET_ARN'] = arn;
    process.env['CALLER_HASH_KEY_SECRET_ARN'] = 'not even an ARN';

    const again = await synthesize(signal);

    expect(again).toEqual({ assemblyDir, isReused: true });
    expect(secretsIn(assemblyDir)).toEqual(expect.arrayContaining(['ElevenLabsApiKey', 'CallerHashKey']));
  });
});
