import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FunctionInstance } from '../../../local/lambda/function-instance';
import { until } from '../../support/eventually';
import { isAlive, temporaryFunction } from './temporary-function';

const repository = resolve(__dirname, '../../..');

describe('FunctionInstance', () => {
  it('given a module that loads for too long, when invoked, then it is killed and the init error is reported', async () => {
    const instance = new FunctionInstance(temporaryFunction('for (;;) {}'), {
      awsUrl: 'http://127.0.0.1:4566',
      region: 'eu-central-1',
      initTimeoutMs: 300,
      onLog: () => undefined,
      onReport: () => undefined,
      onExit: () => undefined,
    });

    const result = await instance.invoke(Buffer.from('{}'));
    await instance.end();

    expect(result).toMatchObject({ status: 'error', kind: 'init', errorType: 'Sandbox.Timedout' });
    expect(isAlive(instance.pid!)).toBe(false);
  });

  it.each([
    ['idle', 'return process.pid'],
    ['busy', 'console.log(process.pid); await new Promise((r) => setTimeout(r, 20_000))'],
  ])('given an %s instance, when the stack is killed, then its process ends too', async (_given, body) => {
    const fn = temporaryFunction(`exports.handler = async () => { ${body} };`, { timeoutS: 30 });
    const script = join(fn.codeDir, 'stack.ts');
    writeFileSync(
      script,
      `import { startFunctions } from '${repository}/local/lambda/functions';
       void startFunctions({
         functions: [${JSON.stringify(fn)}],
         awsUrl: 'http://127.0.0.1:4566',
         region: 'eu-central-1',
         onLog: (_id, line) => console.log(line),
       }).then(async ({ invoke }) => {
         const result = await invoke('Subject', {});
         console.log(String(result.status === 'ok' && result.payload));
       });
       setInterval(() => undefined, 1000);`,
    );
    const stack = spawn(process.execPath, ['--import', 'tsx', script], { cwd: repository });
    const [line] = (await once(stack.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    const wasAlive = isAlive(pid);

    stack.kill('SIGKILL');

    expect(wasAlive).toBe(true);
    await until(() => !isAlive(pid));
  });
});
