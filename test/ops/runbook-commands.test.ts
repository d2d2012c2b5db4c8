import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { run } from '../../cli/run';
import { until } from '../support/eventually';
import { type RunningStack, startNewStack } from '../support/running-stack';

const wav = join(__dirname, '..', '..', 'events', 'samples', 'caller.wav');
const runbook = readFileSync(join(__dirname, '..', '..', 'docs', 'RUNBOOK.md'), 'utf8');
const inBlocks = [...runbook.matchAll(/^npx precall (.*)$/gm)].map(([, line]) => line!);
const inSentences = [...runbook.matchAll(/`npx precall ([^`]*)`/g)].map(([, line]) => line!.replaceAll('\n', ' '));
/** An export takes seconds; test/ops/act-local.test.ts makes one. */
const isExport = (line: string): boolean => line.startsWith('caller export');
const commandLines = [...new Set([...inBlocks, ...inSentences])]
  .map((line) => line.replace(/\s+#.*$| < \S+$/, '').trim())
  .filter((line) => !isExport(line));

let running: RunningStack;
const ids = { conversation: 'conv_of_runbook', voice: '', agent: 'agent_1' };

const precall = async (args: readonly string[]) => {
  const [out, notes]: [string[], string[]] = [[], []];
  const exitCode = await run([...args, '--port', new URL(running.stack.url).port], {
    env: {},
    print: (line) => void out.push(line),
    note: (line) => void notes.push(line),
    redraw: undefined,
  });
  return { exitCode, text: out.join('\n'), notes: notes.join('\n') };
};

/** What a person puts in place of `<…>`, and `--yes` where nobody can be asked. */
const filledIn = (line: string): string[] => {
  const words = line
    .replace('<voice id>', ids.voice)
    .replace('<agent id>', ids.agent)
    .replace('<name>', `ThreeCxWebhookSecret${line.includes('--generate') ? '' : ' --value filled-in'}`)
    .replace('<id>', ids.conversation)
    .replace('<number>', '+31612345678')
    .replace('<file>', wav)
    .split(/\s+/);
  const isWithoutValue = /^secret set [A-Z]\w+( --yes)?$/.test(line);
  const asks = /^(pause|voices delete|secret set|caller (erase|withdraw))/.test(line);
  return [
    ...words,
    ...(asks ? ['--yes'] : []),
    ...(isWithoutValue ? ['--value', 'sk_test_key'] : []),
    ...(/^tail(?!.*--(count|once))/.test(line) ? ['--once'] : []),
  ];
};

/** A call, and one of every kind of trouble that the sections are about. */
const makeTrouble = async (): Promise<void> => {
  running.elevenLabs.addFault({
    operation: 'createVoice',
    action: { kind: 'error', status: 400, code: 'voice_limit_reached' },
  });
  await precall(['trigger', 'precall', '--agent-id', 'agent_2']);
  // Its change of the agent may still take effect, so this voice is deleted a minute later. Nobody waits for that.
  running.elevenLabs.addFault({ operation: 'patchAgent', action: { kind: 'error', status: 500, code: 'internal' } });
  await precall(['trigger', 'precall', '--agent-id', 'agent_4']);
  await precall(['trigger', 'precall', '--conversation-id', ids.conversation, '--agent-id', ids.agent]);
  await precall(['trigger', 'precall', '--invalid']);
  await precall(['trigger', 'failure', '--agent-id', 'agent_3']);
  const { places, deployed } = running.stack;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const sqs = new SQSClient({ endpoint: places.awsUrl, region: places.region, credentials });
  for (const QueueUrl of Object.entries(deployed.queues).flatMap(([id, url]) =>
    id.endsWith('DeadLetters') ? [url] : [],
  ))
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"parked":"by the test"}' }));
  sqs.destroy();
  const voices = JSON.parse((await precall(['voices', '--json'])).text) as { voice_id: string; users: object }[];
  ids.voice = voices.find(({ users }) => ids.conversation in users)!.voice_id;
};

beforeAll(async () => {
  running = await startNewStack();
  await makeTrouble();
});
afterAll(() => running.close());

describe('the command lines of docs/RUNBOOK.md', () => {
  it('given the page, then there are many', () => {
    expect(commandLines.length).toBeGreaterThan(35);
  });

  it('given the trouble, when asked, then status, calls, parked and the counts of the log show it', async () => {
    const { exitCode, text } = await precall(['status']);
    expect(exitCode).toBe(1);
    expect(text).toContain('failed for good in ClonesDeadLetters');
    expect((await precall(['calls', '--failed'])).text).toMatch(/refused: INVALID_SIGNATURE/);
    expect((await precall(['tail', '--count', '--failed', '--since', '1h'])).text).toContain('voice_limit_reached');
    expect((await precall(['parked'])).text).toContain('by the test');
  });

  it.each(commandLines)(
    'given npx precall %s, when run, then it does its work, and what it cannot do is a sentence',
    async (line) => {
      if (line.startsWith('pause')) await precall(['resume']);

      const { exitCode, text, notes } = await precall(filledIn(line));

      expect([0, 1]).toContain(exitCode);
      expect(notes).not.toMatch(/defect|\n\s+at /);
      expect(`${text}${notes}`).not.toBe('');
    },
  );

  it('given a pause at the end, then it is ended', async () => {
    await precall(['resume']);
    await until(async () => !(await precall(['status'])).text.includes('paused'));
  });
});
