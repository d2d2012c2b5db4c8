import type { ConvaiSettings, Plan, ReadFailure, ReadResult, WorkspaceView } from './details';
import { attention, type Finding, ok, problem } from './finding';
import { initiationWebhookFinding } from './initiation-findings';
import { noPostCallWebhook, postCallFindings } from './post-call-findings';

/** The share of a limit from which it counts as nearly reached. */
const nearlyShare = 0.8;

/** The workspace and its plan, as far as ElevenLabs showed them. */
export interface AccountView extends WorkspaceView {
  readonly plan: ReadResult<Plan>;
}

/**
 * Returns all findings about the workspace: its webhooks and its plan. `needsPostCall` says whether an agent lacks its
 * own post-call webhook and needs the workspace's.
 */
export const workspaceFindings = (seen: AccountView, needsPostCall: boolean): readonly Finding[] => {
  const { settings, webhooks, plan } = seen;
  return [
    ...('failure' in settings
      ? [unseen('workspace_settings', 'the workspace’s agent settings', settings.failure)]
      : settingsFindings(settings.shown, seen, needsPostCall)),
    ...('failure' in webhooks ? [unseen('workspace_webhooks', 'the workspace’s webhooks', webhooks.failure)] : []),
    ...('failure' in plan ? [unseen('plan', 'the plan', plan.failure)] : planFindings(plan.shown)),
  ];
};

const settingsFindings = (
  { initiationWebhook, postCall }: ConvaiSettings,
  view: WorkspaceView,
  needsPostCall: boolean,
): readonly Finding[] => [
  ...(initiationWebhook === undefined ? [] : [initiationWebhookFinding(initiationWebhook, view.baseUrl)]),
  ...(postCall === undefined ? (needsPostCall ? [noPostCallWebhook] : []) : postCallFindings(postCall, view)),
];

/** Returns findings about the plan's limits. */
const planFindings = ({ slotsUsed, slotLimit, addEdits, addEditLimit, canClone }: Plan): readonly Finding[] => [
  ...(canClone === false
    ? [problem('instant_cloning', 'The plan has no instant voice cloning.', 'Change to a plan that has it.')]
    : canClone === true
      ? [ok('instant_cloning', 'The plan has instant voice cloning.')]
      : []),
  ...shareFinding('voice_slots', 'voice slots', slotsUsed, slotLimit, 'Delete voices, or upgrade the plan.'),
  ...shareFinding(
    'voice_add_edits',
    'adds and edits of voices this month',
    addEdits,
    addEditLimit,
    'Deleting voices does not help: let Precall reuse callers’ voices, or upgrade the plan.',
  ),
];

const shareFinding = (
  about: string,
  what: string,
  used: number | undefined,
  limit: number | undefined,
  todo: string,
): readonly Finding[] => {
  if (used === undefined || limit === undefined) return [];
  const state = `${used} of ${limit} ${what} are used`;
  if (used >= limit)
    return [problem(about, `All ${what} are used (${used} of ${limit}): no voice can be created.`, todo)];
  return [used >= limit * nearlyShare ? attention(about, `${state}.`, todo) : ok(about, `${state}.`)];
};

/** Returns the finding about hidden data. A missing scope is not a problem, because only this check needs it. */
const unseen = (about: string, what: string, { kind, code }: ReadFailure): Finding => {
  const said = `ElevenLabs did not show ${what} (${code}).`;
  if (kind !== 'access')
    return problem(about, said, 'Check again later. If the failure stays, see the log line elevenlabs_call.');
  return isKeyRefused(code)
    ? problem(about, said, 'Put a valid key into the secret ElevenLabsApiKey.')
    : attention(
        about,
        said,
        'To check this too, give the key the scopes that docs/DEPLOYMENT.md#first-deployment names.',
      );
};

const isKeyRefused = (code: string): boolean => code === 'invalid_api_key' || code === 'missing_api_key';

/** The finding that no agent is known yet. */
export const noAgents: Finding = attention(
  'agents',
  'No agent was checked: no pre-call has named one, and neither AGENT_IDS nor ELEVENLABS_AGENT_ID is set.',
  'Name an agent: npx precall check --agent <id>.',
);

/** Returns the finding about an agent that could not be read. If only the ledger knows it, it may have been deleted. */
export const unreadAgent = ({ kind, code }: ReadFailure, isWanted: boolean): Finding => {
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
