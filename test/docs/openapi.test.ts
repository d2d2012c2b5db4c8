import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { FinishedCall } from '../../lambdas/aws/call-events';
import { readPostCallBody } from '../../lambdas/calls/post-call-event';
import { readInitiation } from '../../lambdas/initiation/initiation';
import { apiErrors } from '../../lambdas/platform/api-errors';
import { openApi } from '../../scripts/openapi-document';
import { templateOf } from '../support/templates';

const docs = join(__dirname, '..', '..', 'docs');
const read = (name: string) => readFileSync(join(docs, name), 'utf8');

describe('docs/openapi.json', () => {
  it('given the schemas in the code, when compared, then it is what "npm run openapi" makes of them', () => {
    expect(JSON.parse(read('openapi.json'))).toEqual(JSON.parse(JSON.stringify(openApi())));
  });

  it('given the routes of the template, when compared, then it describes each, and no other', () => {
    const template = templateOf();
    const resources = template.findResources('AWS::ApiGateway::Resource');
    const pathOf = (id: string): string => {
      const { PathPart, ParentId } = resources[id]!['Properties'] as { PathPart: string; ParentId: { Ref?: string } };
      return `${ParentId.Ref === undefined ? '' : pathOf(ParentId.Ref)}/${PathPart}`;
    };
    const routes = Object.values(template.findResources('AWS::ApiGateway::Method')).map(({ Properties }) => {
      const { HttpMethod, ResourceId } = Properties as { HttpMethod: string; ResourceId: { Ref: string } };
      return `${HttpMethod.toLowerCase()} ${pathOf(ResourceId.Ref)}`;
    });

    const { paths } = openApi() as { paths: Record<string, object> };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(described.sort()).toEqual(routes.sort());
  });

  it('given the answers of a pre-call, then none is an answer of another route only', () => {
    const { paths } = openApi() as { paths: Record<string, { post: Operation }> };
    const answers = JSON.stringify(paths['/webhook/precall']!.post.responses);

    expect(answers).not.toMatch(/EXPORT_NOT_FOUND|ERASURE_|INVALID_SECRET|"silence"/);
    expect(JSON.stringify(paths['/uploads'])).not.toContain('form field');
  });

  const conversation = { conversation_id: 'conv_1' };
  it.each([
    ['a transcription with its conversation only', { type: 'post_call_transcription', data: conversation }],
    ['a recording with its conversation only', { type: 'post_call_audio', data: conversation }],
    ['a time in ISO 8601', { type: 'post_call_audio', event_timestamp: '2026-01-01T12:00:00Z', data: conversation }],
    ['an agent without an id', { type: 'post_call_transcription', data: { ...conversation, agent_id: null } }],
    ['a failure without data', { type: 'call_initiation_failure' }],
    ['a type that is not known', { type: 'call_rated', data: [] }],
    ['a transcription without a conversation', { type: 'post_call_transcription', data: { agent_id: 'agent_1' } }],
    ['a transcription without data', { type: 'post_call_transcription' }],
    ['a request to another route', { type: 'pre_call', data: conversation }],
    ['a call with an integer as id', { call_id: 7, type: null, duration_seconds: '00:01:01', caller_id: 31612345678 }],
    ['a call with fields that cannot be read', { call_id: 'a', agent_id: {}, status: 'rung', timestamp: [] }],
    ['a call with an empty id', { call_id: '' }],
    ['neither a type nor a call', { data: conversation }],
    ['a list', [{ call_id: 'a' }]],
  ])('given %s, when posted after a call, then it describes what the code accepts', (_given, body) => {
    const { paths } = JSON.parse(JSON.stringify(openApi())) as { paths: Record<string, { post: Operation }> };
    const { schema } = paths['/webhook/postcall']!.post.requestBody.content['application/json']!;

    expect(schema.oneOf!.filter((each) => z.fromJSONSchema(each).safeParse(body).success)).toHaveLength(
      readPostCallBody(body).ok ? 1 : 0,
    );
  });

  it('given a caller as a JSON number, when a call starts, then it describes what the code accepts', () => {
    const { paths } = JSON.parse(JSON.stringify(openApi())) as { paths: Record<string, { post: Operation }> };
    const { schema } = paths['/webhook/initiation']!.post.requestBody.content['application/json']!;
    const body = { caller_id: 31612345678, agent_id: '', called_number: 31201234567, call_sid: 1 };

    expect(readInitiation(body)).toMatchObject({ callerId: '31612345678', calledNumber: '31201234567' });
    expect(z.fromJSONSchema(schema).safeParse(body).success).toBe(true);
  });
});

