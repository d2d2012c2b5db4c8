import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endpointsOf } from '../../cli/endpoints';
import { exportCaller } from '../../cli/export-caller';
import { listenOnLoopback } from '../../local/lambda/listen-on-loopback';

let baseUrl = '';
const folder = mkdtempSync(join(tmpdir(), 'precall-export-'));
const file = join(folder, 'ada.zip');

/** Accepts an export that is ready at once, and breaks off in the middle of its archive. */
const answer = ({ url = '' }: IncomingMessage, response: ServerResponse): void => {
  const download = { url: `${baseUrl}/archive`, files: 3 };
  if (url === '/callers/export') response.end(JSON.stringify({ export_id: 'e1' }));
  else if (url === '/callers/export/status') response.end(JSON.stringify({ export: { state: 'ready', download } }));
  else {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('PK', () => response.destroy());
  }
};
const server = createServer(answer);

beforeAll(async () => {
  baseUrl = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

describe('precall caller export', () => {
  const exportTo = (out: string): Promise<number> =>
    exportCaller(
      '+31612345678',
      {
        endpoints: endpointsOf(baseUrl),
        url: (path) => new URL(path, baseUrl),
        secretOf: () => Promise.resolve('secret'),
      },
      {
        args: [],
        text: (flag) => (flag === 'out' ? out : undefined),
        has: () => false,
        surroundings: { env: {}, print: () => undefined, note: () => undefined, redraw: undefined },
        installation: () => Promise.reject(new Error('no installation')),
        show: () => undefined,
        confirm: () => Promise.resolve(true),
      },
    );

  it('given a download that breaks off, then it says so and leaves no half archive', async () => {
    await expect(exportTo(file)).rejects.toMatchObject({
      name: 'Unreachable',
      message: expect.stringContaining('The archive was not downloaded completely') as string,
    });
    expect(existsSync(file)).toBe(false);
  });

  it('given a folder as its file, then it says so and leaves the folder', async () => {
    await expect(exportTo(folder)).rejects.toMatchObject({
      name: 'WrongUse',
      message: `${folder} cannot be written: it is a folder.`,
    });
    expect(existsSync(folder)).toBe(true);
  });
});
