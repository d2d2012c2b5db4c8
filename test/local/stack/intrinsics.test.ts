import { UnresolvableIntrinsicError } from '../../../local/stack/intrinsics';
import { resolveValue } from '../../../local/stack/intrinsics';
import { extendScope, startScope } from '../../../local/stack/resolution-scope';

const template = {
  Parameters: {
    Stage: { Type: 'String', Default: 'test' },
    Retries: { Type: 'Number', Default: '3' },
    Unset: { Type: 'String' },
    BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/version' },
  },
  Resources: {},
};
const scope = extendScope(startScope({ stackName: 'Demo', template, codeDirs: new Map() }, 'eu-west-1'), {
  Queue: { Ref: 'http://127.0.0.1/0/q', Arn: 'arn:aws:sqs:eu-west-1:000000000000:q' },
});

describe('resolveValue', () => {
  it.each<[string, unknown, unknown]>([
    ['a plain value', { a: [1, 'b', null, true] }, { a: [1, 'b', null, true] }],
    ['the region', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['the account', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['partition and suffix', [{ Ref: 'AWS::Partition' }, { Ref: 'AWS::URLSuffix' }], ['aws', 'amazonaws.com']],
    ['the name of the stack', { Ref: 'AWS::StackName' }, 'Demo'],
    ["a parameter's default", [{ Ref: 'Stage' }, { Ref: 'Retries' }], ['test', '3']],
    ['a resource', { Ref: 'Queue' }, 'http://127.0.0.1/0/q'],
    ['an attribute', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:eu-west-1:000000000000:q'],
    ['an attribute with a dot', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:aws:sqs:eu-west-1:000000000000:q'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 1]] }, 'a-test-1'],
    ['Fn::Join of a list made by Fn::Split', { 'Fn::Join': ['/', { 'Fn::Split': ['-', 'a-b'] }] }, 'a/b'],
    ['Fn::Select', { 'Fn::Select': [1, ['a', 'b']] }, 'b'],
    ['Fn::Select by text', { 'Fn::Select': ['5', { 'Fn::Split': [':', { 'Fn::GetAtt': 'Queue.Arn' }] }] }, 'q'],
    [
      'Fn::Sub',
      { 'Fn::Sub': '${AWS::Region}/${Stage}/${Queue.Arn}' },
      'eu-west-1/test/arn:aws:sqs:eu-west-1:000000000000:q',
    ],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${Own}-${Stage}', { Own: { Ref: 'Retries' } }] }, '3-test'],
    ['Fn::Sub with a literal', { 'Fn::Sub': '${!Stage}' }, '${Stage}'],
    ['AWS::NoValue in an object', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['AWS::NoValue in a list', [{ Ref: 'AWS::NoValue' }, 'y'], ['y']],
  ])('given %s, when resolved, then it is what CloudFormation makes of it', (_, value, expected) => {
    const resolved = resolveValue(scope, value, 'Fn.Environment');

    expect(resolved).toEqual(expected);
  });

  it.each<[string, unknown, string]>([
    ['an unknown reference', { Ref: 'Nowhere' }, '{"Ref":"Nowhere"}'],
    ['a parameter without a default', { Ref: 'Unset' }, 'the parameter has no plain default'],
    ['an SSM parameter', { Ref: 'BootstrapVersion' }, 'the parameter has no plain default'],
    ['an attribute that only AWS knows', { 'Fn::GetAtt': ['Queue', 'Age'] }, 'of Queue only Arn is known here'],
    ['Ref as an attribute', { 'Fn::GetAtt': ['Queue', 'Ref'] }, 'only Arn'],
    ['an attribute of a role', { 'Fn::GetAtt': ['Role', 'Arn'] }, 'the local stack does not run it'],
    ['a condition', { 'Fn::If': ['IsTest', 1, 2] }, 'the local stack knows only Ref, Fn::GetAtt, Fn::Join'],
    ['an export of another stack', { 'Fn::ImportValue': 'Other:Queue' }, '{"Fn::ImportValue":"Other:Queue"}'],
    ['a list that is too short', { 'Fn::Select': [2, ['a']] }, 'the list has 1 entries'],
    ['a join of what is no text', { 'Fn::Join': ['', [{ a: 1 }]] }, 'malformed arguments'],
    ['a join of AWS::NoValue alone', { 'Fn::Join': ['', { Ref: 'AWS::NoValue' }] }, 'malformed arguments'],
    ['a substitution of an unknown', { 'Fn::Sub': '${Nowhere}' }, '{"Ref":"Nowhere"}'],
  ])('given %s, when resolved, then the refusal says where and what', (_, value, reason) => {
    const resolve = () => resolveValue(scope, { Variables: { URL: value } }, 'Fn.Environment');

    expect(resolve).toThrow(UnresolvableIntrinsicError);
    expect(resolve).toThrow(/^Fn\.Environment\.Variables\.URL: cannot resolve /);
    expect(resolve).toThrow(reason);
  });
});
