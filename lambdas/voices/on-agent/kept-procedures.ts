import { listProcedures } from '../../elevenlabs/agent-branches';
import type { ProcedureVersions, ReadAgent } from '../../elevenlabs/agents';
import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { partsOfKey } from '../agent-branches';
import type { AgentVoiceDeps } from './deps';

/**
 * Returns the procedure versions for a PATCH of this branch. Returns undefined if the API key's owner has no drafts, so
 * that the PATCH leaves procedures out. With drafts, names the published versions, because ElevenLabs would publish the
 * drafts otherwise. A procedure that was never published stays a draft. Throws ElevenLabsError when a request fails;
 * `refused` for a branch whose procedures can't be named.
 */
export const keptProcedures = async (
  key: string,
  { branchId, procedures }: Pick<ReadAgent, 'branchId' | 'procedures'>,
  deadline: Deadline,
  { elevenLabs }: Pick<AgentVoiceDeps, 'elevenLabs'>,
): Promise<ProcedureVersions | undefined> => {
  if (branchId === undefined) return undefined;
  const { agentId } = partsOfKey(key);
  const listed = await listProcedures(elevenLabs, { agentId, branchId }, deadline);
  const drafts = listed.filter(({ hasDraft }) => hasDraft).map(({ id }) => id);
  if (drafts.length === 0) return undefined;
  const versions: Record<string, { procedure_id: string; version_id: string }> = {};
  for (const [procedure_id, version_id] of Object.entries(procedures)) {
    if (version_id !== null) versions[procedure_id] = { procedure_id, version_id };
    else if (!drafts.includes(procedure_id)) throw withoutVersion();
  }
  // A published procedure that the agent does not show would be removed.
  if (listed.some(({ id, isPublished }) => isPublished && !Object.hasOwn(versions, id))) throw withoutVersion();
  return versions;
};

const withoutVersion = (): ElevenLabsError => new ElevenLabsError('refused', 'procedure_without_version');
