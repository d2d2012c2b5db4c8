import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { run } from '../../cli/run';
import { type LocalStack, startLocalStack } from '../../local/local-stack';
import { localSettings } from '../../local/settings';
import { eventually, until } from '../support/eventually';
import { codeIn, functionIn, type GuideStep, missingIn, readGuide } from '../support/guide';
import { silentServer, TwilioProgram } from '../support/twilio-guide';

const folder = join(__dirname, '..', '..', 'docs', 'guides');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const guides = globSync('*.md', { cwd: folder })
  .map((name) => [name, readGuide(read(name))] as const)
  .filter(([, { steps }]) => steps.length > 0);

const runInShell = promisify(execFile);

const root = join(folder, '..', '..');

/** Runs the code that the guide tells its reader to save, with the Node that runs this test. */
const runSaved = async (guide: string, { url, places }: LocalStack): Promise<string> => {
  const file = join(mkdtempSync(join(tmpdir(), 'guide-')), 'saved.mjs');
  writeFileSync(file, codeIn(read(guide)).join('\n'));
  const env = { PRECALL_URL: url, ELEVENLABS_URL: places.elevenLabsUrl };
  return (await runInShell(process.execPath, [file], { cwd: root, env })).stdout;
};

/** Runs one line of a guide as its reader does, against this stack. */
const runStep = async ({ command }: GuideStep, { url, places }: LocalStack): Promise<string> => {
  const printed: string[] = [];
  if (!command.startsWith('npx precall ')) {
    const line = command.replaceAll('http://127.0.0.1:4300', places.elevenLabsUrl);
    return (await runInShell('bash', ['-c', line])).stdout;
  }
  const args = command
    .slice('npx precall '.length)
    .replace(/\s+#.*$/, '')
    .split(/\s+/);
  const exitCode = await run([...args, '--port', new URL(url).port], {
    env: {},
    print: (line) => void printed.push(line),
    note: (line) => void printed.push(line),
    redraw: undefined,
  });
  expect([command, exitCode, exitCode === 0 ? '' : printed.join('\n')]).toEqual([command, 0, '']);
  return printed.join('\n');
};

/** Repeats a command until it prints what the guide says, as a reader does. */
const repeated = (step: GuideStep, stack: LocalStack): Promise<string> =>
  eventually(async () => {
    const output = await runStep(step, stack);
    return missingIn(output, step.prints).length === 0 ? output : undefined;
  });

describe.each(guides)('the guide %s', (name, { settings, steps }) => {
  let stack: LocalStack;

  beforeAll(async () => {
    const own = localSettings.parse({ PORT: 0, PRECALL_DEMO: 'off', TTL_SWEEP_SECONDS: 3600 });
    const { ELEVENLABS_PORT, ...deployed } = settings;
    expect(ELEVENLABS_PORT).toBe('4300');
    stack = await startLocalStack(own, () => undefined, undefined, deployed);
  });
  afterAll(() => stack.close());

  if (name === 'backend.md')
    it('given its code and its event, when sent, then the pre-call is answered, and a wrong secret is refused', async () => {
      const preCall = functionIn(read(name), 'preCall') as PreCall;
      const event = eventIn(read(name));

      expect(await preCall(stack.url, 'wsec_local_webhook_secret', event)).toMatchObject({
        httpStatus: 200,
        answer: { conversation_id: event['conversation_id'] },
      });
      expect(await preCall(stack.url, 'wrong', event)).toMatchObject({
        httpStatus: 401,
        answer: { error_code: 'INVALID_SIGNATURE' },
      });
    });

  if (name === 'backend.md')
    it('given a pre-call that is refused or not answered, then the call goes on without data, and the log says why', async () => {
      const dataForCall = functionIn(read(name), 'dataForCall') as PreCall;
      const event = { ...eventIn(read(name)), conversation_id: 'web_refused' };
      const log = vi.spyOn(console, 'error').mockReturnValue(undefined);

      expect(await dataForCall(stack.url, 'wrong', event)).toEqual({});
      expect(await dataForCall('http://127.0.0.1:1', 'wrong', event)).toEqual({});

      const lines = log.mock.calls.flat();
      log.mockRestore();
      expect(lines).toEqual([
        expect.stringMatching(/^pre-call web_refused: 401 INVALID_SIGNATURE: /),
        expect.stringMatching(/^pre-call web_refused: no usable answer: /),
      ]);
    });

  if (name === 'backend.md')
    it('given its code for a WebSocket and for the end, when run, then the call has its voice, which the end deletes', async () => {
      const [preCall, startConversation, endPreCall] = ['preCall', 'startConversation', 'endPreCall'].map((shown) =>
        functionIn(read(name), shown),
      ) as [PreCall, StartConversation, EndPreCall];
      const secret = 'wsec_local_webhook_secret';
      const event: Record<string, unknown> = { ...eventIn(read(name)), conversation_id: 'web_own_code' };
      const { answer } = (await preCall(stack.url, secret, event)) as { answer: Record<string, unknown> };
      const [, path = ''] = /`ws:\/\/127\.0\.0\.1:4300(\S+)`/.exec(read(name)) ?? [];

      const { socket } = await startConversation(`${stack.places.elevenLabsUrl.replace('http', 'ws')}${path}`, answer);
      socket.close();
      expect(await endPreCall(stack.url, 'wrong', 'web_own_code')).toBe(401);
      expect(await endPreCall(stack.url, secret, 'web_own_code')).toBe(200);
      await until(async () => {
        const voices = await runStep({ command: 'npx precall voices --all', prints: [] }, stack);
        const line = voices.split('\n').find((each) => each.includes(String(answer['voice_id'])));
        return line?.includes('deleted') === true;
      });
    });

  if (name === 'backend.md')
    it("given API.md's shell and LOCAL.md's failed job, when run, then the one is answered, the other is tried again", async () => {
      const page = (file: string): string => readFileSync(join(folder, '..', file), 'utf8');
      const [, shell = ''] = /```sh\n(secret=wsec[\s\S]*?)```/.exec(page('API.md')) ?? [];
      const event = join(mkdtempSync(join(tmpdir(), 'api-')), 'call.json');
      const script = shell.replaceAll('call.json', event).replaceAll('http://127.0.0.1:3005', stack.url);
      const { stdout } = await runInShell('bash', ['-c', script], { cwd: join(folder, '..', '..') });
      expect(JSON.parse(stdout)).toMatchObject({ status: 'success', conversation_id: 'conv_mine_1' });

      const isAboutJob = ({ command }: GuideStep): boolean => /:4400|precall parked/.test(command);
      const [park, list, redrive] = readGuide(page('LOCAL.md')).steps.filter(isAboutJob) as [
        GuideStep,
        GuideStep,
        GuideStep,
      ];
      const line = park.command.replaceAll('http://127.0.0.1:4400', stack.places.awsUrl);
      await runInShell('bash', ['-c', line]);
      expect(await runStep(list, stack)).toContain('conv_parked');
      await runStep(redrive, stack);
      await until(async () => !(await runStep(list, stack)).includes('conv_parked'));
    });

  if (name === 'backend.md')
    it("given API.md's code in Node, when run, then a form and an upload are answered, and a pre-call ends", async () => {
      const code = ['```js', ...codeIn(readFileSync(join(folder, '..', 'API.md'), 'utf8')), '```'].join('\n');
      const [preCallAsForm, upload, signedPost, endPreCall] = [
        'preCallAsForm',
        'upload',
        'signedPost',
        'endPreCall',
      ].map((shown) => functionIn(code, shown)) as [PostForm, Upload, Post, End];
      const secret = 'wsec_local_webhook_secret';
      const bytes = readFileSync(join(root, 'events', 'samples', 'caller.wav'));
      const eventOf = (id: string): object => ({ type: 'pre_call', conversation_id: id, agent_id: 'agent_def456uvw' });

      const form = await preCallAsForm(stack.url, secret, eventOf('api_form'), [bytes]);
      expect(await form.json()).toMatchObject({ status: 'success' });

      const upload_id = await upload(stack.url, secret, 'api_upload', bytes, 'audio/wav');
      const body = JSON.stringify({ ...eventOf('api_upload'), voice_sample: { format: 'upload', upload_id } });
      const posted = await signedPost(`${stack.url}/webhook/precall`, secret, body);
      const { voice_id: voiceId } = (await posted.json()) as { voice_id: string };

      expect((await endPreCall(stack.url, secret, 'api_upload')).status).toBe(200);
      await until(async () => {
        const voices = await runStep({ command: 'npx precall voices --all', prints: [] }, stack);
        const line = voices.split('\n').find((each) => each.includes(voiceId));
        return line?.includes('deleted') === true;
      });
    });

  if (name === '3cx.md')
    it('given its code for the sender, when run twice, then the greeting is placed once, and a wrong secret is refused', async () => {
      const tell = functionIn(read(name), 'tellPrecall') as TellPrecall;
      const call = { callId: '3cx-own-code', from: '+31612345019', to: '+31201234567' };

      const first = await tell(stack.url, 'local_3cx_secret', call);
      expect(first).toMatchObject({ httpStatus: 200, answer: { '3cx_call_id': '3cx-own-code' } });
      expect(await tell(stack.url, 'local_3cx_secret', call)).toEqual(first);
      expect(await tell(stack.url, 'wrong', call)).toMatchObject({ httpStatus: 401 });
    });

  if (name === 'twilio.md')
    it('given a slow Precall or a forged request, when dialled, then the agent answers without a clone, or 403', async ({
      onTestFinished,
    }) => {
      const [program, slow] = [new TwilioProgram(read(name), stack), await silentServer()];
      onTestFinished(async () => {
        await Promise.all([program.stop(), slow.close()]);
      });
      await program.start({ TWILIO_AUTH_TOKEN: 'local_token', PRECALL_URL: slow.url, PRECALL_TIMEOUT_MS: '50' });

      expect(await program.dial('CA_slow')).toMatch(/^200 .*<Connect>/);
      expect(await program.dial('CA_forged', { TWILIO_AUTH_TOKEN: 'forged' })).toMatch(/^403/);

      const { conversations } = await program.simulated();
      expect(conversations.map(({ heard }) => heard.firstMessage)).toEqual([expect.not.stringContaining('Ada')]);
    });

  if (name === 'twilio.md')
    it('given the requests of the guide for backends, then its own copy is the same', () => {
      expect(codeIn(read(name))).toContain(codeIn(read('backend.md'), 'const preCall =')[0]);
    });

  it('given its commands, when run in order, then each does what the guide says', async ({ onTestFinished }) => {
    const program = new TwilioProgram(read(name), stack);
    onTestFinished(() => program.stop());
    for (const step of steps) {
      const [, settings = '', file, sid = ''] = /^([A-Z_]+=.* )?npx node (\w+)\.mjs ?(\w*)$/.exec(step.command) ?? [];
      const saved = file === 'twilio' ? program.start(settings) : file === 'dial' ? program.dial(sid) : undefined;
      const once = saved ?? (file === undefined ? undefined : runSaved(name, stack));
      const output = await (once ??
        (step.command === 'npx precall voices' ? repeated(step, stack) : runStep(step, stack)));
      expect([step.command, missingIn(output, step.prints), output]).toEqual([step.command, [], output]);
    }
  });
});

type StartConversation = (url: string, answer: object) => Promise<{ socket: WebSocket; conversationId: string }>;
type TellPrecall = (api: string, secret: string, call: object) => Promise<object>;
type Post = (url: string, secret: string, body: string) => Promise<Response>;
type PostForm = (api: string, secret: string, event: object, files: readonly Buffer[]) => Promise<Response>;
type Upload = (api: string, secret: string, id: string, bytes: Buffer, contentType: string) => Promise<string>;
type End = (api: string, secret: string, id: string) => Promise<Response>;
type EndPreCall = (api: string, secret: string, id: string) => Promise<number>;
type PreCall = (api: string, secret: string, event: object) => Promise<Record<string, unknown>>;

/** The event that the guide shows, with a recording. */
const eventIn = (markdown: string): Record<string, unknown> => {
  const [, json = ''] = /```json\n(\{\n {2}"type": "pre_call"[\s\S]*?)```/.exec(markdown) ?? [];
  const data = readFileSync(join(folder, '..', '..', 'events', 'samples', 'caller.ogg')).toString('base64');
  return JSON.parse(json.replace('<the recording>', data)) as Record<string, unknown>;
};

describe('the guides', () => {
  it('given the ways in, then each has its guide', () => {
    expect(guides.map(([name]) => name).sort()).toEqual([
      '3cx.md',
      'backend.md',
      'elevenlabs-numbers.md',
      'sip-trunk.md',
      'twilio.md',
      'whatsapp.md',
    ]);
  });
});

describe('the reader of guides', () => {
  it('given an output, then lines that it lacks are named, and … stands for anything', () => {
    expect(missingIn('200 OK, 17 ms\n  voice   Ada', ['200 OK, … ms', 'voice Ada', 'voice Ben'])).toEqual([
      'voice Ben',
    ]);
  });
});
