/** A branch of an agent that is not archived, as its list shows it. */
export interface AgentBranch {
  readonly id: string;
  readonly name: string;
  /** Share of the agent's calls, in percent. */
  readonly livePercentage: number;
  /** Whether only admins may change the branch. */
  readonly isProtected: boolean;
  /** The role of the API key's owner on the branch; undefined if ElevenLabs does not show it. */
  readonly role: string | undefined;
  /** The branch that this one was created from; undefined for the main branch. */
  readonly parentId: string | undefined;
}

/** What ElevenLabs shows about an agent as a whole, whichever branch is read. */
export interface AgentFacts {
  /** Undefined for an agent without branches. */
  readonly mainBranchId?: string | undefined;
  /** The role of the API key's owner on the agent; undefined if ElevenLabs does not show it. */
  readonly role?: string | undefined;
  readonly isArchived: boolean;
}

const blockerCodes = ['agent_archived', 'branch_protected', 'branch_no_right'] as const;

/** Why ElevenLabs would refuse a PATCH of a branch. */
export type BlockerCode = (typeof blockerCodes)[number];

/** Returns whether a refusal code is a `BlockerCode`. */
export const isBlocker = (code: string): code is BlockerCode => blockerCodes.some((each) => each === code);

/** A branch that ElevenLabs routes calls to. */
export interface LiveBranch {
  /** The key of the branch in the ledger (AGENT item) and in requests. */
  readonly key: string;
  readonly isMain: boolean;
  /** Undefined if ElevenLabs shows no branches. */
  readonly name: string | undefined;
  /** Why the branch can't be PATCHed; undefined if no reason is known. */
  readonly blocker: BlockerCode | undefined;
}

/**
 * Returns the key of a branch other than the main one, whose key is the agent's id. The ledger and requests treat each
 * branch as an agent of its own. No id contains the separator.
 */
export const branchKey = (agentId: string, branchId: string): string => `${agentId}#${branchId}`;

/** Returns the keys of an agent's branches in the ledger, from the item of the main branch. */
export const keysOf = (
  agentId: string,
  { branches = {} }: { readonly branches?: Readonly<Record<string, unknown>> | undefined },
): readonly string[] => [agentId, ...Object.keys(branches).map((id) => branchKey(agentId, id))];

/** Splits a branch key. `branchId` is undefined for the main branch. */
export const partsOfKey = (key: string): { readonly agentId: string; readonly branchId: string | undefined } => {
  const [agentId = '', branchId] = key.split('#');
  return { agentId, branchId };
};

/** Returns all branches except the main one. If the main branch's id is unknown, it is the branch without a parent. */
export const otherBranches = (
  branches: readonly AgentBranch[],
  { mainBranchId }: Pick<AgentFacts, 'mainBranchId'> = {},
): readonly AgentBranch[] =>
  branches.filter(({ id, parentId }) => (mainBranchId === undefined ? parentId !== undefined : id !== mainBranchId));

/**
 * Returns the branches that serve calls, the main one first. The main branch serves them if no branch has a share of
 * the calls, or none is shown.
 */
export const liveBranches = (
  agentId: string,
  branches: readonly AgentBranch[],
  facts: AgentFacts,
): readonly LiveBranch[] => {
  const others = otherBranches(branches, facts);
  const main = branches.find((branch) => !others.includes(branch));
  const live = others.filter(({ livePercentage }) => livePercentage > 0);
  const isMainLive = main === undefined || main.livePercentage > 0 || live.length === 0;
  return [
    ...(isMainLive ? [{ key: agentId, isMain: true, name: main?.name, blocker: blockerOf(main, facts) }] : []),
    ...live.map((branch) => ({
      key: branchKey(agentId, branch.id),
      isMain: false,
      name: branch.name,
      blocker: blockerOf(branch, facts),
    })),
  ];
};

const readers = ['commenter', 'viewer'];

const blockerOf = (
  branch: Pick<AgentBranch, 'isProtected' | 'role'> | undefined,
  facts: AgentFacts,
): BlockerCode | undefined => {
  if (facts.isArchived) return 'agent_archived';
  const role = branch?.role ?? facts.role;
  if (branch?.isProtected === true && role !== 'admin') return 'branch_protected';
  return role !== undefined && readers.includes(role) ? 'branch_no_right' : undefined;
};

/** Returns what a blocker means and what to do about it, as two parts of one sentence. */
export const explainBlocker = (
  code: BlockerCode,
  branch: string | undefined,
): { readonly what: string; readonly todo: string } => {
  const where = branch === undefined ? 'the agent' : `the branch “${branch}” of the agent`;
  switch (code) {
    case 'agent_archived':
      return { what: 'The agent is archived', todo: 'restore it in ElevenLabs, or use another agent' };
    case 'branch_protected':
      return {
        what: `Only admins may change ${where}, and the owner of the ElevenLabs API key is none`,
        todo: 'make the owner of the key an admin of the agent, or lift the protection of the branch',
      };
    case 'branch_no_right':
      return {
        what: `The owner of the ElevenLabs API key may read ${where}, but not change it`,
        todo: 'make the owner of the key an editor of the agent',
      };
  }
};
