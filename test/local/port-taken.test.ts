import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalStack, startLocalStack } from '../../local/local-stack';
import { type LocalSettings, localSettings, misspeltSettings } from '../../local/settings';
import { freePort, precallAt } from '../support/precall-command';

const root = join(__dirname, '..', '..');
let port = 0;

const settings = (): LocalSettings => ({ ...localSettings.parse({}), PORT: port, PRECALL_DEMO: 'off' });
const start = (): Promise<LocalStack> => startLocalStack(settings(), () => undefined);

const precall = (...args: string[]) => precallAt(port, ...args);

beforeAll(async () => {
  port = await freePort();
});

describe('a port that a local stack has', () => {
  it('given a stack that runs, when another starts on its port, then it says whose port it is, and nothing happens to the first', async () => {
    const first = await start();
    await precall('trigger', 'precall', '--conversation-id', 'conv_first');
    const log = readFileSync(join(root, first.logFile), 'utf8');

    await expect(start()).rejects.toThrow(`A local stack is already running on port ${port} (process ${process.pid}).`);

    expect(readFileSync(join(root, first.logFile), 'utf8')).toBe(log);
    expect(await precall('end', 'conv_first')).toMatchObject({ exitCode: 0 });
    await first.close();
  });
});

describe('names that are nearly those of settings', () => {
  it('given one, then it is named with the one that was meant', () => {
    const environment = { VOICE_TTL_HOUR: '3', RECONCILE_SECOND: '1', PATH: 'x', LOG_LEVEL: 'INFO', HOME: '/' };

    expect(misspeltSettings(environment)).toEqual([
      'VOICE_TTL_HOUR is not a setting and has no effect. Did you mean VOICE_TTL_HOURS?',
      'RECONCILE_SECOND is not a setting and has no effect. Did you mean RECONCILE_SECONDS?',
    ]);
  });
});
