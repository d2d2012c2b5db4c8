import { createServer } from 'node:http';
import { listenOnLoopback } from '../../local/lambda/listen-on-loopback';
import { proveSecret } from '../../ops/prove-secret';

describe('the proof of a secret', () => {
  it('given a service that does not answer, when proven, then the proof is missing and nothing is thrown', async () => {
    const server = createServer();
    const port = await listenOnLoopback(server, 0);
    await new Promise((resolve) => server.close(resolve));

    expect(await proveSecret({ apiUrl: `http://127.0.0.1:${port}` }, 'InitiationSecret', 'value')).toBe('unreachable');
  });
});
