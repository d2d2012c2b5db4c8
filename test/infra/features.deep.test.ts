import { features } from '../../lib/features';
import type { SynthInput } from '../runner/synthesize';
import { byFeature, byTemplate, idle } from '../support/costs/figures';
import { reconcileIn } from '../support/costs/reconcile';
import { asText, ofType, type Resources } from '../support/iam';
import { synthesized } from '../support/templates';

const core = ['clone-worker', 'reconcile', 'voice-deletion', 'voice-expiry'];

/** The functions of each feature, by their folders. */
const ofFeature: Readonly<Record<string, readonly string[]>> = {
  precall: ['precall'],
  postcall: ['postcall', 'postcall-intake'],
  '3cx': ['threecx'],
  initiation: ['initiation'],
  uploads: ['uploads'],
  callers: ['enrolment', 'erasure', 'erasure-request', 'erasure-status', 'withdrawal'],
  'setup-check': ['setup-check'],
  health: ['health'],
};

/** What a template has. */
const synth = (FEATURES: string) => synthOf({ settings: { FEATURES }, isChecked: true });

const synthOf = (input: Partial<SynthInput>) => {
  const { template, folders, findings } = synthesized(input);
  const resources = template['Resources'] as Resources;
  const ids = (type: string) => ofType(resources, type).map(([id]) => id);
  return { resources, ids, folders: Object.values(folders), findings, outputs: template['Outputs'] as object };
};

const price = (row: string): number => idle[row]?.['price in US dollars'] ?? NaN;

/** What is paid for without a call, but for the firewall and a key of one's own. */
const monthly = ({ resources, ids }: ReturnType<typeof synth>) => {
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm');
  const metrics = alarms.map(([, { Metrics = [{ MetricStat: {} }] }]) =>
    (Metrics as { MetricStat?: object }[]).filter(({ MetricStat }) => MetricStat !== undefined),
  );
  const polled = ofType(resources, 'AWS::Lambda::EventSourceMapping').filter(([, { EventSourceArn }]) =>
    asText(EventSourceArn).endsWith('.Arn}'),
  );
  const secrets = ids('AWS::SecretsManager::Secret').length;
  const { everyHours, checks } = reconcileIn(resources);
  const cost =
    metrics.flat().length * price('metrics that alarms look at') +
    ids('AWS::CloudWatch::Dashboard').length * price('dashboards') +
    secrets * price('secrets') +
    polled.length * ((5 * 730 * 3600) / 20 / 1e6) * price('SQS requests of Lambda, in millions') +
    (3 / everyHours) * price('custom metrics of reconcile, a month') +
    (checks / 1000) * price('invocations of reconcile, in thousands');
  return {
    resources: Object.keys(resources).length,
    functions: ids('AWS::Lambda::Function').length,
    queues: ids('AWS::SQS::Queue').length,
    secrets,
    alarms: alarms.length,
    'US dollars': Number(cost.toFixed(2)),
  };
};

/** Every option that adds resources. */
const everyOption = {
  KMS_KEY_ARN: 'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000',
  DOMAIN_NAME: 'calls.example.com',
  CERTIFICATE_ARN: 'arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
  WAF_ENABLED: true,
  DEPLOYMENT: 'canary',
  BUDGET_USD: 50,
  ALARM_EMAIL: 'team@example.com',
};

describe('the templates', () => {
  it('given the stages of cdk.json and every option, then docs/COSTS.md says what they have and cost without a call', () => {
    const templates = {
      'stage dev': synthOf({ settings: {}, stage: 'dev' }),
      'stage prod': synthOf({ settings: {}, stage: 'prod' }),
      'every option': synthOf({ settings: everyOption, isChecked: true }),
    };

    expect(templates['every option'].findings).toEqual({ AwsSolutions: [], Serverless: [] });
    expect(byTemplate).toEqual(
      Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, monthly(template)])),
    );
  }, 240_000);
});

describe('FEATURES', () => {
  it.each(features)(
    'given %s alone, then it is deployed with what every installation needs, and nothing else',
    (one) => {
      const { ids, folders, findings, outputs } = synth(one);

      expect(folders.toSorted()).toEqual([...core, ...ofFeature[one]!].toSorted());
      expect(findings).toEqual({ AwsSolutions: [], Serverless: [] });
      // Nothing watches, names or tells of what is not there.
      const there = [...core, ...ofFeature[one]!];
      const watched = JSON.stringify(synthesized({ settings: { FEATURES: one } }).template);
      const services = [...watched.matchAll(/"Name":"service","Value":"([\w-]+)"/g)].map(([, service]) => service!);
      expect(services.filter((service) => service !== 'api' && !there.includes(service))).toEqual([]);
      expect(ids('AWS::ApiGateway::Method').length).toBe(one === 'callers' ? 6 : 1);
      expect(Object.keys(outputs).some((name) => name === 'PostCallUrl')).toBe(one === 'postcall');
    },
  );

  it('given each alone and all of them, then docs/COSTS.md says what they have and cost without a call', () => {
    const counted = Object.fromEntries([...features, 'all'].map((each) => [each, monthly(synth(each))]));

    expect(byFeature).toEqual(counted);
  });

  it('given one of them, then only the secrets that it reads are made', () => {
    const secretsOf = (feature: string) => synth(feature).ids('AWS::SecretsManager::Secret').toSorted();

    expect(secretsOf('health')).toEqual(['ElevenLabsApiKey']);
    expect(secretsOf('3cx')).toEqual(['CallerHashKey', 'ElevenLabsApiKey', 'ThreeCxWebhookSecret']);
    expect(secretsOf('initiation')).toEqual(['CallerHashKey', 'ElevenLabsApiKey', 'InitiationSecret']);
    expect(secretsOf('uploads')).toEqual(['ElevenLabsApiKey', 'ElevenLabsWebhookSecret']);
  });
});
