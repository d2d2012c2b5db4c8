import { Match } from 'aws-cdk-lib/assertions';
import { templateOf } from '../support/templates';

describe('the traces of the stack', () => {
  it('given no setting, then one request of twenty is traced, and every function that a request reaches takes part, and the stage', () => {
    const template = templateOf({});

    template.hasResourceProperties('AWS::XRay::SamplingRule', {
      SamplingRule: {
        FixedRate: 0.05,
        ReservoirSize: 0,
        ServiceName: { 'Fn::Join': ['', ['Precall-test-api/', { Ref: Match.stringLikeRegexp('Stagev1') }]] },
        ServiceType: 'AWS::ApiGateway::Stage',
      },
    });
    template.hasResourceProperties('AWS::ApiGateway::Stage', { StageName: 'v1', TracingEnabled: true });
    const modes = Object.entries(template.findResources('AWS::Lambda::Function')).map(([id, { Properties }]) => [
      id,
      (Properties as { TracingConfig: { Mode: string } }).TracingConfig.Mode,
    ]);
    expect(modes.filter(([, mode]) => mode !== 'Active')).toEqual([['ReconcileFunction', 'PassThrough']]);
  });

  it('given the health route, which anybody may ask, then none of its requests is traced', () => {
    templateOf({ TRACED_PERCENT: 100 }).hasResourceProperties('AWS::XRay::SamplingRule', {
      SamplingRule: { FixedRate: 0, ReservoirSize: 0, Priority: 900, URLPath: '*/health' },
    });
  });

  it('given a share, then that is traced', () => {
    templateOf({ TRACED_PERCENT: 100 }).hasResourceProperties('AWS::XRay::SamplingRule', {
      SamplingRule: { FixedRate: 1 },
    });
  });
});
