import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { readGuide } from '../support/guide';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'LOCAL.md'), 'utf8');
const runInShell = promisify(execFile);
let elevenLabs: TestElevenLabs;

beforeAll(async () => {
  elevenLabs = await startElevenLabs({ apiKey: 'sk' }, 'anyone');
});
afterAll(() => elevenLabs.close());

describe('the page of the local stack', () => {
  it("given the simulator's controls, then its table has each", async () => {
    const { error } = (await (await fetch(`${elevenLabs.url}/_simulator/nothing`)).json()) as { error: string };
    const offered = [...error.matchAll(/(?:GET|POST|PUT|PATCH|DELETE) [a-z-]+(?=[,.])/g)].map(([name]) => name);
    const documented = [...page.matchAll(/^\| `((?:GET|POST|PUT|PATCH|DELETE) [a-z-]+)`/gm)].map(([, name]) => name);

    expect(documented.toSorted()).toEqual(offered.toSorted());
  });

  it('given its requests to the simulator, when run in order, then each is accepted', async () => {
    const commands = readGuide(page).steps.filter(({ command }) => command.includes(':4300/_simulator/'));

    for (const { command } of commands) {
      const line = command.replaceAll('http://127.0.0.1:4300', elevenLabs.url);
      const { stdout } = await runInShell('bash', ['-c', line]);
      expect([command, stdout]).toEqual([command, expect.not.stringContaining('"error":')]);
    }
    expect(commands.length).toBeGreaterThan(10);
  });
});
