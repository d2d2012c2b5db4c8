import pLimit from 'p-limit';
import { ElevenLabsError } from '../elevenlabs/errors';
import { getSubscription } from '../elevenlabs/subscription';
import { getConvaiSettings, listWorkspaceWebhooks } from '../elevenlabs/workspace';
import type { Deadline } from '../platform/deadline';
import { lazy } from '../platform/lazy';
import { permit } from '../voices/agent-changes';
import { agentFindings } from './agent-findings';
import { type AgentCheckDeps, checkAgent } from './check-agent';
import type { SetupCheckDeps } from './deps';
import type { AgentDetails, ConvaiSettings, ReadResult } from './details';
import { draftsFinding } from './drafts-finding';
import type { Finding } from './finding';
import { ownVoiceFinding } from './own-voice-finding';
import type { SetupCheckAnswer } from './setup-check';
import { type AccountView, noAgents, unreadAgent, workspaceFindings } from './workspace-findings';

/** How many agents are read in parallel. */
const agentsInParallel = 5;

/** An agent, and whether the request or the settings name it. If not, only the ledger does. */
interface AgentToCheck {
  readonly agentId: string;
  readonly isWanted: boolean;
}

interface CheckedAgent extends AgentToCheck {
  readonly details: ReadResult<AgentDetails>;
  /** Findings that need further requests. Empty if ElevenLabs does not show the agent. */
  readonly further: readonly Finding[];
}

/**
 * Reads the workspace and the agents at ElevenLabs, records which fields calls may override, and returns all findings.
 * Reports as a finding what ElevenLabs does not show. Throws 503 if AWS fails.
 */
export const checkSetup = async (
  agentIds: readonly string[] | undefined,
  deadline: Deadline,
  deps: SetupCheckDeps,
): Promise<SetupCheckAnswer> => {
  const settings = lazy(() => getConvaiSettings(deps.elevenLabs, deadline));
  const [workspace, checked] = await Promise.all([
    readWorkspace(settings, deadline, deps),
    agentsToCheck(agentIds, deps).then((all) => checkAgents(all, deadline, { ...deps, convaiSettings: settings })),
  ]);
  const agents = checked.map(({ agentId, isWanted, details, further }) => ({
    agent_id: agentId,
    overrides: 'shown' in details ? details.shown.overrides : null,
    findings: [
      ...('shown' in details
        ? agentFindings(agentId, details.shown, workspace, deps.terms)
        : [unreadAgent(details.failure, { isWanted })]),
      ...further,
    ],
  }));
  const needsPostCall = checked.every(({ details }) => 'failure' in details) || checked.some(hasNoOwnWebhook);
  const findings = [...workspaceFindings(workspace, { needsPostCall }), ...(checked.length === 0 ? [noAgents] : [])];
  const problems = logFindings([...agents.flatMap((agent) => agent.findings), ...findings], checked.length, deps);
  const checked_at = Math.floor(deps.nowMs() / 1000);
  return { status: 'success', checked_at, problems, agents, workspace: { findings } };
};

/** Checks a few agents in parallel and returns their results in order. Starts no further agent after a failure. */
const checkAgents = async (
  agents: readonly AgentToCheck[],
  deadline: Deadline,
  deps: AgentCheckDeps & Pick<SetupCheckDeps, 'agents'>,
): Promise<CheckedAgent[]> => {
  const limit = pLimit(agentsInParallel);
  try {
    return await limit.map(agents, async (agent) => {
      const reading = checkAgent(agent.agentId, deadline, deps).then((check) => check.details);
      const details = await readOrFailure(reading);
      if (!('shown' in details)) return { ...agent, details, further: [] };
      const ownVoice = await ownVoiceFinding(agent.agentId, deadline, deps);
      const drafts = await draftsFinding(agent.agentId, details.shown.branches ?? [], deadline, deps);
      await permitPatches(agent.agentId, details.shown, deps);
      return { ...agent, details, further: [ownVoice, drafts] };
    });
  } finally {
    limit.clearQueue();
  }
};

/** Lets pre-calls clone again for an agent that refused its last PATCH, if no branch has a blocker. */
const permitPatches = async (
  agentId: string,
  { branches = [] }: AgentDetails,
  { agents }: Pick<SetupCheckDeps, 'agents'>,
): Promise<void> => {
  if (branches.every(({ blocker }) => blocker === undefined)) await agents.write(agentId, permit);
};

const hasNoOwnWebhook = ({ details }: CheckedAgent): boolean =>
  'shown' in details && details.shown.postCall === undefined;

const readWorkspace = async (
  settingsOf: () => Promise<ConvaiSettings>,
  deadline: Deadline,
  { elevenLabs, baseUrl }: SetupCheckDeps,
): Promise<AccountView> => {
  const [settings, webhooks, plan] = await Promise.all([
    readOrFailure(settingsOf()),
    readOrFailure(listWorkspaceWebhooks(elevenLabs, deadline)),
    readOrFailure(getSubscription(elevenLabs, deadline)),
  ]);
  return { settings, webhooks, plan, ...(baseUrl !== undefined && { baseUrl }) };
};

/** Returns the agents of the request. By default returns those of the settings, then those of the ledger. */
const agentsToCheck = async (
  requested: readonly string[] | undefined,
  { agents, agentIds }: SetupCheckDeps,
): Promise<AgentToCheck[]> => {
  const wanted = new Set(requested ?? agentIds);
  const toCheck = new Set(wanted);
  if (requested === undefined) for await (const agentId of agents.list()) toCheck.add(agentId);
  return [...toCheck].map((agentId) => ({ agentId, isWanted: wanted.has(agentId) }));
};

const readOrFailure = async <T>(reading: Promise<T>): Promise<ReadResult<T>> => {
  try {
    return { shown: await reading };
  } catch (error) {
    if (!(error instanceof ElevenLabsError)) throw error;
    return { failure: { kind: error.kind, code: error.code } };
  }
};

/** Logs and counts the findings, and returns the number of problems. */
const logFindings = (findings: readonly Finding[], agents: number, { log, meter }: SetupCheckDeps): number => {
  const problems = findings.filter(({ level }) => level === 'problem');
  const attentions = findings.filter(({ level }) => level === 'attention').length;
  for (const about of new Set(problems.map((each) => each.about)))
    meter.countBy('SetupProblems', 'Kind', about, problems.filter((each) => each.about === about).length);
  log.info('setup_checked', {
    agents,
    problems: problems.length,
    attentions,
    about: [...new Set(problems.map((each) => each.about))].join(' '),
  });
  return problems.length;
};
