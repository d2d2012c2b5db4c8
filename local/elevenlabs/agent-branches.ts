import * as z from 'zod';
import { heldVoiceId } from './agent-settings';
import { type Answer, ApiError, jsonAnswer } from './answers';
import type { AgentCommits, BranchTraits, StoredAgent, StoredBranch } from './state';
import { apiId, isJsonObject, type JsonObject, jsonObject } from './values';

const traits = {
  branchId: apiId.default('agtbranch_main'),
  name: z.string().min(1).default('Main'),
  livePercentage: z.number().min(0).max(100).default(100),
  isArchived: z.boolean().default(false),
  /** Who may change the branch. */
  protection: z.enum(['writer_perms_required', 'admin_perms_required']).default('writer_perms_required'),
  /** What the key's owner may do; null if ElevenLabs does not report it. */
  role: z.enum(['admin', 'editor', 'commenter', 'viewer']).nullable().default('admin'),
  /** Versions that procedures get when the key owner's drafts are published, by procedure. */
  drafts: z.record(z.string(), z.string()).default({}),
};

/** Parses how the main branch of an agent differs from the default. */
export const mainSeed = z.strictObject(traits);

/** Parses another branch. Omitted fields are as on the main branch. */
export const branchSeed = z.strictObject({
  ...traits,
  branchId: apiId,
  voiceId: apiId.optional(),
  firstMessage: z.string().optional(),
  conversationConfig: jsonObject.default({}),
  platformSettings: jsonObject.default({}),
});

/** The main branch of an agent without further description. */
export const plainMain: BranchTraits = mainSeed.parse({});

/** Returns an agent's branches, main first, or none for an agent without versions. */
export const branchesOf = (agent: StoredAgent): readonly StoredBranch[] => {
  const { body, versionCount, versions, main = plainMain, branches = [] } = agent;
  if (versions.length === 0) return [];
  return [{ ...main, body, versionCount, versions, parentBranchId: null }, ...branches];
};

/** Returns the voices that the agent has in any branch that is not archived. */
export const heldVoiceIds = (agent: StoredAgent): readonly string[] => [
  heldVoiceId(agent.body),
  ...(agent.branches ?? []).filter(({ isArchived }) => !isArchived).map(({ body }) => heldVoiceId(body)),
];

const isMain = ({ main = plainMain }: StoredAgent, branchId: string | null | undefined): boolean =>
  branchId == null || branchId === main.branchId;

/**
 * Finds a branch, or the whole agent if no branch is named. Throws ApiError 404 `branch_not_found` if it does not
 * exist.
 */
export const findBranch = (agent: StoredAgent, branchId: string | null | undefined): AgentCommits & BranchTraits => {
  if (isMain(agent, branchId)) return { ...(agent.main ?? plainMain), ...agent };
  const branch = agent.branches?.find((candidate) => candidate.branchId === branchId);
  if (branch !== undefined) return branch;
  throw new ApiError(404, 'branch_not_found', `A branch with branch_id '${branchId}' was not found.`, 'branch_id');
};

/** Returns the agent with one branch changed. */
export const withBranch = (
  agent: StoredAgent,
  branchId: string | null | undefined,
  change: Partial<AgentCommits & BranchTraits>,
): StoredAgent => {
  if (!isMain(agent, branchId)) {
    const changed = (branch: StoredBranch) => (branch.branchId === branchId ? { ...branch, ...change } : branch);
    return { ...agent, branches: (agent.branches ?? []).map(changed) };
  }
  const { body = agent.body, versionCount = agent.versionCount, versions = agent.versions, ...ofMain } = change;
  const commits = { ...agent, body, versionCount, versions };
  return Object.keys(ofMain).length === 0 ? commits : { ...commits, main: { ...(agent.main ?? plainMain), ...ofMain } };
};

/** Throws ApiError 403 if the key's owner may not change the branch, and 400 if it is archived. */
export const requireRight = ({ name, protection, role, isArchived }: BranchTraits): void => {
  if (isArchived) throw new ApiError(400, 'branch_archived', `The branch '${name}' is archived.`, 'branch_id');
  const may = protection === 'admin_perms_required' ? ['admin'] : ['admin', 'editor'];
  if (role !== null && may.includes(role)) return;
  if (role === null && protection === 'writer_perms_required') return;
  throw new ApiError(403, 'insufficient_permissions', `You do not have permission to change the branch '${name}'.`);
};

const accessOf = (role: BranchTraits['role']) =>
  role === null
    ? null
    : { is_creator: false, creator_name: 'Example', creator_email: 'owner@example.com', role, access_source: null };

