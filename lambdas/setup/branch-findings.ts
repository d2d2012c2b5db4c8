import { explainBlocker } from '../voices/agent-branches';
import type { AgentDetails, BranchDetails } from './details';
import { attention, type Finding, listed, ok, problem } from './finding';

const about = 'branches';

/**
 * Returns findings about the branches that serve an agent's calls. Reports each branch that Precall can't PATCH. Also
 * reports, in one finding, the branches that forbid an override which others allow. An archived agent has a separate
 * finding.
 */
export const branchFindings = (
  { branches = [] }: Pick<AgentDetails, 'branches'>,
  activation: 'patch' | 'override' | 'both' | 'auto',
): readonly Finding[] => {
  const blocked = branches.flatMap((branch) => blockedFinding(branch, activation));
  const findings = [...blocked, ...unequalFinding(branches)];
  return findings.length > 0 ? findings : [ok(about, 'Precall can change every live branch of the agent.')];
};

/** Returns the finding about a branch that can't be PATCHed. It is not a problem if voices are given by override. */
const blockedFinding = ({ blocker, name }: BranchDetails, activation: string): readonly Finding[] => {
  if (blocker === undefined || blocker === 'agent_archived') return [];
  const { what, todo } = explainBlocker(blocker, name);
  return [(activation === 'override' ? attention : problem)(about, `${what}.`, `${sentence(todo)}.`)];
};

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const unequalFinding = (branches: readonly BranchDetails[]): readonly Finding[] => {
  const forbidding = branches.filter(({ overrides }) => !overrides.voice || !overrides.first_message);
  if (forbidding.length === 0 || forbidding.length === branches.length) return [];
  const names = listed(forbidding.map(({ name }) => name ?? 'main'));
  return [
    attention(
      about,
      `These live branches do not allow calls to override voice and first message: ${names}. ` +
        'Precall overrides nothing that one of them forbids, because any branch may serve a call.',
      'Enable tts.voice_id and agent.first_message in the overrides of these branches.',
    ),
  ];
};
