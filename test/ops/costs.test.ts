import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { costs } from '../../cli/commands/costs';
import { describeFault } from '../../cli/describe-fault';
import { createClients } from '../../ops/clients';
import type { Installation } from '../../ops/installation';

let server: Server;
let installation: Installation;
let answers: { readonly status: number; readonly body: object }[] = [];
let requests: Record<string, unknown>[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request
      .on('data', (part: Buffer) => parts.push(part))
      .on('end', () => {
        requests.push(JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>);
        const { status, body } = answers.shift()!;
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients = createClients({ region: 'eu-central-1', emulator: { stores: url, operations: url } });
  const none = { apiUrl: '', elevenLabsUrl: '', table: '', bucket: '', queues: {}, secrets: {}, functions: {} };
  installation = { ...none, title: 'Precall-prod', isLocal: false, stage: 'prod', alarmPrefix: '', clients };
});
afterAll(() => {
  installation.clients.destroy();
  server.close();
});
beforeEach(() => {
  requests = [];
});

const precallCosts = async (of: Installation, ...flags: string[]) => {
  const lines: string[] = [];
  const exitCode = await costs.run({
    args: [],
    text: () => undefined,
    has: (flag) => flags.includes(flag),
    surroundings: { env: {}, print: (line) => void lines.push(line), note: () => undefined, redraw: undefined },
    installation: () => Promise.resolve(of),
    show: (_document, shown) => void lines.push(...shown),
    confirm: () => Promise.resolve(true),
  });
  return { exitCode, text: lines.join('\n') };
};

const group = (service: string, amount: string) => ({
  Keys: [service],
  Metrics: { UnblendedCost: { Amount: amount, Unit: 'USD' } },
});
const page = (groups: object[], token?: string) => ({
  status: 200,
  body: { ResultsByTime: [{ Groups: groups }], ...(token !== undefined && { NextPageToken: token }) },
});

describe('precall costs', () => {
  it('given costs on two pages, then each service and the total of the stage are shown, highest first', async () => {
    answers = [
      page([group('AWS Lambda', '1.5'), group('Amazon SQS', '0')], 'second'),
      page([group('CloudWatch', '12')]),
    ];

    const { exitCode, text } = await precallCosts(installation);

    expect(exitCode).toBe(0);
    expect(text).toMatch(/CloudWatch +12\.00\nAWS Lambda +1\.50\ntotal +13\.50/);
    expect(text).not.toContain('SQS');
    expect(requests).toMatchObject([
      {
        Filter: {
          And: [{ Tags: { Key: 'application', Values: ['precall'] } }, { Tags: { Key: 'stage', Values: ['prod'] } }],
        },
      },
      { NextPageToken: 'second' },
    ]);
  });

  it('given an account that does not count by these tags, then a sentence says how to make it, and the exit code is 1', async () => {
    answers = [page([])];

    expect(await precallCosts(installation)).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining('Activate the cost allocation tags "application" and "stage"') as unknown,
    });
  });

  it('given no right to see costs, then it is a sentence, and the exit code is 4', async () => {
    const __type = 'AccessDeniedException';
    answers = [{ status: 400, body: { __type, message: 'User not enabled for cost explorer access' } }];

    const error = await precallCosts(installation).catch((thrown: unknown) => thrown);

    expect(describeFault(error)).toEqual({
      sentence: 'AWS does not allow it: User not enabled for cost explorer access.',
      exitCode: 4,
    });
  });

  it('given the local stack, then it says that nobody bills it', async () => {
    expect(await precallCosts({ ...installation, stage: undefined, isLocal: true })).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('The local stack costs nothing') as unknown,
    });
    expect(requests).toEqual([]);
  });
});
