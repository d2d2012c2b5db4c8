import type { Functions, FunctionsOptions } from '../../../local/lambda/functions';
import type { DeployedFunction } from '../../../local/stack/deployed-stack';
import { until } from '../../support/eventually';
import { answerOf, startOne } from './start-one';
import { isAlive, temporaryFunction } from './temporary-function';

describe('FunctionPool', () => {
  let functions: Functions | undefined;

  const start = async (fn: DeployedFunction, options: Partial<FunctionsOptions> = {}): Promise<Functions> => {
    functions = await startOne(fn, options);
    return functions;
  };

  afterEach(async () => {
    await functions?.close();
    functions = undefined;
  });

  it('given 8 events at the same time, when invoked, then 8 processes run them, and are used again afterwards', async () => {
    const source =
      'exports.handler = async () => { await new Promise((r) => setTimeout(r, 400)); return process.pid; };';
    const { invoke } = await start(temporaryFunction(source));
    const invokeEight = (): Promise<unknown[]> =>
      Promise.all(Array.from({ length: 8 }, async () => answerOf(await invoke('Subject', {}))));

    const first = await invokeEight();
    const second = await invokeEight();

    expect(new Set(first).size).toBe(8);
    expect(new Set(second)).toEqual(new Set(first));
  });

  it.each([
    ['the ceiling of the stack', { maxInstances: 2 }, {}],
    ['its reserved concurrency', {}, { reservedConcurrency: 2 }],
  ])(
    'given %s, when more events come at the same time, then they are throttled',
    async (_given, options, overrides) => {
      const source = 'exports.handler = () => new Promise((r) => setTimeout(r, 300, 1));';
      const { invoke } = await start(temporaryFunction(source, overrides), options);

      const results = await Promise.all([1, 2, 3].map((n) => invoke('Subject', n)));

      expect(results.map(({ status }) => status)).toEqual(['ok', 'ok', 'throttled']);
    },
  );

  it('given one instance at most, when invoked in a row, then nothing is throttled', async () => {
    const { invoke } = await start(temporaryFunction('exports.handler = async () => process.pid;'), {
      maxInstances: 1,
    });
    const pids = new Set<unknown>();

    for (let n = 0; n < 50; n += 1) pids.add(answerOf(await invoke('Subject', {})));

    expect(pids.size).toBe(1);
  });

  it('given an instance without events, when its idle time is over, then it is ended', async () => {
    const { invoke, instances } = await start(temporaryFunction('exports.handler = async () => process.pid;'), {
      idleMs: 100,
    });
    const pid = answerOf(await invoke('Subject', {})) as number;

    await until(() => !isAlive(pid));

    expect(instances('Subject')).toEqual([]);
  });

  it('given busy and idle instances, when closed, then no process is left and events fail', async () => {
    const source = 'exports.handler = (wait) => new Promise((r) => setTimeout(r, wait, process.pid));';
    const { invoke, instances, close } = await start(temporaryFunction(source));
    const pending = invoke('Subject', 4000);
    await until(() => instances('Subject').some(({ state }) => state === 'busy'));
    await invoke('Subject', 1);
    const pids = instances('Subject').map(({ pid }) => pid);

    await close();

    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await pending).toMatchObject({ status: 'error', kind: 'crash' });
    await expect(invoke('Subject', 1)).rejects.toThrow('after the local stack was closed');
  });

  it('given an instance that is still starting, when closed, then its event fails and no process is left', async () => {
    const { invoke, instances, close } = await start(temporaryFunction('exports.handler = async () => 1;'));
    const pending = invoke('Subject', 1);

    await close();

    expect(await pending).toMatchObject({ status: 'error', kind: 'init', errorType: 'Runtime.ExitError' });
    expect(instances('Subject')).toEqual([]);
  });
});
