import type { IncomingMessage } from 'node:http';
import { ApiError, InvalidRequest, invalidField } from './errors';
import { apiId } from './ids';
import { type Call, type Route, routes } from './routes';

/** The route of a request. Throws ApiError 404 or 405 where there is none. */
export const findRoute = (method: string, path: string): Route => {
  const atPath = routes.filter((route) => route.path.test(path));
  const route = atPath.find((candidate) => candidate.method === method);
  if (route !== undefined) return route;
  if (atPath.length === 0) throw new ApiError(404, 'not_found', `There is no ${path} in the simulated ElevenLabs.`);
  throw new ApiError(405, 'method_not_allowed', `${path} cannot be asked for with ${method}.`);
};

const decode = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
};

const readId = (route: Route, path: string): string => {
  const [group] = Object.entries(route.path.exec(path)?.groups ?? {});
  if (group === undefined) return '';
  const id = apiId.safeParse(decode(group[1]));
  if (id.success) return id.data;
  throw invalidField(['path', group[0]], 'Letters, digits, _ and - only', 'string_pattern_mismatch');
};

/**
 * The call that a request makes. Throws InvalidRequest for an id with other characters than `A-Za-z0-9_-`, and for a
 * query parameter that is not known, so that a wrong client cannot look right.
 */
export const readCall = (route: Route, url: URL, request: IncomingMessage): Call => {
  const id = readId(route, url.pathname);
  const { query } = route;
  const unknown = query === 'any' ? [] : [...url.searchParams.keys()].filter((name) => !query.includes(name));
  if (unknown.length === 0) return { id, query: url.searchParams, request };
  throw new InvalidRequest(
    unknown.map((name) => ({
      loc: ['query', name],
      msg: 'Not a parameter that is simulated',
      type: 'extra_forbidden',
    })),
  );
};
