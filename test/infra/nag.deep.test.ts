import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { checkWithNag } from '../../lib/nag';
import { PrecallStack } from '../../lib/precall-stack';
import { settingsSchema } from '../../lib/settings';
import { synthesized } from '../support/templates';

let outdir: string;
let exitCode: typeof process.exitCode;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'precall-nag-'));
  // A synth with findings sets it.
  exitCode = process.exitCode;
});
afterEach(() => {
  process.exitCode = exitCode;
  rmSync(outdir, { recursive: true, force: true });
});

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
    [
      'a table and a bucket that exist',
      {
        TABLE_NAME: 'restored',
        TABLE_STREAM_ARN: 'arn:aws:dynamodb:eu-central-1:111122223333:table/restored/stream/2026-01-01T00:00:00.000',
        BUCKET_NAME: 'earlier-bucket',
      },
    ],
    ['webhooks from anywhere', { ELEVENLABS_SOURCE_IPS: 'any' }],
  ])('given %s, then nothing that is found stops the synth', (_given, settings) => {
    const { findings } = synthesized({ settings, isChecked: true });

    expect(findings).toEqual({ AwsSolutions: [], Serverless: [] });
  });

  it('given a finding in a construct that is not acknowledged, then it stops the synth', () => {
    const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = new PrecallStack(app, 'Precall-test', { settings: settingsSchema.parse({}) });
    new Queue(stack, 'ClonesDeadLetters2');
    checkWithNag(app, stack, '');

    expect(() => app.synth()).toThrow(/AwsSolutions-SQS3[^]*Serverless-SQSRedrivePolicy/);
  });
});
