import * as z from 'zod';
import { branchesOf } from './agent-branches';
import { type Answer, ApiError, jsonAnswer } from './answers';
import type { AgentCommits, AgentVersion, StoredAgent } from './state';
import { apiId, type JsonObject, newVersionId } from './values';

/** The query of `GET /v1/convai/agents/{agent_id}`. */
export const agentQuery = z.strictObject({ version_id: apiId.optional(), branch_id: apiId.optional() });

/** The query of `PATCH /v1/convai/agents/{agent_id}`. */
export const patchQuery = z.strictObject({ branch_id: apiId.optional() });

/** Maximum number of versions that are kept. The oldest are discarded. */
const maxVersions = 200;

const newVersion = (body: JsonObject, description: string, committedAtMs: number): AgentVersion => {
  const versionId = newVersionId();
  return { versionId, body: { ...body, version_id: versionId }, description, committedAtMs };
};

/** Creates an agent with this body as its first version. */
export const firstVersion = (body: JsonObject, nowMs: number): Pick<StoredAgent, 'body' | 'versions'> => {
  const version = newVersion(body, '', nowMs);
  return { body: version.body, versions: [version] };
};

/** Returns a branch with its next version, or changed in place if the agent has no versions. */
export const withNextVersion = (
  { versionCount, versions }: AgentCommits,
  body: JsonObject,
  description: string,
  nowMs: number,
): AgentCommits => {
  const counted = { versionCount: versionCount + 1 };
  if (versions.length === 0) return { ...counted, body, versions };
  const version = newVersion(body, description, nowMs);
  return { ...counted, body: version.body, versions: [...versions, version].slice(-maxVersions) };
};

/** Finds a version and the history of its branch. Throws ApiError 404 if the version does not exist. */
const historyOf = (agent: StoredAgent, versionId: string): AgentCommits & { readonly version: AgentVersion } => {
  for (const branch of branchesOf(agent)) {
    const version = branch.versions.find((candidate) => candidate.versionId === versionId);
    if (version !== undefined) return { ...branch, version };
  }
  throw new ApiError(404, 'version_not_found', `A version with version_id '${versionId}' was not found.`, 'version_id');
};

/** Finds a version by id in any branch. Throws ApiError 404 if it does not exist. */
export const findVersion = (agent: StoredAgent, versionId: string): AgentVersion => historyOf(agent, versionId).version;

/**
 * Handles `GET /v1/convai/agents/{agent_id}/versions/{version_id}`: AgentVersionMetadata in ElevenLabs' OpenAPI
 * document.
 */
export const getAgentVersion = (agent: StoredAgent, versionId: string): Answer => {
  const { version, versions, versionCount } = historyOf(agent, versionId);
  const index = versions.indexOf(version);
  return jsonAnswer(200, {
    id: versionId,
    agent_id: agent.agentId,
    branch_id: version.body['branch_id'] ?? 'agtbranch_main',
    version_description: version.description,
    seq_no_in_branch: versionCount - versions.length + index + 1,
    time_committed_secs: Math.floor(version.committedAtMs / 1000),
    parents: { in_branch_parent_id: versions[index - 1]?.versionId ?? null },
    access_info: null,
  });
};
