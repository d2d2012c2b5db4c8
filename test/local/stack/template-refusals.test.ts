import { readApi } from '../../../local/stack/api';
import { withFunctions } from '../../../local/stack/function-references';
import { readQueueSources } from '../../../local/stack/queue-sources';
import { startScope } from '../../../local/stack/resolution-scope';
import { readSchedules } from '../../../local/stack/schedules';
import type { TemplateResource } from '../../../local/stack/template-resource';

const template = { Parameters: {}, Mappings: {}, Conditions: {}, Resources: {} };
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

const schedule = (properties: object): TemplateResource => ({
  id: 'Nightly',
  type: 'AWS::Scheduler::Schedule',
  properties: {
    ScheduleExpression: 'cron(0 3 * * ? *)',
    Target: { Arn: { 'Fn::GetAtt': ['Python', 'Arn'] }, Input: '{}' },
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
    ['another time zone', { ScheduleExpressionTimezone: 'Europe/Berlin' }, 'the local stack keeps UTC'],
    ['an input that is no JSON', { Target: { Arn: 'arn:aws:lambda:x:1:function:f', Input: '{' } }, '{ is not JSON'],
    ['a function that is not Node.js', {}, 'Nightly invokes arn:aws:lambda:eu-west-1:000000000000:function:Python'],
  ])('given a schedule with %s, when it is read, then the refusal says so', async (_, properties, reason) => {
    await expect(readSchedules([schedule(properties)], {}, scope)).rejects.toThrow(reason);
  });

  it('given a filter on a queue, when the mapping is read, then the refusal says so', async () => {
    const filtered = mapping({ FilterCriteria: { Filters: [{ Pattern: '{"body":["x"]}' }] } });

    await expect(readQueueSources([filtered], {}, [queue], scope)).rejects.toThrow('Mapping filters the messages');
  });
});
