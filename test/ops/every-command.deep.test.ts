import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { commands } from '../../cli/commands';
import { eventKinds } from '../../cli/event-kinds';
import { run } from '../../cli/run';
import { until } from '../support/eventually';
import { type RunningStack, startNewStack } from '../support/running-stack';

const root = join(__dirname, '..', '..');
const file = (...names: string[]): string => join(root, ...names);
const wav = file('events', 'samples', 'caller.wav');
const payload = file('events', 'payloads', 'precall.json');
const recording = join(root, '.local', `every-command-${process.pid}.mp3`);
const archive = join(root, '.local', `every-command-${process.pid}.zip`);
/** No stack and no other program listens on it. */
const nobody = '1';

let running: RunningStack;
let denying: Server;
let deniedPort = '';

const precall = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const [out, notes]: [string[], string[]] = [[], []];
  const exitCode = await run(args, {
    env,
    print: (line) => void out.push(line),
    note: (line) => void notes.push(line),
    redraw: undefined,
    untilInterrupted: () => Promise.resolve(),
  });
  return { exitCode, text: out.join('\n'), notes: notes.join('\n') };
};
const portOf = (): string => new URL(running.stack.url).port;
const here = (...args: string[]) => precall([...args, '--port', portOf()]);

/** What nobody may see: a defect, or where in the source it happened. */
const isPlain = ({ text, notes }: { text: string; notes: string }): void => {
  expect(`${text}\n${notes}`).not.toMatch(/defect|\n\s+at .*:\d+|undefined|\[object/);
  expect(notes.split('\n').every((line) => line === '' || /[.!?:…]$|^Help: /.test(line.trim()))).toBe(true);
};

interface Row {
  /** Arguments that work on the stack of this test. */
  readonly works: readonly string[];
  /** The exit code when it works. @default 0 */
  readonly workCode?: number;
  /** Arguments that are wrong. */
  readonly wrong: readonly string[];
  /** An id that nothing has, and the words about it; not of commands that take no id. */
  readonly unknown?: readonly [args: readonly string[], sentence: RegExp];
  /** Whether it asks nothing of an installation. @default false */
  readonly isOffline?: boolean;
}

/** Every command. The order is that in which they run: some undo what others did. */
const table: Readonly<Record<string, Row>> = {
  status: { works: [], wrong: ['extra'] },
  calls: { works: ['--since', '2h'], wrong: ['--since', 'yesterday'] },
  call: { works: ['conv_table'], wrong: [], unknown: [['nobody'], /Nothing is known of nobody/] },
  tail: { works: ['--once', '--since', '1h'], wrong: ['--since', 'soon'] },
  console: { works: [], wrong: ['extra'] },
  voices: { works: [], wrong: ['destroy'], unknown: [['show', 'nobody'], /has no voice nobody/] },
  agents: { works: [], wrong: ['destroy'], unknown: [['restore', 'nobody'], /named an agent nobody/] },
  transcript: { works: ['conv_table'], wrong: [], unknown: [['nobody'], /nobody/] },
  recording: { works: ['conv_table', '--out', recording], wrong: ['a', 'b'], unknown: [['nobody'], /nobody/] },
  replay: { works: ['conv_table'], wrong: [], unknown: [['nobody'], /No event of nobody is stored/] },
  export: { works: ['--since', '2020-01-01'], wrong: ['--since', 'always'] },
  costs: { works: [], wrong: ['extra'] },
  end: { works: ['conv_open'], wrong: ['a', 'b'], unknown: [['nobody'], /knows no conversation nobody/] },
  caller: {
    works: ['show', '+31612345678'],
    wrong: ['show'],
    unknown: [['show', '+31600000009'], /Nothing is known of this number/],
  },
  rights: { works: ['list'], wrong: ['list', 'extra'] },
  parked: { works: [], wrong: ['lose'], unknown: [['redrive', 'Nothing'], /has no NothingDeadLetters/] },
  reconcile: { works: [], wrong: ['extra'] },
  secret: {
    works: ['set', 'InitiationSecret', '--value', 'another value', '--yes'],
    wrong: ['set', 'InitiationSecret', '--value', 'a,b', '--yes'],
    unknown: [['set', 'Nothing', '--value', 'x', '--yes'], /has no Nothing/],
  },
  setup: { works: ['--all', '--dry-run'], wrong: [], unknown: [['agent_unknown', '--yes'], /agent_not_found/] },
  pause: { works: ['--yes'], wrong: ['extra'] },
  restore: {
    works: ['repair', '--since', '1h', '--yes'],
    wrong: ['repair', 'extra'],
    unknown: [['prepare', 'Nothing'], /Nothing/],
  },
  resume: { works: [], wrong: ['extra'] },
  trigger: {
    works: ['setup-check'],
    wrong: ['pre-cal'],
    unknown: [['erasure-status', '--erasure-id', '0'.repeat(32)], /404/],
  },
  send: { works: ['--sample', wav, '--agent-id', 'agent_8'], wrong: ['none.json'] },
  check: { works: ['--agent', 'agent_1'], workCode: 1, wrong: ['extra'] },
  sign: { works: [payload], wrong: ['none.json'], isOffline: true },
  completion: { works: ['bash'], wrong: ['fish'], isOffline: true },
};
const rows = Object.entries(table).map(([name, row]): [string, Row] => [name, row]);
const online = rows.filter(([, { isOffline = false }]) => !isOffline);

/** Refuses every request in the protocol in which it was asked. */
const deny = (request: IncomingMessage): { readonly type: string; readonly body: string } => {
  const message = 'You are not authorized to perform this operation';
  const type = request.headers['content-type'] ?? '';
  if (type.includes('json') || request.url?.startsWith('/2015-03-31') === true)
    return { type: 'application/json', body: JSON.stringify({ __type: 'AccessDeniedException', message }) };
  const error = `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`;
  return {
    type: 'application/xml',
    body: type.includes('urlencoded') ? `<ErrorResponse>${error}</ErrorResponse>` : error,
  };
};

/** Starts an emulator of AWS that refuses every request, and makes the command find it as a running local stack. */
const startDenying = async (): Promise<void> => {
  denying = createServer((request, response) => {
    request.resume().on('end', () => {
      const { type, body } = deny(request);
      response.writeHead(403, { 'content-type': type, 'x-amzn-errortype': 'AccessDeniedException' }).end(body);
    });
  });
  await new Promise<void>((resolve) => denying.listen(0, '127.0.0.1', resolve));
  const { port } = denying.address() as AddressInfo;
  deniedPort = String(port);
  const about = JSON.parse(readFileSync(file('.local', 'running', `${portOf()}.json`), 'utf8')) as object;
  const url = `http://127.0.0.1:${port}`;
  const denied = { ...about, port, aws: url, operations: url, console: undefined };
  writeFileSync(file('.local', 'running', `${port}.json`), JSON.stringify(denied));
};

beforeAll(async () => {
  running = await startNewStack({}, { ENABLE_AUDIO_STORAGE: 'true' });
  await here('caller', 'enrol', '+31612345678', '--sample', wav);
  await here('trigger', 'precall', '--conversation-id', 'conv_table', '--agent-id', 'agent_1');
  await here('trigger', 'precall', '--conversation-id', 'conv_open', '--agent-id', 'agent_2');
  await here('trigger', 'transcription', '--conversation-id', 'conv_table', '--agent-id', 'agent_1');
  await here('trigger', 'audio', '--conversation-id', 'conv_table', '--agent-id', 'agent_1');
  await until(async () => (await here('recording', 'conv_table', '--out', recording)).exitCode === 0);
  await until(async () => (await here('call', 'conv_table')).text.includes('record: completed'));
  await startDenying();
});
afterAll(async () => {
  rmSync(file('.local', 'running', `${deniedPort}.json`), { force: true });
  [recording, archive].forEach((path) => rmSync(path, { force: true }));
  denying.closeAllConnections();
  denying.close();
  await running.close();
});

describe('every command', () => {
  it('given the help, then the table has every command', () => {
    expect(Object.keys(table).toSorted()).toEqual([...Object.keys(commands), 'send', 'check', 'sign'].toSorted());
  });

  it.each(rows)(
    'given %s, when it is used wrongly, then it is a sentence and exit code 2; of an unknown id 1; and it works',
    async (name, row) => {
      const port = row.isOffline === true ? [] : ['--port', portOf()];

      const wrong = await precall([name, ...row.wrong, ...(row.wrong.length === 0 ? ['--frobnicate'] : port)]);
      expect(wrong).toMatchObject({ exitCode: 2, text: '' });
      expect(wrong.notes).toContain(`Help: npx precall ${name} --help`);
      isPlain(wrong);

      if (row.unknown !== undefined) {
        const unknown = await here(name, ...row.unknown[0]);
        expect(unknown.exitCode).toBe(1);
        expect(`${unknown.text}\n${unknown.notes}`).toMatch(row.unknown[1]);
        isPlain(unknown);
      }

      const worked = await precall([name, ...row.works, ...port]);
      expect(worked.exitCode).toBe(row.workCode ?? 0);
      expect(`${worked.text}${worked.notes}`).not.toBe('');
      isPlain(worked);
    },
  );

  it.each(online)('given %s where no stack runs, then it says so, and the exit code is 3', async (name, { works }) => {
    const away = await precall([name, ...works, '--port', nobody]);

    expect(away.exitCode).toBe(3);
    expect(away.notes).toMatch(
      /^No local stack is ready on port 1|^Nothing listens at http:\/\/127\.0\.0\.1:1\. Start/,
    );
    isPlain(away);
  });

  it.each(online.filter(([name]) => !['console', 'costs'].includes(name)))(
    'given %s without the rights for it, then it says so, and the exit code is 4',
    async (name, { works }) => {
      const denied = await precall([name, ...works, '--port', deniedPort]);

      expect(denied).toMatchObject({ exitCode: 4, text: '' });
      expect(denied.notes).toMatch(/(^|…\n)AWS does not allow it: You are not authorized to perform this operation\.$/);
    },
  );
});

describe('every kind of event', () => {
  const { paths } = JSON.parse(readFileSync(file('docs', 'openapi.json'), 'utf8')) as { paths: Record<string, object> };
  const kinds = Object.keys(eventKinds);

  it('given the routes that take events, and the types in docs/API.md, then there is a kind for each', () => {
    const posts = Object.entries(paths).flatMap(([path, methods]) => ('post' in methods ? [path] : []));
    expect([...new Set(Object.values(eventKinds).map(({ path }) => path))].toSorted()).toEqual(posts.toSorted());
    const samples = Object.values(eventKinds).map(({ sample }) =>
      readFileSync(file('events', 'payloads', sample), 'utf8'),
    );
    const api = readFileSync(file('docs', 'API.md'), 'utf8');
    const types = [...api.matchAll(/^\{? ?\s*"type": "(\w+)"/gm)].map(([, type]) => type!);
    const answers = ['conversation_initiation_client_data'];
    for (const type of types.filter((each) => !answers.includes(each)))
      expect(samples.some((sample) => sample.includes(`"type": "${type}"`))).toBe(true);
  });

  it.each(kinds)('given %s, when triggered with a wrong signature, then it is refused with 401', async (kind) => {
    const refused = await here('trigger', kind, '--invalid');

    expect(refused).toMatchObject({ exitCode: 0 });
    isPlain(refused);
  });

  it.each(kinds)('given %s, when triggered, then its route takes it', async (kind) => {
    const conversation = `conv_kind_${kind.replaceAll('-', '_')}`;
    const number = `+3162000${String(1000 + kinds.indexOf(kind))}`;
    const about = ['--agent-id', 'agent_7', '--conversation-id', conversation, '--number', number];
    const answered = await here('trigger', kind, ...about);

    // There is nothing with the id in the sample of a status, and no agent for 3CX is set up here.
    const missing = ['erasure-status', 'export-status', 'threecx'].includes(kind);
    expect(answered.exitCode).toBe(missing ? 1 : 0);
    isPlain(answered);
  });
});
