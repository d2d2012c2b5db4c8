import { listDrafts } from '../../elevenlabs/agent-branches';
import type { ProcedureVersions, ReadAgent } from '../../elevenlabs/agents';
import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { partsOfKey } from '../agent-branches';
import type { AgentVoiceDeps } from './deps';

/**
 * What a PATCH of this branch says about procedures. Undefined where the key's owner has no drafts: then it leaves them
 * out. With drafts it names what is published, because ElevenLabs would publish the drafts otherwise. A procedure that
 * was never published has no version to name, and stays the draft that it is. Throws ElevenLabsError, `refused` for a
 * branch whose procedures can't be named.
 */
export const keptProcedures = async (
  key: string,
  { branchId, procedures }: Pick<ReadAgent, 'branchId' | 'procedures'>,
  deadline: Deadline,
  { elevenLabs }: Pick<AgentVoiceDeps, 'elevenLabs'>,
): Promise<ProcedureVersions | undefined> => {
  if (branchId === undefined) return undefined;
  const { agentId } = partsOfKey(key);
  const drafts = await listDrafts(elevenLabs, { agentId, branchId }, deadline);
  if (drafts.length === 0) return undefined;
  const kept: Record<string, { procedure_id: string; version_id: string }> = {};
  for (const [procedure_id, version_id] of Object.entries(procedures)) {
    if (version_id !== null) kept[procedure_id] = { procedure_id, version_id };
    else if (!drafts.includes(procedure_id)) throw new ElevenLabsError('refused', 'procedure_without_version', false);
  }
  return kept;
};
