import { secretHeader } from '../../lambdas/initiation/verify-secret';
import { agentFindings, type SetupTerms } from '../../lambdas/setup/agent-findings';
import type { AgentDetails, WorkspaceView } from '../../lambdas/setup/details';
import { initiationHeader } from '../../lambdas/setup/initiation-findings';
import { amiss, goodAgent, goodInitiation, goodPostCall, goodWorkspace, terms } from './facts';

interface Case {
  readonly details?: Partial<AgentDetails>;
  readonly workspace?: Partial<WorkspaceView>;
  readonly terms?: Partial<SetupTerms>;
}

const findings = (given: Case) =>
  agentFindings(
    'agent_1',
    { ...goodAgent, ...given.details },
    { ...goodWorkspace, ...given.workspace },
    { ...terms, ...given.terms },
  );

const nothing = { voice: false, first_message: false, max_duration: false };
const noInitiation = { settings: { shown: { initiationWebhook: undefined, postCall: goodPostCall } } };
const unseenSettings = { settings: { failure: { kind: 'access', code: 'missing_permissions' } } } as const;
const quiet = { asksInitiation: false };

const cases: [string, Case, string[]][] = [
  ['nothing is amiss', {}, []],
  [
    'nothing may be overridden, and only pre-calls by PATCH come',
    { details: { ...quiet, overrides: nothing }, workspace: noInitiation },
    ['attention voice_override', 'attention first_message_override', 'attention max_duration_override'],
  ],
  [
    'nothing may be overridden, and pre-calls are answered with an override',
    { details: { ...quiet, overrides: nothing }, workspace: noInitiation, terms: { activation: 'override' } },
    ['problem voice_override', 'problem first_message_override', 'attention max_duration_override'],
  ],
  [
    'nothing may be overridden, and pre-calls are answered with both',
    { details: { ...quiet, overrides: nothing }, workspace: noInitiation, terms: { activation: 'both' } },
    ['problem voice_override', 'problem first_message_override', 'attention max_duration_override'],
  ],
  [
    'nothing may be overridden, and the initiation webhook is asked',
    { details: { overrides: nothing } },
    ['problem voice_override', 'problem first_message_override', 'attention max_duration_override'],
  ],
  [
    'the voice may not be overridden, and calls of 3CX come to the agent',
    {
      details: { ...quiet, overrides: { ...goodAgent.overrides, voice: false } },
      workspace: noInitiation,
      terms: { threeCxAgentId: 'agent_1' },
    },
    ['problem voice_override'],
  ],
  ['no initiation webhook is set or asked', { details: quiet, workspace: noInitiation }, []],
  ['an initiation webhook is set, but not asked', { details: quiet }, ['attention initiation_data']],
  [
    'an initiation webhook is set for the agent, but not asked',
    { details: { ...quiet, initiationWebhook: goodInitiation }, workspace: noInitiation },
    ['attention initiation_data'],
  ],
  ['an initiation webhook is asked, but none is set', { workspace: noInitiation }, ['problem initiation_webhook']],
  ['whether one is set cannot be seen', { workspace: unseenSettings }, ['attention initiation_webhook']],
  [
    'the agent has a webhook of its own, and the settings cannot be seen',
    { details: { initiationWebhook: goodInitiation }, workspace: unseenSettings },
    [],
  ],
  [
    "the agent's own initiation webhook lacks its header",
    { details: { initiationWebhook: { ...goodInitiation, headerNames: ['authorization'] } } },
    ['problem initiation_webhook'],
  ],
  [
    "the agent's own initiation webhook leads elsewhere",
    { details: { initiationWebhook: { url: 'https://example.com/other', headerNames: [] } } },
    ['attention initiation_webhook'],
  ],
  [
    "the agent's own initiation webhook has no address",
    { details: { initiationWebhook: { url: '', headerNames: ['x-precall-secret'] } } },
    ['attention initiation_webhook'],
  ],
  [
    "the agent's own post-call webhook lacks an event",
    { details: { postCall: { ...goodPostCall, events: ['transcript'] } } },
    ['problem post_call_events'],
  ],
  [
    'a language has a voice of its own',
    { details: { languagePresets: [{ name: 'de', hasVoice: true, hasFirstMessage: false }] } },
    ['attention language_presets'],
  ],
  [
    'a language has a first message of its own',
    { details: { languagePresets: [{ name: 'de', hasVoice: false, hasFirstMessage: true }] } },
    ['attention language_presets'],
  ],
  [
    'a node of the workflow has a voice of its own',
    { details: { workflowNodes: [{ name: 'sales', hasVoice: true, hasFirstMessage: false }] } },
    ['attention workflow'],
  ],
  ['instant clones are blocked', { details: { blocksClonedVoices: true } }, ['problem cloned_voices']],
  ['calls may last longer than expected', { details: { maxDurationS: 3601 } }, ['attention longest_call']],
  ['how long calls last is not shown', { details: { maxDurationS: undefined } }, ['attention longest_call']],
  [
    'a variable is not given, and the initiation webhook is asked',
    { details: { variables: ['company', 'city'] } },
    ['problem dynamic_variables'],
  ],
  [
    'a variable is not given, and only pre-calls come',
    { details: { ...quiet, variables: ['city'] }, workspace: noInitiation },
    ['attention dynamic_variables'],
  ],
  [
    'a variable of 3CX is defined, and calls of 3CX come',
    {
      details: { ...quiet, variables: ['caller_number', 'threecx_call_id', 'voice_id'] },
      workspace: noInitiation,
      terms: { threeCxAgentId: 'agent_1' },
    },
    [],
  ],
  [
    'a variable of 3CX is defined, and inbound calls come, too',
    { details: { variables: ['caller_number'] }, terms: { threeCxAgentId: 'agent_1' } },
    ['problem dynamic_variables'],
  ],
];

