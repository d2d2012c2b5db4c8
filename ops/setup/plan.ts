import { agentChange } from './agent-changes';
import { attachmentsFor, beforeOf, type Lacking, lackingIn, type Wanted } from './attach';
import { planHeaderSecret } from './header-secret';
import { deleteReplaced, planWebhook } from './webhook-changes';
import type { Change, Scope, AccountSnapshot, Work } from './work';

/** The changes that a setup makes, in this order. */
export interface Plan {
  readonly changes: readonly Change[];
  /** Reasons why the setup is not possible, one sentence each. If there are any, nothing must be changed. */
  readonly obstacles: readonly string[];
  /** Findings that are left unchanged but may surprise, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Compares the current setup with what Precall needs. Changes nothing. Throws OperationError if the installation or the
 * account cannot be read.
 */
export const planSetup = (
  work: Work,
  snapshot: AccountSnapshot,
  { scope, replaces }: { readonly scope: Scope; readonly replaces: boolean },
): Plan => {
  const webhook = planWebhook(work, snapshot);
  const secret = planHeaderSecret(work, snapshot);
  const wanted = { webhookId: webhook.id, secretId: secret.id };
  const ours = snapshot.webhooks.flatMap(({ webhook_url, webhook_id }) =>
    webhook_url === work.postCallUrl ? [webhook_id] : [],
  );
  const workspace = scope === 'all' ? workspaceChange(work, snapshot, wanted, ours) : {};
  const agents = snapshot.agents.map((agent) => agentChange(agent, { work, snapshot, wanted, ours, scope, replaces }));
  const obstacles = [
    ...(replaces ? [] : obstaclesOf('The workspace', workspace.lacking)),
    ...agents.flatMap((each) => each.obstacles),
  ];
  return {
    changes: [
      ...secret.changes,
      ...webhook.changes,
      ...(workspace.change === undefined ? [] : [workspace.change]),
      ...agents.flatMap(({ change }) => (change === undefined ? [] : [change])),
      ...deleteReplaced(work, webhook.replaced),
    ],
    obstacles,
    notes: agents.flatMap(({ notes }) => notes),
  };
};

interface PlaceChange {
  readonly change?: Change;
  readonly lacking?: Lacking;
}

const workspaceChange = (
  work: Work,
  { workspace }: AccountSnapshot,
  wanted: Wanted,
  ours: readonly string[],
): PlaceChange => {
  const lacking = lackingIn(workspace, wanted, work, ours);
  const lines = [lacking.postCall?.line, lacking.initiation?.line].filter((line) => line !== undefined);
  if (lines.length === 0) return {};
  const apply = async (): Promise<void> => {
    await work.note({ workspace: beforeOf(lacking, workspace, work.record.workspace) });
    await work.account.attach(attachmentsFor(lacking, workspace, work, ours));
  };
  return { change: { about: 'workspace', lines, apply }, lacking };
};

const advice = 'Replace it with --replace, or name agents in place of --all.';

/** Describes webhooks of others, which only `--replace` replaces, one sentence each. */
const obstaclesOf = (place: string, { postCall, initiation }: Lacking = {}): string[] => [
  ...(postCall?.isElsewhere === true ? [`${place} has a post-call webhook that points elsewhere. ${advice}`] : []),
  ...(initiation?.isElsewhere === true ? [`${place} has an initiation webhook that points elsewhere. ${advice}`] : []),
];
