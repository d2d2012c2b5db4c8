import type { Agent, Attachments } from './account';
import { attachmentsFor, beforeOf, type Lacking, lackingIn, type Wanted } from './attach';
import { type AgentRecord, type Permission, permissions } from './record';
import type { Change, Scope, AccountSnapshot, Work } from './work';

/** What a change to an agent depends on. */
export interface AgentTerms {
  readonly work: Work;
  readonly snapshot: AccountSnapshot;
  readonly wanted: Wanted;
  /** Ids of this installation's webhooks. */
  readonly ours: readonly string[];
  readonly scope: Scope;
  readonly replaces: boolean;
}

/** The changes that an agent needs. */
export interface AgentPlan {
  readonly change: Change | undefined;
  readonly obstacles: readonly string[];
  readonly notes: readonly string[];
}

/** The description of agent versions that the setup creates. */
export const versionDescription = 'Set up for Precall';

const fieldOf: Readonly<Record<Permission, string>> = {
  voice: 'tts.voice_id',
  first_message: 'agent.first_message',
  max_duration: 'conversation.max_duration_seconds',
  initiation: 'the data of the initiation webhook',
};

/** Compares an agent with what its calls may override and with its own webhooks. One PATCH makes all changes. */
export const agentChange = (agent: Agent, terms: AgentTerms): AgentPlan => {
  const { work, ours } = terms;
  const own = agent.platform_settings?.workspace_overrides ?? {};
  const { lacking, obstacles, notes } = ownAttachments(agent, own, terms);
  const missing = permissions.filter(
    (permission) => !isAllowed(agent, permission) && (permission !== 'initiation' || work.serves.initiation),
  );
  const lines = [
    ...(missing.length === 0 ? [] : [`allow calls to override ${missing.map((each) => fieldOf[each]).join(', ')}`]),
    ...[lacking.postCall?.line, lacking.initiation?.line].filter((line) => line !== undefined),
  ].map((line) => `agent ${titleOf(agent)}: ${line}`);
  const apply = async (): Promise<void> => {
    await noteAgent(work, recordKey(agent), (noted) => ({
      ...beforeOf(lacking, own, noted),
      allowed: [...new Set([...(noted?.allowed ?? []), ...missing])],
    }));
    const attachments = attachmentsFor(lacking, own, work, ours);
    const settings = settingsOf(missing, true, attachments);
    await work.account.changeAgent(agent.agent_id, agent.branch, settings, versionDescription);
  };
  if (lines.length === 0) return { change: undefined, obstacles, notes };
  return { change: { about: 'agent', lines, apply }, obstacles: [...obstacles, ...draftsOf(agent)], notes };
};

const titleOf = ({ agent_id, branch }: Agent): string =>
  branch === undefined ? agent_id : `${agent_id}, branch ${branch}`;

/** Builds the record key of a branch. Ids contain no slashes. */
const recordKey = ({ agent_id, branch }: Agent): string => (branch === undefined ? agent_id : `${agent_id}/${branch}`);

const draftsOf = (agent: Agent): string[] =>
  agent.hasDrafts === true
    ? [
        `Agent ${titleOf(agent)} has unpublished procedures of the owner of the key, which a change would publish. ` +
          'Publish or discard them, or use the key of a service account.',
      ]
    : [];

const noteAgent = (
  work: Work,
  agentId: string,
  changed: (noted: AgentRecord | undefined) => AgentRecord,
): Promise<void> => {
  const { agents } = work.record;
  return work.note({ agents: { ...agents, [agentId]: changed(agents[agentId]) } });
};

/** Tells whether the agent grants the permission. */
const isAllowed = ({ platform_settings }: Agent, permission: Permission): boolean => {
  const { conversation_config_override: fields, ...others } = platform_settings?.overrides ?? {};
  const allowed: Readonly<Record<Permission, boolean | null | undefined>> = {
    voice: fields?.tts?.voice_id,
    first_message: fields?.agent?.first_message,
    max_duration: fields?.conversation?.max_duration_seconds,
    initiation: others.enable_conversation_initiation_client_data_from_webhook,
  };
  return allowed[permission] === true;
};

/**
 * Compares an agent's own webhooks, which it needs only if the workspace lacks them. Webhooks that point elsewhere are
 * an obstacle if the agent was named explicitly, otherwise a note.
 */
const ownAttachments = (
  agent: Agent,
  own: Attachments,
  { work, snapshot, wanted, ours, scope, replaces }: AgentTerms,
): { readonly lacking: Lacking; readonly obstacles: string[]; readonly notes: string[] } => {
  const found = lackingIn(own, wanted, work, ours);
  const shared = scope === 'all' ? {} : lackingIn(snapshot.workspace, wanted, work, ours);
  const needs = (kind: keyof Lacking, ownOne: unknown): boolean =>
    found[kind] !== undefined && (ownOne != null || shared[kind] !== undefined);
  const lacking: Lacking = {
    ...(found.postCall !== undefined &&
      needs('postCall', own.webhooks?.post_call_webhook_id) && { postCall: found.postCall }),
    ...(found.initiation !== undefined &&
      needs('initiation', own.conversation_initiation_client_data_webhook) && { initiation: found.initiation }),
  };
  const elsewhere = [lacking.postCall, lacking.initiation].some((each) => each?.isElsewhere === true);
  if (!elsewhere || replaces) return { lacking, obstacles: [], notes: [] };
  const said = `Agent ${titleOf(agent)} has webhooks of its own that point elsewhere.`;
  if (scope !== 'all') return { lacking, obstacles: [`${said} Replace them with --replace.`], notes: [] };
  return { lacking: withoutElsewhere(lacking), obstacles: [], notes: [`${said} They stay.`] };
};

const withoutElsewhere = ({ postCall, initiation }: Lacking): Lacking => ({
  ...(postCall?.isElsewhere === false && { postCall }),
  ...(initiation?.isElsewhere === false && { initiation }),
});

/** Builds `platform_settings` with permissions switched on or off, and with the agent's own webhooks. */
export const settingsOf = (fields: readonly Permission[], isOn: boolean, attachments: Attachments): object => {
  const has = (permission: Permission): boolean => fields.includes(permission);
  const override = {
    ...(has('voice') && { tts: { voice_id: isOn } }),
    ...(has('first_message') && { agent: { first_message: isOn } }),
    ...(has('max_duration') && { conversation: { max_duration_seconds: isOn } }),
  };
  const overrides = {
    ...(Object.keys(override).length > 0 && { conversation_config_override: override }),
    ...(has('initiation') && { enable_conversation_initiation_client_data_from_webhook: isOn }),
  };
  return {
    ...(Object.keys(overrides).length > 0 && { overrides }),
    ...(Object.keys(attachments).length > 0 && { workspace_overrides: attachments }),
  };
};
