'use strict';
/**
 * Runs one function as Lambda's managed Node.js runtime does: loads `_HANDLER` from `LAMBDA_TASK_ROOT`, then asks the
 * Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) for one event after the other. Handlers
 * are async only, as from nodejs24.x on. Unlike Lambda, the process is not frozen between events. Its clock is that of
 * the local stack, which may be ahead of the machine's: each event says how far.
 */
const { existsSync } = require('node:fs');
const http = require('node:http');
const { enableCompileCache, flushCompileCache } = require('node:module');
const net = require('node:net');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { makeClockMovable, setClockAhead } = require('../../ops/shift-clock.cjs');

const runtimeUrl = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const agent = new http.Agent({ keepAlive: true });
let currentRequestId;

/** Calls the Runtime API. When it is gone nobody waits for this process, so the process ends. */
const call = (method, resource, body) =>
  new Promise((resolve) => {
    const leave = () => process.exit(1);
    const request = http.request(`${runtimeUrl}${resource}`, { method, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }));
      response.on('error', leave);
    });
    request.on('error', leave);
    request.end(body);
  });

/** An error in Lambda's shape; what is thrown without being an Error is named after its type. */
const describeError = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

const namedError = (name, message) => Object.assign(new Error(message), { name });

/** Splits `<folders>/<file>.<export>` at the first dot of its last part, as Lambda does. */
const splitHandler = (handler) => {
  const folder = path.dirname(handler);
  const [, file, exported] = /^([^.]*)\.(.+)$/.exec(path.basename(handler)) ?? [];
  if (!file) throw namedError('Runtime.MalformedHandlerName', `Bad handler "${handler}": write it as <file>.<export>`);
  return { file: path.join(folder, file), exported };
};

const loadModule = async (file) => {
  const base = path.resolve(process.env.LAMBDA_TASK_ROOT, file);
  const found = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find((name) => existsSync(name));
  if (!found) throw namedError('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  return found.endsWith('.mjs') ? import(pathToFileURL(found)) : require(found);
};

const loadHandler = async () => {
  const { file, exported } = splitHandler(process.env._HANDLER);
  const module = await loadModule(file);
  const handler = exported.split('.').reduce((value, key) => value?.[key], module);
  if (typeof handler !== 'function') {
    throw namedError('Runtime.HandlerNotFound', `${process.env._HANDLER} is undefined or not exported`);
  }
  if (handler.length > 2) {
    throw namedError('Runtime.CallbackHandlerDeprecated', 'Callback handlers ended with Node.js 24: return a promise');
  }
  return handler;
};

const contextOf = (headers) => {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
};

const reportError = async (resource, label, error) => {
  const body = JSON.stringify(describeError(error));
  console.error(`${label}\t${body}`);
  await call('POST', resource, body);
};

/** Outside of a handler's promise nothing can be caught any more: the event fails and the process ends with `code`. */
const failFatally = async (label, error, code) => {
  if (currentRequestId === undefined) console.error(`${label}\t${JSON.stringify(describeError(error))}`);
  else await reportError(`/invocation/${currentRequestId}/error`, label, error);
  process.exit(code);
};

const handleEvent = async (handler, { headers, text }) => {
  currentRequestId = headers['lambda-runtime-aws-request-id'];
  process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  setClockAhead(Number(headers['local-clock-ahead-ms'] ?? 0));
  try {
    const result = await handler(JSON.parse(text), contextOf(headers));
    await call('POST', `/invocation/${currentRequestId}/response`, JSON.stringify(result) ?? 'null');
  } catch (error) {
    await reportError(`/invocation/${currentRequestId}/error`, 'Invoke Error', error);
  }
  currentRequestId = undefined;
};

const main = async () => {
  // Before the function's module is loaded, which may keep references to Date.now.
  makeClockMovable();
  setClockAhead(Number(process.env.LOCAL_CLOCK_AHEAD_MS ?? 0));
  // Beside the function's code, so that it is deleted with that. NODE_DISABLE_COMPILE_CACHE turns it off.
  enableCompileCache(path.join(process.env.LAMBDA_TASK_ROOT, '..', 'compiled'));
  let handler;
  try {
    handler = await loadHandler();
  } catch (error) {
    await reportError('/init/error', 'Init Error', error);
    process.exit(1);
  }
  await handleEvent(handler, await call('GET', '/invocation/next'));
  // With what the first event has compiled. Later instances begin with it.
  flushCompileCache();
  for (;;) await handleEvent(handler, await call('GET', '/invocation/next'));
};

process.on('uncaughtException', (error) => {
  const name = `Runtime.${error instanceof Error ? error.name : 'UncaughtException'}`;
  void failFatally(
    'Uncaught Exception',
    Object.assign(namedError(name, error?.message ?? String(error)), { stack: error?.stack }),
    129,
  );
});
process.on('unhandledRejection', (reason) => {
  const name = 'Runtime.UnhandledPromiseRejection';
  const message = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  void failFatally('Unhandled Promise Rejection', namedError(name, message), 128);
});

// The other end of this pipe is held by the process that started this one, and closes with it, however it ends.
const parent = new net.Socket({ fd: 3 });
parent.on('error', () => process.exit(1));
parent.on('close', () => process.exit(1));
parent.resume();
parent.unref();

void main();
