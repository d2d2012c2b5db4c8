import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
});