/** The query of `GET /v1/convai/agents/{agent_id}/branches`. */
export const branchQuery = z.strictObject({
  include_archived: z.enum(['true', 'false']).default('false'),
  limit: z.coerce.number().int().min(2).max(100).default(100),
});

/** Handles `GET /v1/convai/agents/{agent_id}/branches`: AgentBranchSummary in ElevenLabs' OpenAPI document. */
export const listBranches = (agent: StoredAgent, { include_archived, limit }: z.infer<typeof branchQuery>): Answer => {
  const shown = branchesOf(agent).filter(({ isArchived }) => !isArchived || include_archived === 'true');
  const results = shown.slice(0, limit).map((branch) => ({
    id: branch.branchId,
    name: branch.name,
    agent_id: agent.agentId,
    description: '',
    created_at: Math.floor((branch.versions[0]?.committedAtMs ?? 0) / 1000),
    last_committed_at: Math.floor((branch.versions.at(-1)?.committedAtMs ?? 0) / 1000),
    is_archived: branch.isArchived,
    protection_status: branch.protection,
    access_info: accessOf(branch.role),
    current_live_percentage: branch.livePercentage,
    parent_branch_id: branch.parentBranchId,
    draft_exists: false,
    draft_created_at: null,
    draft_is_behind_tip: false,
    calls_7d: 0,
    commits_ahead: null,
    commits_behind: null,
    merged_into_branch_id: null,
  }));
  return jsonAnswer(200, { meta: {}, results });
};

const proceduresIn = (body: JsonObject): JsonObject => (isJsonObject(body['procedures']) ? body['procedures'] : {});

/** Handles `GET …/branches/{branch_id}/procedures`: ListProceduresResponseModel, as the key's owner sees it. */
export const listProcedures = (agent: StoredAgent, branchId: string): Answer => {
  const { body, drafts } = findBranch(agent, branchId);
  const published = proceduresIn(body);
  const ids = [...new Set([...Object.keys(published), ...Object.keys(drafts)])];
  const procedures = ids.map((procedure_id) => {
    const known = published[procedure_id];
    const shown = isJsonObject(known) ? known : { procedure_id, version_id: null };
    return { name: procedure_id, ...shown, has_draft: Object.hasOwn(drafts, procedure_id) };
  });
  return jsonAnswer(200, { procedures });
};

/** The query of `GET …/branches/{branch_id}/procedures`. */
export const procedureQuery = z.strictObject({ agent_version_id: apiId.optional() });

const procedureRefs = z.record(z.string(), z.object({ procedure_id: z.string(), version_id: z.string() }));

/** The effect of a PATCH on the procedures of a branch, and on the drafts of the key's owner. */
export interface PatchedProcedures {
  /** Undefined if they do not change. */
  readonly procedures: JsonObject | undefined;
  readonly drafts: BranchTraits['drafts'];
  /** Drafts that the PATCH published, and published procedures that it removed. */
  readonly published: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Applies a PATCH to a branch's procedures. Without procedures, it publishes the drafts; with them, it replaces the
 * branch's.
 */
export const patchProcedures = (
  { body, drafts }: AgentCommits & BranchTraits,
  given: JsonObject[string] | undefined,
): PatchedProcedures => {
  const before = proceduresIn(body);
  if (given == null) {
    const published = Object.keys(drafts);
    if (published.length === 0) return { procedures: undefined, drafts, published, removed: [] };
    const made: JsonObject = {};
    for (const [procedure_id, version_id] of Object.entries(drafts)) made[procedure_id] = { procedure_id, version_id };
    return { procedures: { ...before, ...made }, drafts: {}, published, removed: [] };
  }
  const refs = procedureRefs.parse(given);
  const isDraft = ([id, { version_id }]: [string, { version_id: string }]) => drafts[id] === version_id;
  return {
    procedures: refs,
    drafts,
    published: Object.entries(refs)
      .filter(isDraft)
      .map(([id]) => id),
    removed: Object.entries(before)
      .filter(([id, each]) => !Object.hasOwn(refs, id) && isJsonObject(each) && each['version_id'] != null)
      .map(([id]) => id),
  };
};

/**
 * Returns the branch of the agent's next call. Calls are distributed by the live percentages, in a fixed order, unless
 * the call names a branch. The main branch serves an agent without live branches.
 */
export const branchOfCall = (
  agent: StoredAgent,
  branchId: string | null | undefined,
  callsBefore: number,
): JsonObject => {
  if (branchId != null) return findBranch(agent, branchId).body;
  const point = (callsBefore * 37) % 100;
  let sum = 0;
  for (const branch of branchesOf(agent)) {
    if (branch.isArchived) continue;
    sum += branch.livePercentage;
    if (point < sum) return branch.body;
  }
  return agent.body;
};
