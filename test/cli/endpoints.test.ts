import { endpointsOf } from '../../cli/endpoints';

describe('endpointsOf', () => {
  it.each([
    ['http://127.0.0.1:3005', 'http://127.0.0.1:3005'],
    ['http://127.0.0.1:3005/', 'http://127.0.0.1:3005'],
    ['https://a1.execute-api.eu-central-1.amazonaws.com/v1', 'https://a1.execute-api.eu-central-1.amazonaws.com/v1'],
    ['https://example.com/v1/webhook/precall', 'https://example.com/v1'],
    ['https://example.com/webhook/precall/', 'https://example.com'],
  ])('given %s, when asked for its routes, then they lie under %s', (url, root) => {
    const { preCall, uploads, setupCheck, health } = endpointsOf(url);

    expect([preCall.href, uploads.href, setupCheck.href, health.href]).toEqual([
      `${root}/webhook/precall`,
      `${root}/uploads`,
      `${root}/setup/check`,
      `${root}/health`,
    ]);
  });
});
