import * as z from 'zod';
import type { Deadline } from '../platform/deadline';
import { elevenLabsId } from '../platform/ids';
import type { AgentBranch } from '../voices/agent-branches';
import { ElevenLabsError } from './errors';
import { lenient } from './lenient';
import { type Connection, request } from './request';

const getTimeoutMs = 5_000;

const branch = z.object({
  id: elevenLabsId,
  name: lenient(z.string()),
  is_archived: lenient(z.boolean()),
  protection_status: lenient(z.string()),
  access_info: lenient(z.object({ role: lenient(z.string()) })),
  current_live_percentage: lenient(z.number()),
  parent_branch_id: lenient(elevenLabsId),
});
// One branch that can't be read must not hide the others.
const branchList = z.object({ results: z.array(lenient(branch)) });

/**
 * Lists the branches of an agent that are not archived. Returns none if ElevenLabs refuses; the agent then has only its
 * main branch. Throws ElevenLabsError for transient faults.
 */
export const listBranches = async (
  connection: Connection,
  agentId: string,
  deadline: Deadline,
): Promise<readonly AgentBranch[]> => {
  const path = `/v1/convai/agents/${agentId}/branches`;
  const listed = await unlessRefused(
    request(
      connection,
      {
        operation: 'list_agent_branches',
        method: 'GET',
        path,
        timeoutMs: getTimeoutMs,
        answer: branchList,
        isRepeatable: true,
      },
      deadline,
    ),
  );
  return (listed?.results ?? [])
    .filter((each) => each !== undefined)
    .filter(({ is_archived }) => is_archived !== true)
    .map(({ id, name, protection_status, access_info, current_live_percentage, parent_branch_id }) => ({
      id,
      name: name ?? id,
      livePercentage: current_live_percentage ?? 0,
      isProtected: protection_status === 'admin_perms_required',
      role: access_info?.role,
      parentId: parent_branch_id,
    }));
};

const procedureList = z.object({
  procedures: z.array(
    z.object({
      procedure_id: z.string(),
      version_id: lenient(z.string()),
      has_draft: lenient(z.boolean()),
    }),
  ),
});

/** A procedure of a branch, as the key's owner sees it. */
export interface ListedProcedure {
  readonly id: string;
  /** Whether it was ever published. False if ElevenLabs does not show it. */
  readonly isPublished: boolean;
  /** Whether the key's owner has an unpublished draft of it. */
  readonly hasDraft: boolean;
}

/**
 * Lists the procedures of a branch. Returns none if ElevenLabs refuses to show them. Throws ElevenLabsError for
 * transient faults.
 */
export const listProcedures = async (
  connection: Connection,
  { agentId, branchId }: { readonly agentId: string; readonly branchId: string },
  deadline: Deadline,
): Promise<readonly ListedProcedure[]> => {
  const path = `/v1/convai/agents/${agentId}/branches/${branchId}/procedures`;
  const listed = await unlessRefused(
    request(
      connection,
      {
        operation: 'list_procedures',
        method: 'GET',
        path,
        timeoutMs: getTimeoutMs,
        answer: procedureList,
        isRepeatable: true,
      },
      deadline,
    ),
  );
  return (listed?.procedures ?? []).map(({ procedure_id, version_id, has_draft }) => ({
    id: procedure_id,
    isPublished: version_id !== undefined,
    hasDraft: has_draft === true,
  }));
};

const unlessRefused = async <T>(reading: Promise<T>): Promise<T | undefined> => {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ElevenLabsError && (error.kind === 'refused' || error.kind === 'access')) return undefined;
    throw error;
  }
};