describe('docs/API.md', () => {
  it('given the error codes of the code, when compared, then its table has each with its status, and no other', () => {
    const rows = [...read('API.md').matchAll(/^\| (\d{3})\s*\| ((?:`[A-Z_]+`(?:, )?)+)\s*\|/gm)];
    const documented = rows.flatMap(([, status, codes]) =>
      [...codes!.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => `${code} ${status}`),
    );

    expect(documented.sort()).toEqual(
      Object.entries(apiErrors)
        .map(([code, [status]]) => `${code} ${status}`)
        .sort(),
    );
  });

  it('given its payloads, then each is a request or an answer of its route, with no field that the route does not have', () => {
    const { paths } = JSON.parse(JSON.stringify(openApi())) as { paths: Record<string, { post?: Operation }> };
    const sections = read('API.md').split(/^## /m);
    const faults = sections.flatMap((section) => {
      const [, route = ''] = /^POST (\S+)/.exec(section) ?? [];
      const { [route]: path } = paths;
      const operations = [path?.post, ...(route === '/webhook/precall' ? [paths['/uploads']?.post] : [])];
      const schemas = operations.flatMap((operation) => (operation === undefined ? [] : schemasOf(operation)));
      return route === ''
        ? []
        : payloadsOf(section).filter((payload) => !schemas.some((schema) => fits(payload, schema)));
    });

    expect(sections.flatMap(payloadsOf).length).toBeGreaterThan(20);
    // The event on AWS' event bus is not an answer of the API.
    expect(faults.filter((payload) => !('detail-type' in payload))).toEqual([]);
  });

  it('given its event for the event bus, then it has all fields that are announced, and no other', () => {
    const announced: Record<keyof FinishedCall, true> = {
      conversation_id: true,
      agent_id: true,
      precall_conversation_id: true,
      voice_id: true,
      greeting: true,
      consent: true,
      status: true,
      failure_reason: true,
      started_at: true,
      duration_s: true,
      bucket: true,
      transcript_key: true,
      transcript_text_key: true,
    };
    const [event] = payloadsOf(read('API.md')).filter((payload) => 'detail-type' in payload);
    const { detail } = z.object({ detail: z.record(z.string(), z.unknown()) }).parse(event);

    expect(Object.keys(detail).sort()).toEqual(Object.keys(announced).sort());
  });
});

type JsonSchema = z.core.JSONSchema.JSONSchema;

interface Operation {
  requestBody: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { content?: Record<string, { schema: JsonSchema }> }>;
}

const schemasOf = ({ requestBody, responses }: Operation): JsonSchema[] =>
  [requestBody, ...Object.values(responses)].flatMap(({ content = {} }) => {
    const schema = content['application/json']?.schema;
    return [...(schema?.oneOf ?? schema?.anyOf ?? (schema === undefined ? [] : [schema]))] as JsonSchema[];
  });

/** The payloads in blocks of JSON, with values in place of what the page leaves out; those with `{…}` are no JSON. */
const payloadsOf = (section: string): object[] =>
  [...section.matchAll(/^```json\n([\s\S]*?)^```/gm)]
    .map(([, json]) =>
      json!
        .replaceAll(/,? "…": "…"/g, '')
        .replaceAll('https://…', 'https://example.com')
        .replaceAll('UklGR…', 'UklGRg==')
        .replaceAll('<64 hex>', 'ab'.repeat(32)),
    )
    .filter((json) => !json.includes('{…}'))
    .map((json) => JSON.parse(json) as object);

const fits = (payload: object, schema: JsonSchema): boolean =>
  z.fromJSONSchema(schema).safeParse(payload).success &&
  (schema.properties === undefined || Object.keys(payload).every((key) => key in schema.properties!));
