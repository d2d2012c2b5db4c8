import { routeRequest } from '../../../local/gateway/route-request';
import type { DeployedApi } from '../../../local/stack/deployed-stack';

const route = (method: string, path: string): DeployedApi['routes'][number] => ({
  method,
  path,
  functionId: `${method} ${path}`,
});

const api: DeployedApi = {
  stage: 'v1',
  binaryMediaTypes: [],
  responses: [],
  routes: [
    route('GET', '/'),
    route('ANY', '/files/{path+}'),
    route('GET', '/calls/{id}'),
    route('GET', '/calls/mine'),
    route('POST', '/calls/{id}/end/{reason}'),
  ],
};

describe('routeRequest', () => {
  it.each([
    ['GET', '/', 'GET /', {}],
    ['GET', '/v1', 'GET /', {}],
    ['GET', '/v1/', 'GET /', {}],
    ['GET', '/calls/7', 'GET /calls/{id}', { id: '7' }],
    ['GET', '/v1/calls/7/', 'GET /calls/{id}', { id: '7' }],
    ['GET', '/calls/a%20b%2Fc', 'GET /calls/{id}', { id: 'a%20b%2Fc' }],
    ['GET', '/calls/mine', 'GET /calls/mine', {}],
    ['POST', '/calls/7/end/busy', 'POST /calls/{id}/end/{reason}', { id: '7', reason: 'busy' }],
    ['PUT', '/files/a/b.wav', 'ANY /files/{path+}', { path: 'a/b.wav' }],
    ['GET', '/files/a/', 'ANY /files/{path+}', { path: 'a' }],
  ])('given %s %s, when routed, then it reaches %s', (method, path, functionId, pathParameters) => {
    const routed = routeRequest(api, method, path);

    expect(routed).toMatchObject({ route: { functionId }, pathParameters });
  });

  it.each([
    ['POST', '/'],
    ['POST', '/calls/mine'],
    ['GET', '/calls'],
    ['GET', '/calls/'],
    ['GET', '/calls/7/end'],
    ['GET', '/files'],
    ['GET', '//calls/7'],
    ['GET', '/v10/calls/7'],
    ['GET', '/CALLS/7'],
  ])('given %s %s, when routed, then there is no such method', (method, path) => {
    const routed = routeRequest(api, method, path);

    expect(routed).toBeUndefined();
  });
});
