import { type RunningStack, startStack } from '../support/running-stack';
import { callPrecall, spawnPrecall } from './call-precall';

let running: RunningStack;
let url: string;

beforeAll(async () => {
  running = await startStack();
  url = running.stack.url;
});

afterAll(async () => {
  await running.close();
});

const checks = (): unknown[] =>
  running.logs().filter(({ event, route }) => event === 'webhook_received' && route === 'setup-check');
const setAgent = (agentId: string, allowsVoice = true): void =>
  running.elevenLabs.changeAgent(agentId, {
    platform_settings: {
      overrides: {
        conversation_config_override: {
          agent: { first_message: true },
          tts: { voice_id: allowsVoice },
          conversation: { max_duration_seconds: true },
        },
        enable_conversation_initiation_client_data_from_webhook: true,
      },
    },
  });
const setUp = (): void => {
  setAgent('agent_1');
  running.elevenLabs.changeWorkspace({
    webhooks: [{ webhookId: 'webhook_1', name: 'Ours', url: `${url}/webhook/postcall` }],
    postCallWebhookId: 'webhook_1',
    events: ['transcript', 'call_initiation_failure'],
    initiationWebhook: {
      url: `${url}/webhook/initiation`,
      requestHeaders: { 'X-Precall-Secret': { secretId: 'secret_1' } },
    },
  });
};

describe('precall check of agents', () => {
  it('given an agent that is set up and one that is not, then each finding is told under its agent, problems first', async () => {
    setUp();
    setAgent('agent_2', false);

    const { exitCode, out, notes } = await spawnPrecall(
      'check',
      '--url',
      url,
      '--agent',
      'agent_1',
      '--agent',
      'agent_2',
    );

    expect({ exitCode, notes }).toEqual({ exitCode: 1, notes: [] });
    expect(out.slice(0, 3)).toEqual([
      `POST ${url}/setup/check`,
      expect.stringMatching(/^200 OK, \d+ ms$/),
      'There is 1 problem.',
    ]);
    const [first, second, workspace] = ['Agent agent_1', 'Agent agent_2', 'Workspace'].map((line) => out.indexOf(line));
    // Its greeting does not say that an AI speaks, nor does the default one.
    expect(out.slice(first, second).filter((line) => /^ {2}(problem|attention)/.test(line))).toEqual([
      expect.stringMatching(/^ {2}attention {2}Neither the greeting .* that an AI speaks/),
    ]);
    expect(out.slice(second! + 1, second! + 3)).toEqual([
      '  problem    The agent does not allow calls to override its voice.',
      expect.stringMatching(/^ {13}→ Enable tts\.voice_id in platform_settings\./),
    ]);
    expect(out.slice(workspace! + 1, workspace! + 3)).toEqual([
      '  attention  ElevenLabs does not show whether it retries failed deliveries; by default it does not.',
      expect.stringMatching(/^ {13}→ Set retry_enabled/),
    ]);
    expect(out.at(-1)).toMatch(/^ {2}ok {9}0 of 95 adds and edits/);
  });

  it('given nothing that is a problem and --json, then stdout is the answer as one JSON document, and the exit code 0', async () => {
    setUp();

    const { exitCode, out, notes } = await callPrecall(['check', '--agent', 'agent_1', '--json', '--url', url]);

    expect({ exitCode, notes }).toEqual({ exitCode: 0, notes: [] });
    expect(out).toHaveLength(1);
    expect(JSON.parse(out[0]!)).toMatchObject({ status: 'success', problems: 0, agents: [{ agent_id: 'agent_1' }] });
  });
});

describe('precall check', () => {
  it('given no agent is known yet, then it is said how to name one', async () => {
    setUp();

    const { exitCode, out } = await callPrecall(['check', '--url', `${url}/webhook/precall`]);

    expect(exitCode).toBe(0);
    expect(out[2]).toBe('Nothing is a problem.');
    expect(out).toContainEqual(expect.stringMatching(/^ {2}attention {2}No agent was checked/));
  });

  it.each([
    ['a wrong secret', ['--secret', 'wsec_other'], /^401/, /check --secret/],
    ['an agent that can be none', ['--agent', '../x'], /^400/, /check --agent/],
    ['an installation without the route', ['--url', 'nowhere'], /^404/, /no such route: .* deployed again first/],
  ])(
    'given %s, then the refusal is shown with what to check, and the exit code 1',
    async (_given, args, status, advice) => {
      const given = args.map((arg) => (arg === 'nowhere' ? `${url}/nowhere` : arg));

      const { exitCode, out } = await callPrecall(['check', '--url', url, ...given]);

      expect(exitCode).toBe(1);
      expect(out[1]).toMatch(status);
      expect(out[2]).toMatch(advice);
    },
  );

  it('given a service that cannot look, then it is said', async () => {
    running.elevenLabs.failNext(
      'getAgent',
      ...Array.from({ length: 4 }, () => ({ kind: 'answer', status: 503, body: {} }) as const),
    );

    const { exitCode, out } = await callPrecall(['check', '--url', url, '--agent', 'agent_1']);

    expect(exitCode).toBe(1);
    expect(out).toContainEqual(expect.stringMatching(/^ {2}problem {4}ElevenLabs did not show the agent \(http_503\)/));
  });

  it.each<[string[], RegExp]>([
    [['agent_1'], /Unexpected argument agent_1. Name agents with --agent/],
    [Array.from({ length: 21 }, (_, n) => `--agent=agent_${n}`), /--agent is given 21 times; 20 agents/],
    [['--health'], /'--health'/],
    [['--url', 'localhost:3005'], /--url localhost:3005 is not/],
    [['--timeout', '0'], /--timeout 0 is not/],
    [['--secret', ''], /--secret is empty/],
  ])('given %j, then one sentence names what is wrong, and nothing is sent', async (args, sentence) => {
    const before = checks().length;

    const { exitCode, out, notes } = await callPrecall(['check', '--url', url, ...args]);

    expect({ exitCode, out }).toEqual({ exitCode: 2, out: [] });
    expect(notes).toEqual([expect.stringMatching(sentence), 'Help: npx precall check --help']);
    expect(checks()).toHaveLength(before);
  });

  it('given no service, then it is said', async () => {
    expect(await callPrecall(['check', '--url', 'http://127.0.0.1:1'])).toMatchObject({ exitCode: 3, out: [] });
  });
});
