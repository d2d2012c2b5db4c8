import type { DeployedApi, DeployedRoute } from '../stack/deployed-stack';

/** The API method that a request reaches. */
export interface RoutedRequest {
  readonly route: DeployedRoute;
  /** Path parameters as sent, because API Gateway passes them on without decoding. */
  readonly pathParameters: Readonly<Record<string, string>>;
  /** The request's path without the stage. */
  readonly path: string;
}

type PathParameters = Record<string, string>;

const segmentsOf = (path: string): readonly string[] => path.replace(/^\//, '').replace(/\/$/, '').split('/');

/**
 * Ranks a segment; lower is more specific. API Gateway prefers static segments to parameters, and parameters to greedy
 * ones.
 */
const rankOf = (segment: string): string => {
  if (segment.endsWith('+}')) return '2';
  return segment.startsWith('{') ? '1' : '0';
};

const specificity = (path: string): string => segmentsOf(path).map(rankOf).join('');

const matchPath = (pattern: string, path: string): PathParameters | undefined => {
  const sent = segmentsOf(path);
  const parameters: PathParameters = {};
  const wanted = segmentsOf(pattern);
  for (const [index, segment] of wanted.entries()) {
    const value = sent[index];
    const name = /^\{(\w+)\+?\}$/.exec(segment)?.[1];
    if (value === undefined || (name !== undefined && value === '')) return undefined;
    if (name !== undefined && segment.endsWith('+}')) return { ...parameters, [name]: sent.slice(index).join('/') };
    if (name !== undefined) parameters[name] = value;
    else if (segment !== value) return undefined;
  }
  return wanted.length === sent.length ? parameters : undefined;
};

/** Matches the resource by path first and only then its method, so a wrong method never falls back to another path. */
const matchRoute = (routes: readonly DeployedRoute[], method: string, path: string): RoutedRequest | undefined => {
  const matches = routes
    .flatMap((route) => {
      const pathParameters = matchPath(route.path, path);
      return pathParameters === undefined ? [] : [{ route, pathParameters, path }];
    })
    .sort((a, b) => specificity(a.route.path).localeCompare(specificity(b.route.path)));
  const resource = matches[0]?.route.path;
  const methods = matches.filter(({ route }) => route.path === resource);
  return methods.find(({ route }) => route.method === method) ?? methods.find(({ route }) => route.method === 'ANY');
};

/**
 * Finds the route of a request, whose path may begin with the stage, as on execute-api, or not, as behind a custom
 * domain. Ignores a trailing slash. Returns undefined if the API has no such resource or method.
 */
export const routeRequest = (api: DeployedApi, method: string, path: string): RoutedRequest | undefined => {
  const stagePrefix = `/${api.stage}`;
  const isStaged = path === stagePrefix || path.startsWith(`${stagePrefix}/`);
  const direct = matchRoute(api.routes, method, path);
  return direct ?? (isStaged ? matchRoute(api.routes, method, path.slice(stagePrefix.length) || '/') : undefined);
};
