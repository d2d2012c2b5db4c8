import * as z from 'zod';
import type { Deadline } from '../platform/deadline';
import { elevenLabsId } from '../platform/ids';
import type { VoicePair } from '../voices/agent';
import { type AgentFacts, partsOfKey } from '../voices/agent-branches';
import { ElevenLabsError } from './errors';
import { lenient } from './lenient';
import { type Connection, request } from './request';

const agent = z.object({
  version_id: elevenLabsId.nullish().catch(undefined),
  branch_id: lenient(elevenLabsId),
  main_branch_id: lenient(elevenLabsId),
  access_info: lenient(z.object({ role: lenient(z.string()) })),
  platform_settings: lenient(z.object({ archived: lenient(z.boolean()) })),
  procedures: lenient(z.record(z.string(), z.object({ version_id: z.string().nullish() }))),
  conversation_config: z.object({
    tts: z.object({ voice_id: elevenLabsId.nullish() }).nullish(),
    agent: z.object({ first_message: z.string().nullish() }).nullish(),
  }),
});

const getTimeoutMs = 5_000;
const patchTimeoutMs = 8_000;

/** A branch of an agent: its voice and first message, and ElevenLabs' version of it that has them. */
export interface ReadAgent extends AgentFacts {
  readonly pair: VoicePair;
  /** Absent for an agent without versions. */
  readonly version?: string;
  /** Absent for an agent without branches. */
  readonly branchId?: string;
  /** The published version of each procedure; null for one that never had any. */
  readonly procedures: Readonly<Record<string, string | null>>;
}

/** The path and query of a branch, by its key. */
export const agentPath = (key: string, query: Readonly<Record<string, string>> = {}): string => {
  const { agentId, branchId } = partsOfKey(key);
  const all = new URLSearchParams({ ...(branchId !== undefined && { branch_id: branchId }), ...query });
  return `/v1/convai/agents/${agentId}${all.size === 0 ? '' : `?${all.toString()}`}`;
};

/** The branch of this key as it is now, or as it was in this version. Throws ElevenLabsError. */
export const getAgent = async (
  connection: Connection,
  key: string,
  deadline: Deadline,
  version?: string,
): Promise<ReadAgent> => {
  const path = version === undefined ? agentPath(key) : agentPath(partsOfKey(key).agentId, { version_id: version });
  const call = { operation: 'get_agent', method: 'GET', path, timeoutMs: getTimeoutMs } as const;
  const found = await request(connection, { ...call, answer: agent, isRepeatable: true }, deadline);
  return {
    pair: voiceOf(found),
    ...(found.version_id != null && { version: found.version_id }),
    ...(found.branch_id !== undefined && { branchId: found.branch_id }),
    mainBranchId: found.main_branch_id,
    role: found.access_info?.role,
    isArchived: found.platform_settings?.archived === true,
    procedures: Object.fromEntries(
      Object.entries(found.procedures ?? {}).map(([id, { version_id }]) => [id, version_id ?? null]),
    ),
  };
};

const versionMetadata = z.object({
  version_description: z.string().nullish().catch(undefined),
  parents: z
    .object({ in_branch_parent_id: elevenLabsId.nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
});

/** The version before this one in its branch, and what its author wrote about it. Throws ElevenLabsError. */
export const getAgentVersion = async (
  connection: Connection,
  key: string,
  version: string,
  deadline: Deadline,
): Promise<{ readonly description: string; readonly parent: string | undefined }> => {
  const call = {
    operation: 'get_agent_version',
    method: 'GET',
    path: `/v1/convai/agents/${partsOfKey(key).agentId}/versions/${version}`,
    timeoutMs: getTimeoutMs,
  } as const;
  const found = await request(connection, { ...call, answer: versionMetadata, isRepeatable: true }, deadline);
  return { description: found.version_description ?? '', parent: found.parents?.in_branch_parent_id ?? undefined };
};

/** Procedures by id, each with the version that is published. */
export type ProcedureVersions = Readonly<
  Record<string, { readonly procedure_id: string; readonly version_id: string }>
>;

/** A PATCH of a branch's voice and first message; a field that is absent stays as it is. */
export interface AgentPatch {
  /** The key of the branch. */
  readonly agentId: string;
  readonly pair: VoicePair;
  /** What the agent's history shows of the new version. */
  readonly description: string;
  /** What stays published. Without it, ElevenLabs publishes the drafts of the key's owner. */
  readonly procedures?: ProcedureVersions | undefined;
  /** Called before the PATCH is sent again. */
  readonly beforeRepeat: () => Promise<unknown>;
}

/**
 * Sets the agent's voice (`conversation_config.tts.voice_id`) and first message together. The values are absolute, so
 * the PATCH may be repeated; its answer is compared, because ElevenLabs drops what it does not know and still answers
 * 200. Throws ElevenLabsError `patch_not_applied` when the answer shows other values. False when an earlier attempt of
 * this PATCH may still land.
 */
export const patchAgentVoice = async (
  connection: Connection,
  { agentId, pair: { voice_id, first_message }, description, procedures, beforeRepeat }: AgentPatch,
  deadline: Deadline,
): Promise<boolean> => {
  let isSettled = true;
  const onUnsettled = (): void => void (isSettled = false);
  const json = {
    conversation_config: {
      ...(voice_id !== undefined && { tts: { voice_id } }),
      ...(first_message !== undefined && { agent: { first_message } }),
    },
    version_description: description,
    ...(procedures !== undefined && { procedures }),
  };
  const call = {
    operation: 'patch_agent',
    method: 'PATCH',
    path: agentPath(agentId),
    timeoutMs: patchTimeoutMs,
    body: { json },
    answer: agent,
    ...{ isRepeatable: true, onUnsettled, beforeRepeat },
  } as const;
  const now = voiceOf(await request(connection, call, deadline));
  if ((voice_id ?? now.voice_id) !== now.voice_id || (first_message ?? now.first_message) !== now.first_message)
    throw new ElevenLabsError('unavailable', 'patch_not_applied', true);
  return isSettled;
};

const voiceOf = ({ conversation_config: { tts, agent: texts } }: z.infer<typeof agent>): VoicePair => ({
  ...(tts?.voice_id != null && { voice_id: tts.voice_id }),
  // An empty first message waits for the caller; an agent that shows none has none.
  first_message: texts?.first_message ?? '',
});
