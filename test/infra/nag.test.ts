import { synthesized } from '../support/templates';

const ownDomain = {
  DOMAIN_NAME: 'calls.example.com',
  CERTIFICATE_ARN: 'arn:aws:acm:eu-central-1:123456789012:certificate/abc',
};

describe('cdk-nag', () => {
  it.each([
    ['the defaults', {}],
    ['alarms by e-mail', { ALARM_EMAIL: 'alarms@example.com' }],
    ['a firewall', { WAF_ENABLED: 'true' }],
    ['an own domain', ownDomain],
    ['a stage that is thrown away', { RETAIN_DATA: 'false' }],
    ['webhooks from anywhere', { ELEVENLABS_SOURCE_IPS: 'any' }],
  ])('given %s, then nothing that is found stops the synth', (_given, settings) => {
    const { findings } = synthesized({ settings, isChecked: true });

    expect(findings).toEqual({ AwsSolutions: [], Serverless: [] });
  });
});
