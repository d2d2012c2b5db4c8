import * as z from 'zod';
import type { Deadline } from '../platform/deadline';
import { elevenLabsId } from '../platform/ids';
import { hasPair, type VoicePair } from '../voices/agent';
import { type AgentFacts, partsOfKey } from '../voices/agent-branches';
import { ElevenLabsError, isMissing } from './errors';
import { lenient } from './lenient';
import { type Connection, request } from './request';

const agent = z.object({
  version_id: elevenLabsId.nullish().catch(undefined),
  branch_id: lenient(elevenLabsId),
  main_branch_id: lenient(elevenLabsId),
  access_info: lenient(z.object({ role: lenient(z.string()) })),
  platform_settings: lenient(z.object({ archived: lenient(z.boolean()) })),
  // A procedure that can't be read must not hide the others: a PATCH that lacks one removes it.
  procedures: lenient(z.record(z.string(), lenient(z.object({ version_id: lenient(z.string()) })))),
  conversation_config: z.object({
    // An agent without a voice may have an empty id.
    tts: z.object({ voice_id: z.union([z.literal('').transform(() => undefined), elevenLabsId.nullish()]) }).nullish(),
    agent: z.object({ first_message: z.string().nullish() }).nullish(),
  }),
});

const getTimeoutMs = 5_000;
const patchTimeoutMs = 8_000;

/** A branch of an agent as read: its voice, its first message, and the ElevenLabs version that has both. */
export interface ReadAgent extends AgentFacts {
  readonly pair: VoicePair;
  /** Absent for an agent without versions. */
  readonly version?: string;
  /** Absent for an agent without branches. */
  readonly branchId?: string;
  /** The published version of each procedure. Null if it was never published. */
  readonly procedures: Readonly<Record<string, string | null>>;
}

/** A branch of an agent in ElevenLabs' answer. */
export const agentAnswer = agent.transform((found): ReadAgent => ({
  pair: voiceOf(found),
  ...(found.version_id != null && { version: found.version_id }),
  ...(found.branch_id !== undefined && { branchId: found.branch_id }),
  mainBranchId: found.main_branch_id,
  role: found.access_info?.role,
  isArchived: found.platform_settings?.archived === true,
  procedures: Object.fromEntries(
    Object.entries(found.procedures ?? {}).map(([id, procedure]) => [id, procedure?.version_id ?? null]),
  ),
}));

/** Returns the path and query of a branch, by its key. */
export const agentPath = (key: string, query: Readonly<Record<string, string>> = {}): string => {
  const { agentId, branchId } = partsOfKey(key);
  const all = new URLSearchParams({ ...(branchId !== undefined && { branch_id: branchId }), ...query });
  return `/v1/convai/agents/${agentId}${all.size === 0 ? '' : `?${all.toString()}`}`;
};

/**
 * Reads the branch with this key, now or in this version. Throws ElevenLabsError on failure, `agent_not_found` if the
 * agent or the branch does not exist.
 */
export const getAgent = async (
  connection: Connection,
  key: string,
  deadline: Deadline,
  version?: string,
): Promise<ReadAgent> => {
  const path = version === undefined ? agentPath(key) : agentPath(partsOfKey(key).agentId, { version_id: version });
  const reading = request(
    connection,
    { operation: 'get_agent', method: 'GET', path, timeoutMs: getTimeoutMs, answer: agentAnswer, isRepeatable: true },
    deadline,
  );
  // Without its version, the agent may still exist.
  return version === undefined ? reading.catch(asUnknownAgent) : reading;
};

/** Throws `agent_not_found` for each way in which ElevenLabs says that an agent or its branch does not exist. */
export const asUnknownAgent = (error: unknown): never => {
  throw isMissing(error, 'agent', 'branch', 'document')
    ? new ElevenLabsError('refused', 'agent_not_found', { cause: error })
    : error;
};

const versionMetadata = z.object({
  version_description: z.string().nullish().catch(undefined),
  parents: z
    .object({ in_branch_parent_id: elevenLabsId.nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
});

/** Reads a version's description, and the version before it in its branch. Throws ElevenLabsError on failure. */
export const getAgentVersion = async (
  connection: Connection,
  key: string,
  version: string,
  deadline: Deadline,
): Promise<{ readonly description: string; readonly parent: string | undefined }> => {
  const metadata = await request(
    connection,
    {
      operation: 'get_agent_version',
      method: 'GET',
      path: `/v1/convai/agents/${partsOfKey(key).agentId}/versions/${version}`,
      timeoutMs: getTimeoutMs,
      answer: versionMetadata,
      isRepeatable: true,
    },
    deadline,
  );
  return {
    description: metadata.version_description ?? '',
    parent: metadata.parents?.in_branch_parent_id ?? undefined,
  };
};

/** Procedures by id, each with its published version. */
export type ProcedureVersions = Readonly<
  Record<string, { readonly procedure_id: string; readonly version_id: string }>
>;

/** A PATCH of a branch's voice and first message. Absent fields stay unchanged. */
export interface AgentPatch {
  /** The key of the branch. */
  readonly agentId: string;
  readonly pair: VoicePair;
  /** The description of the new version in the agent's history. */
  readonly description: string;
  /** The procedure versions that stay published. Without them, ElevenLabs publishes the key owner's drafts. */
  readonly procedures?: ProcedureVersions | undefined;
  /** Called before the PATCH is sent again. */
  readonly beforeRepeat: () => Promise<unknown>;
}

/**
 * Sets the agent's voice (`conversation_config.tts.voice_id`) and first message in one PATCH. Safe to repeat, because
 * the values are absolute. Compares the response, because ElevenLabs drops unknown fields and still responds 200.
 * Returns false if an earlier attempt may still take effect. Throws ElevenLabsError: `patch_not_applied` if the
 * response shows other values, or if ElevenLabs fails.
 */
export const patchAgentVoice = async (
  connection: Connection,
  { agentId, pair: { voice_id, first_message }, description, procedures, beforeRepeat }: AgentPatch,
  deadline: Deadline,
): Promise<boolean> => {
  let isSettled = true;
  const onUnsettled = (): void => {
    isSettled = false;
  };
  const json = {
    conversation_config: {
      ...(voice_id !== undefined && { tts: { voice_id } }),
      ...(first_message !== undefined && { agent: { first_message } }),
    },
    version_description: description,
    ...(procedures !== undefined && { procedures }),
  };
  const patched = voiceOf(
    await request(
      connection,
      {
        operation: 'patch_agent',
        method: 'PATCH',
        path: agentPath(agentId),
        timeoutMs: patchTimeoutMs,
        body: { json },
        answer: agent,
        isRepeatable: true,
        onUnsettled,
        beforeRepeat,
      },
      deadline,
    ),
  );
  if (!hasPair(patched, { voice_id, first_message }))
    throw new ElevenLabsError('unavailable', 'patch_not_applied', { outcomeUnknown: true });
  return isSettled;
};

const voiceOf = ({ conversation_config: { tts, agent: texts } }: z.infer<typeof agent>): VoicePair => ({
  ...(tts?.voice_id != null && { voice_id: tts.voice_id }),
  // An empty first message waits for the caller. An agent that shows no first message has none.
  first_message: texts?.first_message ?? '',
});
