import type { Plan, PostCallSettings, WorkspaceWebhook } from '../../lambdas/setup/details';
import { type AccountView, noAgents, unreadAgent, workspaceFindings } from '../../lambdas/setup/workspace-findings';
import { amiss, goodInitiation, goodPlan, goodPostCall, goodWebhook, goodWorkspace } from './facts';

const good: AccountView = { ...goodWorkspace, plan: { shown: goodPlan } };
const withPostCall = (postCall: Partial<PostCallSettings>) => ({
  settings: { shown: { initiationWebhook: undefined, postCall: { ...goodPostCall, ...postCall } } },
});
const withWebhook = (webhook: Partial<WorkspaceWebhook>) => ({ webhooks: { shown: [{ ...goodWebhook, ...webhook }] } });
const withPlan = (plan: Partial<Plan>) => ({ plan: { shown: { ...goodPlan, ...plan } } });
const nothingSet = { settings: { shown: { initiationWebhook: undefined, postCall: undefined } } };
const noScope = { failure: { kind: 'access', code: 'missing_permissions' } } as const;
const badKey = { failure: { kind: 'access', code: 'invalid_api_key' } } as const;
const down = { failure: { kind: 'unavailable', code: 'timeout' } } as const;

const cases: [string, Partial<AccountView>, string[]][] = [
  ['nothing is amiss', {}, []],
  ['nothing is set', nothingSet, ['problem post_call_webhook']],
  [
    'the initiation webhook lacks its header',
    { settings: { shown: { initiationWebhook: { ...goodInitiation, headerNames: [] }, postCall: goodPostCall } } },
    ['problem initiation_webhook'],
  ],
  [
    'the initiation webhook leads elsewhere',
    {
      settings: {
        shown: { initiationWebhook: { url: 'https://x.example/', headerNames: [] }, postCall: goodPostCall },
      },
    },
    ['attention initiation_webhook'],
  ],
  ['the post-call webhook does not exist', withPostCall({ webhookId: 'gone' }), ['problem post_call_webhook']],
  ['it is switched off', withWebhook({ isDisabled: true }), ['problem post_call_webhook']],
  ['ElevenLabs has switched it off', withWebhook({ isAutoDisabled: true }), ['problem post_call_webhook']],
  ['it leads elsewhere', withWebhook({ url: 'https://x.example/postcall' }), ['attention post_call_webhook']],
  ['its address is not shown', withWebhook({ url: undefined }), []],
  ['repetitions are off', withWebhook({ repeats: false }), ['attention post_call_retries']],
  ['repetitions are not shown', withWebhook({ repeats: undefined }), ['attention post_call_retries']],
  ['transcripts are not told', withPostCall({ events: ['call_initiation_failure'] }), ['problem post_call_events']],
  ['failures are not told', withPostCall({ events: ['transcript'] }), ['problem post_call_events']],
  ['events are not shown', withPostCall({ events: undefined }), ['attention post_call_events']],
  [
    'recordings are pushed',
    withPostCall({ events: [...goodPostCall.events!, 'audio'] }),
    ['attention post_call_audio'],
  ],
  ['recordings are pushed by the older switch', withPostCall({ sendsAudio: true }), ['attention post_call_audio']],
  ['the format is another', withPostCall({ transcriptFormat: 'opentelemetry' }), ['problem transcript_format']],
  ['the format is not shown', withPostCall({ transcriptFormat: undefined }), []],
  ['transcripts are left out', withPostCall({ excludesTranscript: true }), ['attention transcript_format']],
  ['23 of 30 slots are used', withPlan({ slotsUsed: 23 }), []],
  ['24 of 30 slots are used', withPlan({ slotsUsed: 24 }), ['attention voice_slots']],
  ['all slots are used', withPlan({ slotsUsed: 30 }), ['problem voice_slots']],
  ['more slots are used than there are', withPlan({ slotsUsed: 31 }), ['problem voice_slots']],
  ['76 of 95 adds are used', withPlan({ addEdits: 76 }), ['attention voice_add_edits']],
  ['all adds are used', withPlan({ addEdits: 95 }), ['problem voice_add_edits']],
  ['the limits are not shown', withPlan({ slotLimit: undefined, addEditLimit: undefined }), []],
  ['the plan cannot clone', withPlan({ canClone: false }), ['problem instant_cloning']],
  [
    'a scope is missing for each read',
    { settings: noScope, webhooks: noScope, plan: noScope },
    ['attention workspace_settings', 'attention workspace_webhooks', 'attention plan'],
  ],
  [
    'the key is refused',
    { settings: badKey, webhooks: badKey, plan: badKey },
    ['problem workspace_settings', 'problem workspace_webhooks', 'problem plan'],
  ],
  ['ElevenLabs does not answer', { webhooks: down }, ['problem workspace_webhooks']],
];

