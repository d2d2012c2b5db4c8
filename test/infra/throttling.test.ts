import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ofType, synthesizedResources } from '../support/iam';

interface MethodSetting {
  readonly HttpMethod: string;
  readonly ResourcePath: string;
  readonly ThrottlingRateLimit: number;
  readonly ThrottlingBurstLimit: number;
}

const resources = synthesizedResources({ THROTTLE_RATE_PER_SECOND: '40', THROTTLE_BURST: '80' });

const stage = () => {
  const [[, properties]] = ofType(resources, 'AWS::ApiGateway::Stage') as [[string, Record<string, unknown>]];
  return properties;
};

/** Every method of the template, as `POST /webhook/precall`. */
const routes = (): string[] => {
  const parts = Object.fromEntries(ofType(resources, 'AWS::ApiGateway::Resource'));
  const pathOf = (id: string): string => {
    const { PathPart, ParentId } = parts[id] as { PathPart: string; ParentId: { Ref?: string } };
    return `${ParentId.Ref === undefined ? '' : pathOf(ParentId.Ref)}/${PathPart}`;
  };
  return ofType(resources, 'AWS::ApiGateway::Method').map(([, { HttpMethod, ResourceId }]) => {
    const { Ref } = ResourceId as { Ref: string };
    return `${String(HttpMethod)} ${pathOf(Ref)}`;
  });
};

/** The limits of the stage, by method and path as above; slashes inside of a path are written `~1` there. */
const limits = (): Record<string, [ratePerS: number, burst: number]> =>
  Object.fromEntries(
    (stage()['MethodSettings'] as MethodSetting[]).map((setting) => [
      `${setting.HttpMethod} ${setting.ResourcePath.replace(/^\/~1/, '/').replaceAll('~1', '/')}`,
      [setting.ThrottlingRateLimit, setting.ThrottlingBurstLimit],
    ]),
  );

describe('how much the API lets through', () => {
  it('given every route, then it has a limit of its own, and there is no limit of a route that there is not', () => {
    expect(Object.keys(limits()).toSorted()).toEqual([...routes(), '* /*'].toSorted());
    expect(routes().length).toBeGreaterThan(8);
  });

  it('given the routes that calls depend on, then they have what the settings say, and the others little', () => {
    const ofCalls = [40, 80];
    const rare = [5, 10];

    expect(limits()).toEqual({
      'POST /webhook/precall': ofCalls,
      'POST /webhook/postcall': ofCalls,
      'POST /webhook/initiation': ofCalls,
      'POST /webhook/3cx': ofCalls,
      'POST /uploads': ofCalls,
      'POST /callers': rare,
      'POST /callers/withdraw': rare,
      'POST /callers/erase': rare,
      'POST /callers/erasure': rare,
      'POST /callers/export': rare,
      'POST /callers/export/status': rare,
      'POST /setup/check': rare,
      'GET /health': [10, 20],
      '* /*': rare,
    });
  });

  it('given the table in docs/SETTINGS.md, then it has each route with its limit', () => {
    const page = readFileSync(join(__dirname, '..', '..', 'docs', 'SETTINGS.md'), 'utf8');
    const settings: Record<string, number> = { '`THROTTLE_RATE_PER_SECOND`': 40, '`THROTTLE_BURST`': 80 };
    const valueOf = (cell: string): number => settings[cell] ?? Number(cell);
    const rows = [...page.matchAll(/^\| (`\/[^|]+?)\s*\| (\S+)\s*\| (\S+)\s*\|$/gm)];
    const isIn = (paths: string, path: string): boolean => {
      const [, parent] = /`(\/\w+)` and all routes below it/.exec(paths) ?? [];
      return paths.includes(`\`${path}\``) || path.startsWith(`${parent}/`);
    };
    const documented = (path: string): number[][] =>
      rows.filter(([, paths]) => isIn(paths!, path)).map(([, , rate, burst]) => [valueOf(rate!), valueOf(burst!)]);

    for (const [route, limit] of Object.entries(limits()))
      if (!route.startsWith('*')) expect([route, documented(route.split(' ')[1]!)]).toEqual([route, [limit]]);
  });

  it('given a path of several parts, then its slashes are written as API Gateway wants them', () => {
    const paths = (stage()['MethodSettings'] as MethodSetting[]).map(({ ResourcePath }) => ResourcePath);

    expect(paths).toContain('/~1webhook~1precall');
    expect(paths.filter((path) => !/^\/(\*|~1[\w~]+)$/.test(path))).toEqual([]);
  });

  it('given a setting of a method, then it changes nothing but the limit of what the stage says', () => {
    const own = ['HttpMethod', 'ResourcePath', 'ThrottlingRateLimit', 'ThrottlingBurstLimit'];
    const others = (stage()['MethodSettings'] as MethodSetting[]).map((setting) =>
      Object.fromEntries(Object.entries(setting).filter(([name]) => !own.includes(name))),
    );

    expect(others).toEqual(others.map(() => ({ DataTraceEnabled: false })));
    expect(stage()).toMatchObject({ TracingEnabled: true });
    expect(stage()).toHaveProperty('AccessLogSetting');
  });
});
