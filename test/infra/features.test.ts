import { features, featuresOf } from '../../lib/features';
import { settingsSchema } from '../../lib/settings';
import { ofType, type Resources } from '../support/iam';
import { synthesized } from '../support/templates';

const core = ['clone-worker', 'reconcile', 'voice-deletion', 'voice-expiry'];

describe('FEATURES', () => {
  it('given 3cx alone, then its function, the core and the secrets that they read are deployed', () => {
    const { template, folders, findings } = synthesized({ settings: { FEATURES: '3cx' }, isChecked: true });
    const secrets = ofType(template['Resources'] as Resources, 'AWS::SecretsManager::Secret').map(([id]) => id);

    expect(Object.values(folders).toSorted()).toEqual([...core, 'threecx'].toSorted());
    expect(secrets.toSorted()).toEqual(['CallerHashKey', 'ElevenLabsApiKey', 'ThreeCxWebhookSecret']);
    expect(findings).toEqual({ AwsSolutions: [], Serverless: [] });
  });

  it('given the default, then it is all; names are separated by commas, and a wrong one is named with the right ones', () => {
    expect(featuresOf(settingsSchema.parse({}).FEATURES)).toEqual(new Set(features));
    expect(featuresOf('precall, postcall')).toEqual(new Set(['precall', 'postcall']));
    expect(() => settingsSchema.parse({ FEATURES: 'precall,post-call' })).toThrow(/expected all, or some of precall, /);
    expect(() => settingsSchema.parse({ FEATURES: 'precall,' })).toThrow(/expected all/);
  });
});
