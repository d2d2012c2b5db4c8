import type { Finding } from '../lambdas/setup/finding';
import type { SetupCheckAnswer } from '../lambdas/setup/setup-check';

const order = { problem: 0, attention: 1, ok: 2 } as const;
const width = 11;

/**
 * Formats the findings for a person: each agent, then the workspace. Problems come first, each with what to do about
 * it.
 */
export const describeSetup = ({ agents, workspace }: SetupCheckAnswer): string[] => [
  ...agents.flatMap(({ agent_id, findings }) => ['', `Agent ${agent_id}`, ...findingLines(findings)]),
  '',
  'Workspace',
  ...findingLines(workspace.findings),
];

const findingLines = (findings: readonly Finding[]): string[] =>
  findings
    .toSorted((one, other) => order[one.level] - order[other.level])
    .flatMap(({ level, what, do: todo }) => [
      `  ${level.padEnd(width)}${what}`,
      ...(todo === null ? [] : [`${' '.repeat(width + 2)}→ ${todo}`]),
    ]);
