import type { Functions, FunctionsOptions } from '../../../local/lambda/functions';
import type { DeployedFunction } from '../../../local/stack/deployed-stack';
import { until } from '../../support/eventually';
import { answerOf, startOne } from './start-one';
import { isAlive, temporaryFunction } from './temporary-function';

describe('startFunctions', () => {
  let functions: Functions | undefined;

  const start = async (fn: DeployedFunction, options: Partial<FunctionsOptions> = {}): Promise<Functions> => {
    functions = await startOne(fn, options);
    return functions;
  };

  afterEach(async () => {
    await functions?.close();
    functions = undefined;
  });

  it.each([
    ['a CommonJS bundle', 'exports.handler = async (event) => ({ got: event.n });', 'index.js'],
    ['an ES module', 'export const handler = async (event) => ({ got: event.n });', 'index.mjs'],
    ['a .cjs file', 'exports.handler = (event) => ({ got: event.n });', 'index.cjs'],
  ])('given %s, when invoked, then its result comes back', async (_given, source, file) => {
    const { invoke } = await start(temporaryFunction(source, {}, file));

    const result = await invoke('Subject', { n: 7 });

    expect(answerOf(result)).toEqual({ got: 7 });
  });

  it('given a handler that returns nothing, when invoked, then the payload is null', async () => {
    const { invoke } = await start(temporaryFunction('exports.handler = async () => undefined;'));

    const result = await invoke('Subject', {});

    expect(answerOf(result)).toBeNull();
  });

  it("given Lambda's context, when invoked, then the handler sees all of it", async () => {
    const source = `exports.handler = async (_event, context) => ({ ...context, remainingMs: context.getRemainingTimeInMillis() });`;
    const { invoke } = await start(temporaryFunction(source));

    const context = answerOf(await invoke('Subject', {}));

    expect(context).toEqual({
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:Subject',
      functionName: 'Subject',
      functionVersion: '$LATEST',
      memoryLimitInMB: '512',
      logGroupName: '/aws/lambda/Subject',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      callbackWaitsForEmptyEventLoop: true,
      remainingMs: expect.any(Number),
    });
    const { remainingMs } = context as { remainingMs: number };
    expect(remainingMs).toBeGreaterThan(4000);
    expect(remainingMs).toBeLessThanOrEqual(5000);
  });

  it('given a developer environment, when invoked, then the function sees only what Lambda gives', async () => {
    process.env['PRIVATE_TO_THE_DEVELOPER'] = 'secret';
    const source = `exports.handler = async () => ({ env: process.env, cwd: process.cwd(), node: process.execPath });`;
    const fn = temporaryFunction(source, { environment: { TABLE_NAME: 'ledger', AWS_REGION: 'overruled' } });
    const { invoke } = await start(fn);

    const seen = answerOf(await invoke('Subject', {})) as { env: Record<string, string>; cwd: string; node: string };

    expect(Object.keys(seen.env).sort()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_ENDPOINT_URL',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_LAMBDA_RUNTIME_API',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'LAMBDA_TASK_ROOT',
      'PATH',
      'TABLE_NAME',
      'TZ',
      '_HANDLER',
      '_X_AMZN_TRACE_ID',
    ]);
    expect(seen.env).toMatchObject({ TABLE_NAME: 'ledger', AWS_REGION: 'eu-central-1', TZ: ':UTC' });
    expect(seen.cwd).toBe(fn.codeDir);
    expect(seen.node).toBe(process.execPath);
  });

  it.each([
    [
      'an error',
      `class NoVoice extends Error { name = 'NoVoice' } throw new NoVoice('none left');`,
      'NoVoice',
      'none left',
    ],
    ['a string', `throw 'plain';`, 'string', 'plain'],
    ['what JSON cannot say', 'return 1n;', 'TypeError', 'Do not know how to serialize a BigInt'],
  ])(
    'given a handler that throws %s, when invoked, then the error is reported',
    async (_given, body, errorType, errorMessage) => {
      const { invoke, instances } = await start(temporaryFunction(`exports.handler = async () => { ${body} };`));

      const result = await invoke('Subject', {});

      expect(result).toMatchObject({ status: 'error', kind: 'handled', errorType, errorMessage });
      expect(instances('Subject')).toHaveLength(1);
    },
  );

  it.each([
    ['exits', 'process.exit(3)', 'Runtime.ExitError', 'exit status 3'],
    ['never settles', 'await new Promise(() => {})', 'Runtime.ExitError', 'exited without providing a reason'],
    [
      'is killed',
      `process.kill(process.pid, 'SIGKILL'); await new Promise(() => setInterval(() => {}, 50))`,
      'Runtime.ExitError',
      'SIGKILL',
    ],
    [
      'leaves a rejection unhandled',
      `Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 500))`,
      'Runtime.UnhandledPromiseRejection',
      'Error: lost',
    ],
    [
      'throws in a timer',
      `setTimeout(() => { throw new RangeError('late') }); await new Promise((r) => setTimeout(r, 500))`,
      'Runtime.RangeError',
      'late',
    ],
  ])(
    'given a handler that %s, when invoked, then it is a crash and the next event gets a new process',
    async (_given, body, errorType, message) => {
      const source = `exports.handler = async (event) => { if (event.crash) { ${body} } return process.pid; };`;
      const { invoke } = await start(temporaryFunction(source));
      const firstPid = answerOf(await invoke('Subject', {}));

      const result = await invoke('Subject', { crash: true });
      const nextPid = answerOf(await invoke('Subject', {}));

      expect(result).toMatchObject({ status: 'error', kind: 'crash', errorType });
      expect(result).toHaveProperty('errorMessage', expect.stringContaining(message));
      expect(nextPid).not.toBe(firstPid);
    },
  );

  it('given an event under way, when its process is killed from outside, then the caller learns of a crash', async () => {
    const { invoke, instances } = await start(
      temporaryFunction('exports.handler = () => new Promise((r) => setTimeout(r, 4000));'),
    );
    const invocation = invoke('Subject', {});
    await until(() => instances('Subject').some(({ state }) => state === 'busy'));

    process.kill(instances('Subject')[0]!.pid, 'SIGKILL');

    expect(await invocation).toMatchObject({ status: 'error', kind: 'crash', errorType: 'Runtime.ExitError' });
  });

  it('given a handler that outlives its timeout, when invoked, then it is killed at the timeout and replaced', async () => {
    const source = 'exports.handler = async (event) => { while (event.spin) {} return process.pid; };';
    const { invoke } = await start(temporaryFunction(source, { timeoutS: 1 }));
    const firstPid = answerOf(await invoke('Subject', {})) as number;

    const result = await invoke('Subject', { spin: true });
    const nextPid = answerOf(await invoke('Subject', {}));

    expect(result).toMatchObject({
      status: 'error',
      kind: 'timeout',
      errorMessage: expect.stringContaining('timed out after 1.00 seconds'),
    });
    expect(nextPid).not.toBe(firstPid);
    await until(() => !isAlive(firstPid));
  });

  it.each([
    ['throws while it loads', `throw new Error('no settings');`, {}, 'Error', 'no settings'],
    ['does not parse', 'exports.handler = async (', {}, 'SyntaxError', ''],
    ['lacks the export', 'exports.other = 1;', {}, 'Runtime.HandlerNotFound', 'index.handler'],
    ['lacks the file', '', { handler: 'absent.handler' }, 'Runtime.ImportModuleError', "'absent'"],
    [
      'expects a callback',
      'exports.handler = (event, context, callback) => callback();',
      {},
      'Runtime.CallbackHandlerDeprecated',
      '',
    ],
    ['exits while it loads', 'process.exit(4);', {}, 'Runtime.ExitError', 'exit status 4'],
    ['has no directory', '', { codeDir: '/nowhere/at/all' }, 'Runtime.StartError', '/nowhere/at/all'],
  ])(
    'given a bundle that %s, when invoked, then the init error is reported',
    async (_given, source, overrides, errorType, message) => {
      const { invoke } = await start(temporaryFunction(source, overrides));

      const result = await invoke('Subject', {});

      expect(result).toMatchObject({ status: 'error', kind: 'init', errorType });
      expect(result).toHaveProperty('errorMessage', expect.stringContaining(message));
    },
  );

  it('given payloads around 6 MiB, when invoked, then larger events and results are refused', async () => {
    const { invoke } = await start(temporaryFunction(`exports.handler = async ({ bytes }) => 'x'.repeat(bytes - 2);`));

    const fits = await invoke('Subject', { bytes: 6_291_456 });
    const tooLarge = await invoke('Subject', { bytes: 6_291_457 });
    const eventTooLarge = await invoke('Subject', 'x'.repeat(6_291_455));

    expect(fits).toMatchObject({ status: 'ok', payload: expect.objectContaining({ length: 6_291_456 }) });
    expect(tooLarge).toMatchObject({ status: 'error', errorType: 'Function.ResponseSizeTooLarge' });
    expect(eventTooLarge).toEqual({ status: 'too_large', bytes: 6_291_457 });
  });

  it('given logs and reports are wanted, when invoked twice, then both tell of it and only the first has an init', async () => {
    const onLog = vi.fn();
    const onReport = vi.fn();
    const source = `exports.handler = async () => { console.log('one\\ntwo'); console.error('three'); };`;
    const { invoke } = await start(temporaryFunction(source), { onLog, onReport });

    await invoke('Subject', {});
    await invoke('Subject', {});
    await until(() => onLog.mock.calls.length === 6);

    expect(onLog.mock.calls.map(([, line]) => line as string).sort()).toEqual([
      'one',
      'one',
      'three',
      'three',
      'two',
      'two',
    ]);
    const report = { requestId: expect.any(String), durationMs: expect.any(Number), maxMemoryMb: expect.any(Number) };
    expect(onReport.mock.calls).toEqual([
      ['Subject', { ...report, initMs: expect.any(Number) }],
      ['Subject', report],
    ]);
  });
});
