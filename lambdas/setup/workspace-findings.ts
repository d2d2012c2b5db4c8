import type { ConvaiSettings, Plan, ReadFailure, ReadResult, WorkspaceView } from './details';
import { attention, type Finding, ok, problem } from './finding';
import { initiationWebhookFinding } from './initiation-findings';
import { noPostCallWebhook, postCallFindings } from './post-call-findings';

/** The share of a limit from which it counts as nearly reached. */
const nearlyReachedShare = 0.8;

/** The workspace and its plan, as far as ElevenLabs showed them. */
export interface AccountView extends WorkspaceView {
  readonly plan: ReadResult<Plan>;
}

/** What the agents need of the workspace. */
export interface WorkspaceNeeds {
  /** Whether an agent has no post-call webhook of its own. */
  readonly needsPostCall: boolean;
}

/** Returns all findings about the workspace: its webhooks and its plan. */
export const workspaceFindings = (view: AccountView, needs: WorkspaceNeeds): readonly Finding[] => {
  const { settings, webhooks, plan } = view;
  return [
    ...('failure' in settings
      ? [unseen('workspace_settings', 'the workspace’s agent settings', settings.failure)]
      : settingsFindings(settings.shown, view, needs)),
    ...('failure' in webhooks ? [unseen('workspace_webhooks', 'the workspace’s webhooks', webhooks.failure)] : []),
    ...('failure' in plan ? [unseen('plan', 'the plan', plan.failure)] : planFindings(plan.shown)),
  ];
};

const settingsFindings = (
  { initiationWebhook, postCall }: ConvaiSettings,
  view: WorkspaceView,
  { needsPostCall }: WorkspaceNeeds,
): readonly Finding[] => [
  ...(initiationWebhook === undefined ? [] : [initiationWebhookFinding(initiationWebhook, view.baseUrl)]),
  ...(postCall === undefined ? (needsPostCall ? [noPostCallWebhook] : []) : postCallFindings(postCall, view)),
];

/** Returns findings about the plan's limits. */
const planFindings = ({ slotsUsed, slotLimit, addEdits, addEditLimit, canClone }: Plan): readonly Finding[] => [
  ...cloningFindings(canClone),
  ...limitFindings(slotsUsed, slotLimit, {
    about: 'voice_slots',
    what: 'voice slots',
    todo: 'Delete voices, or upgrade the plan.',
  }),
  ...limitFindings(addEdits, addEditLimit, {
    about: 'voice_add_edits',
    what: 'adds and edits of voices this month',
    todo: 'Deleting voices does not help: let Precall reuse callers’ voices, or upgrade the plan.',
  }),
];

const cloningFindings = (canClone: boolean | undefined): readonly Finding[] => {
  if (canClone === undefined) return [];
  return canClone
    ? [ok('instant_cloning', 'The plan has instant voice cloning.')]
    : [problem('instant_cloning', 'The plan has no instant voice cloning.', 'Change to a plan that has it.')];
};

const limitFindings = (
  used: number | undefined,
  limit: number | undefined,
  { about, what, todo }: { readonly about: string; readonly what: string; readonly todo: string },
): readonly Finding[] => {
  if (used === undefined || limit === undefined) return [];
  const state = `${used} of ${limit} ${what} are used`;
  if (used >= limit)
    return [problem(about, `All ${what} are used (${used} of ${limit}): no voice can be created.`, todo)];
  return [used >= limit * nearlyReachedShare ? attention(about, `${state}.`, todo) : ok(about, `${state}.`)];
};

/** Returns the finding about hidden data. A missing scope is not a problem, because only this check needs it. */
const unseen = (about: string, what: string, { kind, code }: ReadFailure): Finding => {
  const result = `ElevenLabs did not show ${what} (${code}).`;
  if (kind !== 'access')
    return problem(about, result, 'Check again later. If the failure stays, see the log line elevenlabs_call.');
  return isKeyRejected(code)
    ? problem(about, result, 'Put a valid key into the secret ElevenLabsApiKey.')
    : attention(
        about,
        result,
        'To check this too, give the key the scopes that docs/DEPLOYMENT.md#first-deployment names.',
      );
};

const isKeyRejected = (code: string): boolean => code === 'invalid_api_key' || code === 'missing_api_key';

/** The finding that no agent is known yet. */
export const noAgents: Finding = attention(
  'agents',
  'No agent was checked: no pre-call has named one, and neither AGENT_IDS nor ELEVENLABS_AGENT_ID is set.',
  'Name an agent: npx precall check --agent <id>.',
);

/** Returns the finding about an agent that could not be read. If only the ledger knows it, it may have been deleted. */
export const unreadAgent = ({ kind, code }: ReadFailure, { isWanted }: { readonly isWanted: boolean }): Finding => {
  if (code === 'agent_not_found')
    return isWanted
      ? problem(
          'agent',
          'ElevenLabs knows no such agent.',
          'Check the id, and that the key belongs to the agent’s workspace.',
        )
      : attention(
          'agent',
          'ElevenLabs no longer knows this agent of an earlier pre-call.',
          'If you deleted it, do nothing.',
        );
  return problem(
    'agent',
    `ElevenLabs did not show the agent (${code}); Precall keeps what it recorded before.`,
    kind === 'access'
      ? 'Check that the key is valid and has the scope agents (read).'
      : 'Check again later. If the failure stays, see the log line elevenlabs_call.',
  );
};
