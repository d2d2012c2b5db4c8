import { ApiError, invalidField } from './answers';
import type { Route } from './route';
import { routes } from './routes';
import { apiId } from './values';

/** Finds the route of a request. Throws ApiError 404 or 405 if none matches. */
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

/** Parses the ids in a request's path, in order. Throws InvalidRequest for characters other than `A-Za-z0-9_-`. */
export const readIds = (route: Route, path: string): readonly string[] =>
  Object.entries(route.path.exec(path)?.groups ?? {}).map(([name, segment]) => {
    const id = apiId.safeParse(decode(segment));
    if (id.success) return id.data;
    throw invalidField(['path', name], 'Letters, digits, _ and - only', 'string_pattern_mismatch');
  });