describe('workspaceFindings', () => {
  it.each(cases)('given that %s, then it is told', (_given, seen, expected) => {
    expect(amiss(workspaceFindings({ ...good, ...seen }, { needsPostCall: true }))).toEqual(expected);
  });

  it('given all of them, then each finding that is not all right says what to do, and no other', () => {
    for (const { level, what, do: todo } of cases.flatMap(([, seen]) =>
      workspaceFindings({ ...good, ...seen }, { needsPostCall: true }),
    )) {
      expect(what).toMatch(/^.{15,}\.$/);
      if (level === 'ok') expect(todo).toBeNull();
      else expect(todo).toMatch(/^.{10,}\.$/);
    }
  });

  it('given agents that all have a webhook of their own, then the workspace needs none', () => {
    expect(amiss(workspaceFindings({ ...good, ...nothingSet }, { needsPostCall: false }))).toEqual([]);
  });

  it('given a webhook that was switched off, then its last failure is told with time and status', () => {
    const seen = withWebhook({ isAutoDisabled: true, lastFailureStatus: 401, lastFailureAtS: 1_795_241_381 });

    expect(workspaceFindings({ ...good, ...seen }, { needsPostCall: true })).toContainEqual(
      expect.objectContaining({
        what: expect.stringContaining('(last failure at 2026-11-21T06:09:41.000Z: HTTP 401)'),
      }),
    );
  });

  const own = 'https://abc.execute-api.eu-central-1.amazonaws.com/v1';
  it.each([
    ['this installation', own, []],
    ['this installation, by another protocol', own.replace('https', 'http'), []],
    [
      'the same path of another installation',
      own.replace('abc', 'xyz'),
      ['attention initiation_webhook', 'attention post_call_webhook'],
    ],
    [
      'another stage of this API',
      own.replace('v1', 'v2'),
      ['attention initiation_webhook', 'attention post_call_webhook'],
    ],
  ])('given webhooks of %s, when its address is known, then the whole address decides', (_given, baseUrl, expected) => {
    expect(amiss(workspaceFindings({ ...good, baseUrl }, { needsPostCall: true }))).toEqual(expected);
  });

  it('given a time that is none, then nothing fails', () => {
    const seen = withWebhook({ lastFailureAtS: 1e300 });

    expect(amiss(workspaceFindings({ ...good, ...seen }, { needsPostCall: true }))).toEqual([]);
  });
});

describe('an agent that could not be read', () => {
  it.each([
    ['is not known, and somebody wants it', 'refused', 'agent_not_found', true, 'problem', /no such agent/],
    ['is not known, and only the ledger names it', 'refused', 'agent_not_found', false, 'attention', /no longer knows/],
    ['may not be read', 'access', 'missing_permissions', false, 'problem', /\(missing_permissions\)/],
    ['is not shown in time', 'unavailable', 'timeout', true, 'problem', /\(timeout\)/],
  ] as const)('given that it %s, then it is told', (_given, kind, code, isWanted, level, what) => {
    expect(unreadAgent({ kind, code }, { isWanted })).toMatchObject({ level, about: 'agent' });
    expect(unreadAgent({ kind, code }, { isWanted }).what).toMatch(what);
  });
});

describe('no agent at all', () => {
  it('given none, then it is said how to name one', () => {
    expect(noAgents).toMatchObject({ level: 'attention', do: expect.stringContaining('--agent') });
  });
});
