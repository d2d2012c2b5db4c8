import type { WorkspaceSeen } from './agent-findings';
import type { ConvaiSettings, Plan, ReadFailure, Seen } from './details';
import { attention, type Finding, fine, problem } from './finding';
import { initiationWebhookFinding } from './initiation-findings';
import { noPostCallWebhook, postCallFindings } from './post-call-findings';

/** From this share on a limit is nearly reached. */
const nearlyShare = 0.8;

/** What is seen of the whole workspace. */
export interface AccountSeen extends WorkspaceSeen {
  readonly plan: Seen<Plan>;
}

/**
 * Everything there is to say about the workspace: its webhooks, what they are used for, and its plan. `isReliedOn` says whether an agent
 * has no post-call webhook of its own.
 */
export const workspaceFindings = (seen: AccountSeen, isReliedOn: boolean): readonly Finding[] => {
  const { settings, webhooks, plan } = seen;
  return [
    ...('failure' in settings
      ? [unseen('workspace_settings', 'the workspace’s agent settings', settings.failure)]
      : settingsFindings(settings.shown, seen, isReliedOn)),
    ...('failure' in webhooks ? [unseen('workspace_webhooks', 'the workspace’s webhooks', webhooks.failure)] : []),
    ...('failure' in plan ? [unseen('plan', 'the plan', plan.failure)] : planFindings(plan.shown)),
  ];
};

const settingsFindings = (
  { initiationWebhook, postCall }: ConvaiSettings,
  { webhooks }: WorkspaceSeen,
  isReliedOn: boolean,
): readonly Finding[] => [
  ...(initiationWebhook === undefined ? [] : [initiationWebhookFinding(initiationWebhook)]),
  ...(postCall === undefined ? (isReliedOn ? [noPostCallWebhook] : []) : postCallFindings(postCall, webhooks)),
];

/** The plan's limits. */
const planFindings = ({ slotsUsed, slotLimit, addEdits, addEditLimit, canClone }: Plan): readonly Finding[] => [
  ...(canClone === false
    ? [problem('instant_cloning', 'The plan has no instant voice cloning.', 'Change to a plan that has.')]
    : canClone === true
      ? [fine('instant_cloning', 'The plan has instant voice cloning.')]
      : []),
  ...shareFinding('voice_slots', 'voice slots', slotsUsed, slotLimit, 'Delete voices, or raise the plan.'),
  ...shareFinding(
    'voice_add_edits',
    'adds and edits of voices this month',
    addEdits,
    addEditLimit,
    'Deleting voices gives none back: let callers’ voices be reused, or raise the plan.',
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
  if (used >= limit) return [problem(about, `All ${what} are used (${used} of ${limit}): no voice can be made.`, todo)];
  return [used >= limit * nearlyShare ? attention(about, `${state}.`, todo) : fine(about, `${state}.`)];
};

/** A key that is refused altogether, and a fault, are problems; a scope that only this check needs is not. */
const unseen = (about: string, what: string, { kind, code }: ReadFailure): Finding => {
  const said = `ElevenLabs did not show ${what} (${code}).`;
  if (kind !== 'access')
    return problem(about, said, 'Check again later; if it stays so, see the log line elevenlabs_call.');
  return isKeyRefused(code)
    ? problem(about, said, 'Put a valid key into the secret ElevenLabsApiKey.')
    : attention(about, said, 'Give the key the scopes that docs/DEPLOYMENT.md names, if this is to be checked.');
};

const isKeyRefused = (code: string): boolean => code === 'invalid_api_key' || code === 'missing_api_key';

/** No agent is known yet. */
export const noAgents: Finding = attention(
  'agents',
  'No agent was checked: no pre-call has named one, and neither AGENT_IDS nor ELEVENLABS_AGENT_ID is set.',
  'Name the agent: npx precall check --agent <id>.',
);

/** An agent that could not be read. One that only the ledger knows may well have been deleted since. */
export const unreadAgent = ({ kind, code }: ReadFailure, isWanted: boolean): Finding => {
  if (code === 'agent_not_found')
    return isWanted
      ? problem(
          'agent',
          'ElevenLabs knows no such agent.',
          'Check the id, and that the key is of the agent’s workspace.',
        )
      : attention(
          'agent',
          'ElevenLabs no longer knows this agent of an earlier pre-call.',
          'If it was deleted, nothing.',
        );
  return problem(
    'agent',
    `ElevenLabs did not show the agent (${code}); what was recorded of it before still holds.`,
    kind === 'access'
      ? 'See that the key is valid and has the scope agents (read).'
      : 'Check again later; if it stays so, see the log line elevenlabs_call.',
  );
};
