import type { AgentSetup } from '../../lambdas/setup/agent-setup';
import { type KnownAgent, listAgents, patchesInFlight, restoreAgent, showAgent } from '../../ops/agents';
import type { Command, Invocation } from '../command';
import { type ExitCode, exitCodes } from '../exit-codes';
import { actionOf, noArguments, oneArgument } from '../run-command';
import { counted, table } from '../table';
import { moment } from '../times';

/** `precall agents`. */
export const agents: Command = {
  summary: 'Lists the agents, shows what one has and should have, or gives one its own voice back',
  forms: ['', 'show <agent id>', 'restore <agent id>'],
  flags: { personal: { type: 'boolean', about: 'shows the greeting of the call that has the agent' } },
  examples: ['precall agents', 'precall agents show agent_def456uvw', 'precall agents restore agent_def456uvw'],
  run: (invocation) => {
    const actions = { list, show, restore };
    return actions[actionOf(invocation, ['list', 'show', 'restore'], 'list')](invocation);
  },
};

const list = async (invocation: Invocation): Promise<ExitCode> => {
  noArguments(invocation, 1);
  const knownAgents = await listAgents(await invocation.installation());
  const rows = knownAgents.map((agent) => [agent.agent_id, ownerOf(agent), agent.baseline?.voice_id ?? 'not known']);
  const lines = rows.length === 0 ? [] : table(['agent', 'has the voice of', 'own voice'], rows);
  invocation.show(
    knownAgents.map((agent) => documentOf(agent, invocation.has('personal'))),
    [...lines, `${counted(knownAgents.length, 'agent')}.`],
  );
  return exitCodes.done;
};

const voiceNow = ({ activation }: KnownAgent): string =>
  activation === undefined ? 'its own voice' : `voice ${activation.voice_id} of call ${activation.conversation_id}`;

const ownerOf = ({ activation }: KnownAgent): string => activation?.conversation_id ?? 'itself';

const show = async (invocation: Invocation): Promise<ExitCode> => {
  const agentId = oneArgument(invocation, 'agent id', 1);
  const { agent, setup } = await showAgent(await invocation.installation(), agentId);
  const { baseline, activation } = agent;
  const pending = patchesInFlight(agent, Date.now());
  const greeting = invocation.has('personal') ? activation?.first_message : activation && 'hidden; see --personal';
  invocation.show({ ...documentOf(agent, invocation.has('personal')), setup }, [
    `Agent ${agentId}`,
    `  own voice     ${baseline?.voice_id ?? 'not known'}`,
    `  own greeting  ${baseline?.first_message ?? 'not known'}`,
    `  now           ${voiceNow(agent)}`,
    ...(greeting === undefined ? [] : [`  greeting      ${greeting}`]),
    `  in flight     ${counted(pending, 'change')} that may still take effect`,
    `  overrides     ${setup === undefined ? 'never checked: precall check' : overridesOf(setup)}`,
  ]);
  return exitCodes.done;
};

const overridesOf = ({ overrides, checked_at }: AgentSetup): string => {
  const allowed = Object.entries(overrides).flatMap(([name, isAllowed]) => (isAllowed ? [name] : []));
  return `${allowed.join(', ') || 'none'} (checked ${moment(checked_at * 1000)} UTC)`;
};

const restore = async (invocation: Invocation): Promise<ExitCode> => {
  const agentId = oneArgument(invocation, 'agent id', 1);
  await restoreAgent(await invocation.installation(), agentId);
  invocation.show({ agent_id: agentId, queued: true }, [
    `A job is queued that restores the own voice and greeting of ${agentId}. ` +
      `See it with: precall agents show ${agentId}`,
  ]);
  return exitCodes.done;
};

const documentOf = ({ agent_id, baseline, activation, version }: KnownAgent, isPersonal: boolean): object => ({
  agent_id,
  version,
  baseline,
  activation:
    activation === undefined || isPersonal
      ? activation
      : { conversation_id: activation.conversation_id, voice_id: activation.voice_id },
});
