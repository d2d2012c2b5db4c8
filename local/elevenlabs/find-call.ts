import { ApiError, invalidField } from './errors';
import { apiId } from './ids';
import { type Route, routes } from './routes';

/** The route of a request. Throws ApiError 404 or 405 where there is none. */
export const findRoute = (method: string, path: string): Route => {
  const atPath = routes.filter((route) => route.path.test(path));
  const found = atPath.find((candidate) => candidate.method === method);
  if (found !== undefined) return found;
  if (atPath.length === 0) throw new ApiError(404, 'not_found', `ElevenLabs, as simulated here, has no ${path}.`);
  throw new ApiError(405, 'method_not_allowed', `${path} does not take the method ${method}.`);
};

const decode = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
};

/** The id in a request's path, '' where the route has none. Throws InvalidRequest for characters but `A-Za-z0-9_-`. */
export const readId = (route: Route, path: string): string => {
  const [group] = Object.entries(route.path.exec(path)?.groups ?? {});
  if (group === undefined) return '';
  const id = apiId.safeParse(decode(group[1]));
  if (id.success) return id.data;
  throw invalidField(['path', group[0]], 'Letters, digits, _ and - only', 'string_pattern_mismatch');
};
