import { WrongUse } from './wrong-use';

const preCallPath = '/webhook/precall';

/** The routes of a deployment that the command calls. */
export interface Endpoints {
  readonly preCall: URL;
  readonly uploads: URL;
  readonly setupCheck: URL;
  readonly health: URL;
}

/**
 * Returns the routes under a base URL, which may include a stage (`https://….amazonaws.com/v1`) or be the URL of the
 * pre-call route. Throws WrongUse if the text is not an http or https URL.
 */
export const endpointsOf = (baseUrl: string): Endpoints => {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol))
    throw new WrongUse(`--url ${baseUrl} is not an http or https URL, such as http://127.0.0.1:3005.`);
  const path = base.pathname.replace(/\/+$/, '');
  const root = path.endsWith(preCallPath) ? path.slice(0, -preCallPath.length) : path;
  const route = (name: string): URL => {
    const url = new URL(base);
    url.pathname = root + name;
    return url;
  };
  return {
    preCall: route(preCallPath),
    uploads: route('/uploads'),
    setupCheck: route('/setup/check'),
    health: route('/health'),
  };
};
