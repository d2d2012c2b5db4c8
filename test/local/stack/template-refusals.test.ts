import { readApi } from '../../../local/stack/api';
import { readQueueSources } from '../../../local/stack/event-source-mappings';
import { withFunctions } from '../../../local/stack/function-references';
import { startScope } from '../../../local/stack/resolution-scope';
import { readSchedules } from '../../../local/stack/schedules';
import { existingResources, type TemplateResource } from '../../../local/stack/template-resource';

const template = { Parameters: {}, Resources: {} };
const python = { id: 'Python', type: 'AWS::Lambda::Function', properties: { Runtime: 'python3.13' } };
const scope = withFunctions(startScope({ stackName: 'Demo', template, codeDirs: new Map() }, 'eu-west-1'), [python]);
const queue = { name: 'jobs', url: 'http://127.0.0.1/0/jobs', arn: 'arn:aws:sqs:eu-west-1:000000000000:jobs' };

const method = (properties: object): TemplateResource => ({
  id: 'Method',
  type: 'AWS::ApiGateway::Method',
  properties: {
    HttpMethod: 'POST',
    ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
    Integration: { Type: 'AWS_PROXY', Uri: { 'Fn::Join': ['', ['x/functions/', { Ref: 'Python' }, '/invocations']] } },
    ...properties,
  },
});

const api = (id: string): TemplateResource => ({ id, type: 'AWS::ApiGateway::RestApi', properties: {} });

const gatewayResponse = (properties: object): TemplateResource => ({
  id: 'Answer',
  type: 'AWS::ApiGateway::GatewayResponse',
  properties: { ResponseType: 'THROTTLED', ...properties },
});

const rule = (properties: object): TemplateResource => ({
  id: 'Nightly',
  type: 'AWS::Events::Rule',
  properties: {
    ScheduleExpression: 'rate(1 day)',
    Targets: [{ Arn: { 'Fn::GetAtt': ['Python', 'Arn'] }, Input: '{}' }],
    ...properties,
  },
});

const mapping = (properties: object): TemplateResource => ({
  id: 'Mapping',
  type: 'AWS::Lambda::EventSourceMapping',
  properties: { FunctionName: { Ref: 'Python' }, EventSourceArn: queue.arn, ...properties },
});

describe('what the local stack refuses', () => {
  it.each([
    ['a function that is not Node.js', [method({})], 'Method invokes Python'],
    ['an authorizer', [method({ AuthorizationType: 'AWS_IAM' })], 'no authorizers'],
    ['an API key', [method({ ApiKeyRequired: true })], 'no API keys'],
    ['two APIs', [api('One'), api('Two')], 'serves one REST API'],
  ])('given %s behind a route, when the API is read, then the refusal says so', async (_, resources, reason) => {
    await expect(readApi(resources, {}, scope)).rejects.toThrow(reason);
  });

  it.each([
    [
      'an unknown variable',
      { ResponseTemplates: { 'application/json': '{"who":"$context.identity.sourceIp"}' } },
      /^Answer \(AWS::ApiGateway::GatewayResponse\).*the local stack knows \$context\.error\.message, .* alone/s,
    ],
    [
      'a template of another type',
      { ResponseTemplates: { 'text/html': '<p>no</p>' } },
      /text\/html.*ResponseTemplates/s,
    ],
    [
      'a header of the request',
      { ResponseParameters: { 'gatewayresponse.header.X-A': 'method.request.header.X-A' } },
      /takes headers from no request/,
    ],
    ['a path', { ResponseParameters: { 'gatewayresponse.path.id': "'1'" } }, /gatewayresponse\.path\.id/],
    ['a status that is none', { StatusCode: '42' }, /StatusCode/],
  ])('given an answer of API Gateway with %s, when the API is read, then the refusal says so', async (...given) => {
    const [, properties, reason] = given;

    await expect(readApi([gatewayResponse(properties)], {}, scope)).rejects.toThrow(reason);
  });

  it.each([
    [
      'an input that is no JSON',
      rule({ Targets: [{ Arn: 'arn:aws:lambda:x:1:function:f', Input: '{' }] }),
      '{ is not JSON',
    ],
    [
      'a function that is not Node.js',
      rule({}),
      'Nightly invokes arn:aws:lambda:eu-west-1:000000000000:function:Python',
    ],
    [
      'a schedule of EventBridge Scheduler',
      { ...rule({}), type: 'AWS::Scheduler::Schedule' },
      'Nightly is an AWS::Scheduler::Schedule; the local stack runs AWS::Events::Rule only',
    ],
  ])('given %s, when schedules are read, then the refusal says so', async (_, resource, reason) => {
    await expect(readSchedules([resource], {}, scope)).rejects.toThrow(reason);
  });

  it('given a resource with a condition, when resources are read, then the refusal says so, but for metadata', () => {
    const conditional = (Type: string) => ({ Queue: { Type, Properties: {}, Condition: 'IsEurope' } });

    expect(() => existingResources({ ...template, Resources: conditional('AWS::SQS::Queue') })).toThrow(
      'Queue (AWS::SQS::Queue) has the condition IsEurope, but the local stack does not support conditions.',
    );
    expect(existingResources({ ...template, Resources: conditional('AWS::CDK::Metadata') })).toEqual([]);
  });

  it('given a filter on a queue, when the mapping is read, then the refusal says so', async () => {
    const filtered = mapping({ FilterCriteria: { Filters: [{ Pattern: '{"body":["x"]}' }] } });

    await expect(readQueueSources([filtered], {}, [queue], scope)).rejects.toThrow('Mapping filters the messages');
  });
});
