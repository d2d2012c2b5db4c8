/**
 * What a flood of unsigned requests costs, by route: invokes each function warm with a wrong signature, and prints the
 * table of docs/COSTS.md. Durations are this machine's. Exits with 1 if a route answers anything but a refusal.
 *
 *   node --import tsx bench/unsigned-flood.ts
 */
import * as z from 'zod';
import { readLocalSettings } from '../local/settings';
import { synthesize } from '../local/synth';
import { openStage, type Stage } from '../scripts/invoke/open-stage';

/** US dollars in us-east-1, as in docs/COSTS.md: a request, a GB-second on arm64, a GB of logs, a recorded trace. */
const prices = {
  gateway: 3.5e-6,
  invocation: 0.2e-6,
  gbSecond: 1.33334e-5,
  logGb: 0.5,
  trace: 5e-6,
} as const;

/** A line of the access log, with what CloudWatch adds to each line. */
const accessLogBytes = 350 + 26;
const ownLineBytes = 26;
/** START, END and REPORT, which Lambda writes. */
const lambdaLinesBytes = 330;

const tracedNow = 0.05;
const warmUps = 20;
const requests = 100;

const answer = z.object({ statusCode: z.number() });

interface Route {
  readonly path: string;
  readonly functionId: string;
  /** Steady requests a second that its limit lets through. */
  readonly limit: number;
}

const calls = ['/webhook/precall', '/webhook/postcall', '/webhook/3cx', '/webhook/initiation', '/uploads'];

const limitOf = (path: string): number => {
  if (calls.includes(path)) return 50;
  return path === '/health' ? 10 : 5;
};

const unsigned = (path: string) => ({
  resource: path,
  path,
  httpMethod: path === '/health' ? 'GET' : 'POST',
  headers: {
    'content-type': 'application/json',
    'ElevenLabs-Signature': `t=${Math.floor(Date.now() / 1000)},v0=${'0'.repeat(64)}`,
    'X-Signature': `t=${Math.floor(Date.now() / 1000)},v0=${'0'.repeat(64)}`,
    'X-Precall-Secret': 'guessed',
  },
  multiValueHeaders: {},
  queryStringParameters: null,
  pathParameters: null,
  stageVariables: null,
  requestContext: {
    requestId: 'flood',
    requestTimeEpoch: Date.now(),
    stage: 'v1',
    resourcePath: path,
    identity: { sourceIp: '203.0.113.1' },
  },
  body: '{}',
  isBase64Encoded: false,
});

/** What the functions have logged and how long they took, since the last look. */
interface Seen {
  bytes: number;
  readonly durationsMs: number[];
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

const measure = async (stage: Stage, seen: Seen, { path, functionId }: Route) => {
  const ask = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) {
      const result = await stage.invoke(functionId, unsigned(path));
      const status = result.status === 'ok' ? answer.parse(JSON.parse(result.payload.toString('utf8'))).statusCode : 0;
      if (path !== '/health' && ![401, 403].includes(status)) throw new Error(`${path} answers ${status}.`);
    }
  };
  await ask(warmUps);
  seen.bytes = 0;
  seen.durationsMs.length = 0;
  await ask(requests);
  return { ms: median(seen.durationsMs), logBytes: seen.bytes / requests + lambdaLinesBytes };
};

/** A row of the table. */
const rowOf = async (stage: Stage, seen: Seen, route: Route): Promise<string> => {
  const { path, functionId, limit } = route;
  const { ms, logBytes } = await measure(stage, seen, route);
  const mb = stage.deployed.functions.find(({ id }) => id === functionId)?.memoryMb ?? NaN;
  const untraced =
    prices.gateway +
    prices.invocation +
    (mb / 1024) * (Math.ceil(ms) / 1000) * prices.gbSecond +
    ((logBytes + accessLogBytes) / 1e9) * prices.logGb;
  const now = (untraced + (path === '/health' ? 0 : tracedNow * prices.trace)) * 1e6;
  const before = (untraced + prices.trace) * 1e6;
  const month = (now * limit * 730 * 3600) / 1e6;
  const cells = [mb, ms.toFixed(0), logBytes.toFixed(0), now.toFixed(2), before.toFixed(2), month.toFixed(0)];
  return `| \`${path}\` | ${cells.join(' | ')} |`;
};

const main = async (): Promise<void> => {
  const { assemblyDir } = await synthesize(new AbortController().signal);
  const seen: Seen = { bytes: 0, durationsMs: [] };
  const stage = await openStage({
    assemblyDir,
    settings: readLocalSettings(),
    environment: {},
    onLog: (_id, line) => {
      seen.bytes += Buffer.byteLength(line) + ownLineBytes;
    },
    onReport: (_id, { durationMs }) => {
      seen.durationsMs.push(durationMs);
    },
  });
  try {
    console.log('| route | MB | ms | log bytes | a million | with every request traced | at the limit, a month |');
    console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
    for (const { path, functionId } of stage.deployed.api.routes)
      console.log(await rowOf(stage, seen, { path, functionId, limit: limitOf(path) }));
  } finally {
    await stage.close();
  }
};

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
