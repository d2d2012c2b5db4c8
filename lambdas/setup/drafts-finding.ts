import { listProcedures } from '../elevenlabs/agent-branches';
import { ElevenLabsError } from '../elevenlabs/errors';
import type { Connection } from '../elevenlabs/request';
import type { Deadline } from '../platform/deadline';
import type { BranchDetails } from './details';
import { attention, type Finding, listed, ok } from './finding';

const about = 'procedure_drafts';

/**
 * Returns the finding about unpublished procedures of the API key's owner on the branches that serve an agent's calls.
 * An agent without versions has none.
 */
export const draftsFinding = async (
  agentId: string,
  branches: readonly BranchDetails[],
  deadline: Deadline,
  { elevenLabs }: { readonly elevenLabs: Connection },
): Promise<Finding> => {
  const branchesWithDrafts: string[] = [];
  try {
    for (const { id, name } of branches) {
      if (id === undefined) continue;
      const procedures = await listProcedures(elevenLabs, { agentId, branchId: id }, deadline);
      if (procedures.some(({ hasDraft }) => hasDraft)) branchesWithDrafts.push(name ?? id);
    }
  } catch (error) {
    if (!(error instanceof ElevenLabsError)) throw error;
    return attention(about, `ElevenLabs did not show the agent’s procedures (${error.code}).`, 'Check again later.');
  }
  return branchesWithDrafts.length === 0
    ? ok(about, 'The owner of the API key has no unpublished procedures in the agent.')
    : attention(
        about,
        `The owner of the API key has unpublished procedures in these branches: ${listed(branchesWithDrafts)}. Any ` +
          'change of the agent that does not name the published ones publishes them; Precall names them.',
        'Use the API key of a service account, which has no drafts.',
      );
};
