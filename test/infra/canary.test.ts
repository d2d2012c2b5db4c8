import { settingsSchema } from '../../lib/settings';
import { asText, ofType, type Resources } from '../support/iam';
import { synthesized } from '../support/templates';

const { template, findings } = synthesized({
  settings: { DEPLOYMENT: 'canary', MONITORING: 'essential' },
  isChecked: true,
});
const resources = template['Resources'] as Resources;
const functions = ofType(resources, 'AWS::Lambda::Function').map(([id]) => id);
const aliases = ofType(resources, 'AWS::Lambda::Alias');
const aliasIds = aliases.map(([id]) => id);
const isAlias = (value: unknown) => aliasIds.some((id) => JSON.stringify(value).includes(`{"Ref":"${id}"}`));

describe('DEPLOYMENT=canary', () => {
  it('given every function, then it has an alias for a version that remains, and cdk-nag finds nothing', () => {
    expect(aliases.map(([, { FunctionName }]) => asText(FunctionName)).toSorted()).toEqual(
      functions.map((id) => `\${${id}}`).toSorted(),
    );
    const versions = Object.values(resources).filter(({ Type }) => Type === 'AWS::Lambda::Version');
    expect(versions).toHaveLength(functions.length);
    for (const version of versions) expect(version).toMatchObject({ DeletionPolicy: 'Retain' });
    expect(findings).toEqual({ AwsSolutions: [], Serverless: [] });
  });

  it('given a deployment of each, then a tenth of the events comes first, and its alarm on errors rolls it back', () => {
    const groups = ofType(resources, 'AWS::CodeDeploy::DeploymentGroup').map(([, properties]) => properties);
    const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(([id]) => id);

    expect(groups).toHaveLength(functions.length);
    for (const group of groups) {
      expect(group).toMatchObject({
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent10Minutes',
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: expect.arrayContaining(['DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_FAILURE']),
        },
      });
      const { Alarms } = group['AlarmConfiguration'] as { Alarms: { Name: { Ref: string } }[] };
      expect(Alarms).toHaveLength(1);
      expect(Alarms[0]!.Name.Ref).toMatch(/Errors/);
      expect(alarms).toContain(Alarms[0]!.Name.Ref);
    }
    expect(ofType(resources, 'AWS::CodeDeploy::Application')).toHaveLength(1);
  });

  it('given routes, queues, the stream and the schedule, then each invokes an alias', () => {
    const routes = ofType(resources, 'AWS::ApiGateway::Method').map(([, { Integration }]) => Integration);
    const sources = ofType(resources, 'AWS::Lambda::EventSourceMapping').map(([, { FunctionName }]) => FunctionName);
    const rules = ofType(resources, 'AWS::Events::Rule').map(([, { Targets }]) => Targets);

    expect([routes.length > 8, sources.length, rules.length]).toEqual([true, 6, 1]);
    expect([...routes, ...sources, ...rules].filter((each) => !isAlias(each))).toEqual([]);
  });

  it('given no alarms, then it is refused, because nothing would roll back', () => {
    expect(() => settingsSchema.parse({ DEPLOYMENT: 'canary', MONITORING: 'none' })).toThrow(/expected MONITORING/);
    expect(settingsSchema.parse({}).DEPLOYMENT).toBe('all_at_once');
  });
});
