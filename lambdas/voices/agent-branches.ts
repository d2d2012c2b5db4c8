/** A branch of an agent that is not archived, as its list shows it. */
export interface AgentBranch {
  readonly id: string;
  readonly name: string;
  /** Share of the agent's calls, in percent. */
  readonly livePercentage: number;
  /** Whether admins alone may change it. */
  readonly isProtected: boolean;
  /** What the owner of the key may do with it; undefined where ElevenLabs does not show it. */
  readonly role: string | undefined;
  /** The branch that it was made of; undefined for the main branch. */
  readonly parentId: string | undefined;
}

/** What an agent says of itself as a whole, whichever branch is read. */
export interface AgentFacts {
  /** Undefined for an agent without branches. */
  readonly mainBranchId?: string | undefined;
  /** What the owner of the key may do with the agent; undefined where ElevenLabs does not show it. */
  readonly role?: string | undefined;
  readonly isArchived: boolean;
}

const blockerCodes = ['agent_archived', 'branch_protected', 'branch_no_right'] as const;

/** Why nobody may expect a PATCH of a branch to succeed. */
export type BlockerCode = (typeof blockerCodes)[number];

/** Whether a code is that of a blocker. */
export const isBlocker = (code: string): code is BlockerCode => blockerCodes.some((each) => each === code);

/** A branch that calls are routed to. */
export interface LiveBranch {
  /** The key of its AGENT item, and of its requests. */
  readonly key: string;
  readonly isMain: boolean;
  /** Undefined where ElevenLabs shows no branches. */
  readonly name: string | undefined;
  /** Why it can't be PATCHed; undefined where nothing is known against it. */
  readonly blocker: BlockerCode | undefined;
}

/**
 * The key of a branch: each branch is an agent of its own in the ledger and in requests. The main branch has the
 * agent's id. No id contains the separator.
 */
export const branchKey = (agentId: string, branchId: string): string => `${agentId}#${branchId}`;

/** The keys of an agent's branches that the ledger knows, by the item of the main one. */
export const keysOf = (
  agentId: string,
  { branches = {} }: { readonly branches?: Readonly<Record<string, unknown>> | undefined },
): readonly string[] => [agentId, ...Object.keys(branches).map((id) => branchKey(agentId, id))];

/** The agent and, for another branch than the main one, the branch of a key. */
export const partsOfKey = (key: string): { readonly agentId: string; readonly branchId: string | undefined } => {
  const [agentId = '', branchId] = key.split('#');
  return { agentId, branchId };
};

/** The branches but the main one. Without its id, the main branch is the one that was made of no other. */
export const otherBranches = (
  branches: readonly AgentBranch[],
  { mainBranchId }: Pick<AgentFacts, 'mainBranchId'> = {},
): readonly AgentBranch[] =>
  branches.filter(({ id, parentId }) => (mainBranchId === undefined ? parentId !== undefined : id !== mainBranchId));

/**
 * The branches that serve calls, the main one first. Where no branch has a share of the calls, or none is shown, the
 * main branch serves them.
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

/** What a blocker means and what to do, in one sentence each. */
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
