import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { placeOf, readSettings, type Settings } from '../../lib/settings';
import { synthesized } from '../support/templates';

const contextOf = (values: Readonly<Record<string, unknown>>) => ({ tryGetContext: (name: string) => values[name] });

const cdkJson = JSON.parse(readFileSync(join(__dirname, '..', '..', 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

describe('the settings of a stage', () => {
  const stages = {
    dev: { LOG_RETENTION_DAYS: 7, RETAIN_DATA: false, DEFAULT_COUNTRY: 'NL', LOG_LEVEL: 'DEBUG' },
    prod: { LOG_RETENTION_DAYS: 90 },
  };

  it('given every place, then the environment wins, then the context, then the stage, then the default', () => {
    const context = contextOf({ stages, DEFAULT_COUNTRY: 'BE', LOG_LEVEL: 'WARN' });

    expect(readSettings(context, { LOG_LEVEL: 'ERROR' })).toMatchObject({
      STAGE: 'dev',
      LOG_LEVEL: 'ERROR',
      DEFAULT_COUNTRY: 'BE',
      LOG_RETENTION_DAYS: 7,
      RETAIN_DATA: false,
      WAF_ENABLED: false,
    });
  });

  it('given a stage in the environment or the context, then its settings are taken, and no other stage’s', () => {
    const chosen = { STAGE: 'prod', LOG_RETENTION_DAYS: 90, RETAIN_DATA: true, DEFAULT_COUNTRY: '' };

    expect(readSettings(contextOf({ stages }), { STAGE: 'prod' })).toMatchObject(chosen);
    expect(readSettings(contextOf({ stages, STAGE: 'prod' }), {})).toMatchObject(chosen);
  });

  it.each(['staging', 'constructor'])('given %s, a stage without settings, then it has the defaults', (stage) => {
    expect(readSettings(contextOf({ stages }), { STAGE: stage })).toEqual(
      readSettings(contextOf({}), { STAGE: stage }),
    );
  });

  it('given empty text in the environment, then the default is meant, whatever the stage says', () => {
    expect(readSettings(contextOf({ stages }), { LOG_RETENTION_DAYS: '', STAGE: '' }).LOG_RETENTION_DAYS).toBe(30);
  });

  it.each([
    [{ dev: { LOG_RETENTION: 7 } }, /^A stage does not have these settings: stages\.dev\.LOG_RETENTION\. .*\.$/],
    [{ prod: { Waf_Enabled: true } }, /: stages\.prod\.Waf_Enabled\./],
    [{ dev: { STAGE: 'prod' } }, /: stages\.dev\.STAGE\./],
    [{ dev: { LOG_RETENTION_DAYS: 8 } }, /^Settings are not valid: LOG_RETENTION_DAYS: .*\.$/],
    [{ dev: { ALARM_EMAIL: ['me@example.com'] } }, /^The stages in cdk\.json are not valid: stages\.dev\.ALARM/],
    ['dev', /^The stages in cdk\.json are not valid: stages: .*\.$/],
  ])('given %j, then one sentence says what is wrong', (wrong, sentence) => {
    expect(() => readSettings(contextOf({ stages: wrong }), {})).toThrow(sentence);
  });
});

describe('the place of a stage', () => {
  it('given an account and a region, then the stage can be deployed there alone', () => {
    const pinned = { DEPLOY_ACCOUNT: '123456789012', DEPLOY_REGION: 'eu-west-1' };
    const settings = readSettings(contextOf({ stages: { prod: pinned } }), { STAGE: 'prod' });

    expect(placeOf(settings)).toEqual({ account: '123456789012', region: 'eu-west-1' });
    expect(placeOf(readSettings(contextOf({}), {}))).toEqual({});
    expect(JSON.stringify(synthesized({ settings: pinned }).template)).toContain('eu-west-1');
    expect(() => readSettings(contextOf({}), { DEPLOY_ACCOUNT: '12345' })).toThrow(/twelve digits/);
  });
});

describe('the stages of cdk.json', () => {
  const settingsOf = (stage: string): Settings => readSettings(contextOf(cdkJson.context), { STAGE: stage });

  /** As bin/app.ts does it, without bundling. */
  const templateOfStage = (stage: string): Template => {
    const { template, findings } = synthesized({ stackName: `Precall-${stage}`, stage, isChecked: true });
    expect(findings).toEqual({ AwsSolutions: [], Serverless: [] });
    return Template.fromJSON(template);
  };

  it('given dev, then nothing outlives it, no quiet hour is an alarm, and cdk-nag finds nothing', () => {
    const template = templateOfStage('dev');

    expect(settingsOf('dev')).toMatchObject({ RETAIN_DATA: false, ALARM_QUIET_HOURS: 0, ALARM_EMAIL: '' });
    template.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
    template.hasResource('Custom::S3AutoDeleteObjects', { DeletionPolicy: 'Delete' });
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    template.resourceCountIs('AWS::WAFv2::WebACL', 0);
  });

  it('given prod, then data outlive it, a firewall stands before it that a busy ElevenLabs passes, and cdk-nag finds nothing', () => {
    const template = templateOfStage('prod');
    const { WAF_REQUESTS_PER_ADDRESS, THROTTLE_RATE_PER_SECOND, ALARM_EMAIL } = settingsOf('prod');

    template.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'RetainExceptOnCreate' });
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    template.resourceCountIs('AWS::WAFv2::WebACL', 1);
    expect(WAF_REQUESTS_PER_ADDRESS).toBe(THROTTLE_RATE_PER_SECOND * 300);
    expect(ALARM_EMAIL).toBe('');
  });
});