describe('agentFindings', () => {
  it.each(cases)('given that %s, then it is told', (_given, input, expected) => {
    const about = amiss(findings(input));

    expect(about.filter((each) => each !== 'attention overlapping_calls')).toEqual(expected);
  });

  const elsewhere = { ...goodInitiation, url: 'https://example.com/initiation' };
  it.each<[string, Case, string]>([
    ['the workspace’s webhook is asked, and both overrides are allowed', {}, 'ok'],
    [
      'the agent’s own webhook is asked',
      { details: { initiationWebhook: goodInitiation }, workspace: unseenSettings },
      'ok',
    ],
    [
      'the voice may not be overridden',
      { details: { overrides: { ...goodAgent.overrides, voice: false } } },
      'tts.voice_id',
    ],
    [
      'the greeting may not',
      { details: { overrides: { ...goodAgent.overrides, first_message: false } } },
      'first_message',
    ],
    ['no webhook is asked', { details: quiet }, '/webhook/initiation'],
    ['no webhook is set', { workspace: noInitiation }, '/webhook/initiation'],
    ['the webhook leads elsewhere', { details: { initiationWebhook: elsewhere } }, '/webhook/initiation'],
    [
      'the webhook has no secret',
      { details: { initiationWebhook: { ...goodInitiation, headerNames: [] } } },
      initiationHeader,
    ],
    ['nobody sees which webhook is set', { workspace: unseenSettings }, '/webhook/initiation'],
  ])('given that %s, then one finding says whether overlapping callers are told apart', (_given, input, expected) => {
    const [finding, ...others] = findings(input).filter(({ about }) => about === 'overlapping_calls');

    expect(others).toEqual([]);
    if (expected === 'ok') expect(finding).toMatchObject({ level: 'ok', do: null });
    else expect(finding).toMatchObject({ level: 'attention', do: expect.stringContaining(expected) });
  });

  it('given all of them, then each finding that is not all right says what to do, and no other', () => {
    for (const { level, what, do: todo } of cases.flatMap(([, given]) => findings(given))) {
      expect(what).toMatch(/^.{15,}\.$/);
      if (level === 'ok') expect(todo).toBeNull();
      else expect(todo).toMatch(/^.{10,}\.$/);
    }
  });

  it('given languages, nodes, variables and times, then they are named with their values and limits', () => {
    const said = findings({
      details: {
        languagePresets: [
          { name: 'de', hasVoice: true, hasFirstMessage: true },
          { name: 'fr', hasVoice: false, hasFirstMessage: true },
        ],
        workflowNodes: [{ name: 'sales', hasVoice: true, hasFirstMessage: false }],
        variables: Array.from({ length: 12 }, (_, n) => `v${n}`),
        maxDurationS: 7200,
      },
    }).map(({ what }) => what);

    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringContaining('de (voice and first message), fr (first message).'),
        expect.stringContaining(': sales.'),
        expect.stringContaining('v8, v9 and 2 more.'),
        expect.stringContaining('may last 7200 s, longer than LONGEST_CALL_MINUTES (3600 s)'),
      ]),
    );
  });
});

describe('an agent whose calls ask another installation', () => {
  it('given the same path at another address, then its callers are not told apart, and the address to set is named', () => {
    const found = findings({ workspace: { baseUrl: 'https://other.example.com/v1' } });

    expect(found.find(({ about }) => about === 'overlapping_calls')).toMatchObject({
      level: 'attention',
      do: expect.stringContaining('https://other.example.com/v1/webhook/initiation'),
    });
  });
});

describe('the header of the initiation webhook', () => {
  it('given the function that reads it, then it is the same', () => {
    expect(initiationHeader).toBe(secretHeader);
  });
});
