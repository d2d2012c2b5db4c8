import type { AgentDetails, ConvaiSettings, Seen, Shadow, WorkspaceWebhook } from './details';
import { attention, type Finding, fine, listed, problem } from './finding';
import { agentInitiationFindings } from './initiation-findings';
import { postCallFindings } from './post-call-findings';

/** How this installation uses its agents. */
export interface SetupTerms {
  /** How the voice of a pre-call comes to its agent. */
  readonly activation: 'patch' | 'override' | 'both';
  /** The agent of 3CX calls; empty while there is none. */
  readonly threeCxAgentId: string;
  readonly longestCallMinutes: number;
  /** Names of the dynamic variables that calls which start elsewhere are given. */
  readonly variables: readonly string[];
}

/** What is set for all agents. */
export interface WorkspaceSeen {
  readonly settings: Seen<ConvaiSettings>;
  readonly webhooks: Seen<readonly WorkspaceWebhook[]>;
}

/** Dynamic variables that a call of 3CX is given beside those of the settings. */
const threeCxVariables = ['caller_number', 'threecx_call_id', 'voice_id'];

/** Everything there is to say about an agent. */
export const agentFindings = (
  agentId: string,
  details: AgentDetails,
  workspace: WorkspaceSeen,
  terms: SetupTerms,
): readonly Finding[] => {
  const isThreeCx = agentId === terms.threeCxAgentId;
  return [
    ...overrideFindings(details, isThreeCx, terms),
    ...agentInitiationFindings(details, workspace.settings),
    ...(details.postCall === undefined ? [] : postCallFindings(details.postCall, workspace.webhooks)),
    presetFinding(details.languagePresets),
    workflowFinding(details.workflowNodes),
    blockFinding(details),
    durationFinding(details, terms),
    variablesFinding(details, isThreeCx, terms),
  ];
};

const overrideFindings = (
  { overrides, asksInitiation }: AgentDetails,
  isThreeCx: boolean,
  { activation }: SetupTerms,
): Finding[] => {
  const isNeeded = activation !== 'patch' || asksInitiation || isThreeCx;
  const off = (about: string, what: string, field: string): Finding =>
    (isNeeded ? problem : attention)(
      about,
      `The agent does not let its ${what} be overridden in a single call${isNeeded ? '' : '; only calls that start elsewhere need it'}.`,
      enable(field),
    );
  return [
    overrides.voice
      ? fine('voice_override', 'The agent lets its voice be overridden in a single call.')
      : off('voice_override', 'voice', 'tts.voice_id'),
    overrides.first_message
      ? fine('first_message_override', 'The agent lets its first message be overridden in a single call.')
      : off('first_message_override', 'first message', 'agent.first_message'),
    overrides.max_duration
      ? fine('max_duration_override', 'The agent lets its longest duration be overridden in a single call.')
      : attention(
          'max_duration_override',
          `The agent does not let its longest duration be overridden in a single call; only greetings of 3CX calls need it${isThreeCx ? ', and this is their agent' : ''}.`,
          enable('conversation.max_duration_seconds'),
        ),
  ];
};

const enable = (field: string): string =>
  `Enable ${field} in platform_settings.overrides.conversation_config_override (in the dashboard: Security, Overrides).`;

const presetFinding = (presets: readonly Shadow[]): Finding => {
  const own = presets.filter(({ hasVoice, hasFirstMessage }) => hasVoice || hasFirstMessage).map(nameWithWhat);
  return own.length === 0
    ? fine('language_presets', 'No language of the agent has a voice or first message of its own.')
    : attention(
        'language_presets',
        `These languages have their own, which go before the agent’s: ${listed(own)}.`,
        'Take them out of conversation_config.language_presets if those callers are to hear their own voice and greeting.',
      );
};

const workflowFinding = (nodes: readonly Shadow[]): Finding => {
  const own = nodes.filter(({ hasVoice }) => hasVoice).map(({ name }) => name);
  return own.length === 0
    ? fine('workflow', 'No node of the agent’s workflow has a voice of its own.')
    : attention(
        'workflow',
        `These nodes of the workflow have a voice of their own, which goes before the agent’s: ${listed(own)}.`,
        'Take the voice out of their conversation_config.tts if callers are to hear their own there.',
      );
};

const nameWithWhat = ({ name, hasVoice, hasFirstMessage }: Shadow): string =>
  `${name} (${[hasVoice && 'voice', hasFirstMessage && 'first message'].filter(Boolean).join(' and ')})`;

const blockFinding = ({ blocksClonedVoices }: AgentDetails): Finding =>
  blocksClonedVoices
    ? problem(
        'cloned_voices',
        'ElevenLabs blocks instant voice clones for this agent (safety.is_blocked_ivc).',
        'Ask ElevenLabs’ support why, or use another agent.',
      )
    : fine('cloned_voices', 'The agent may speak with instant voice clones.');

const durationFinding = ({ maxDurationS }: AgentDetails, { longestCallMinutes }: SetupTerms): Finding => {
  const about = 'longest_call';
  if (maxDurationS === undefined)
    return attention(
      about,
      `ElevenLabs does not show how long the agent’s calls may last; ${longestCallMinutes} min are expected at most.`,
      `See to it that conversation.max_duration_seconds is at most ${longestCallMinutes * 60}.`,
    );
  return maxDurationS > longestCallMinutes * 60
    ? attention(
        about,
        `The agent’s calls may last ${maxDurationS} s, longer than LONGEST_CALL_MINUTES (${longestCallMinutes * 60} s): a voice may be deleted under a call.`,
        'Raise LONGEST_CALL_MINUTES, or lower the agent’s conversation.max_duration_seconds.',
      )
    : fine(about, `The agent’s calls last ${maxDurationS} s at most, within LONGEST_CALL_MINUTES.`);
};

const variablesFinding = (
  { variables, asksInitiation }: AgentDetails,
  isThreeCx: boolean,
  terms: SetupTerms,
): Finding => {
  const about = 'dynamic_variables';
  // Only a call of 3CX has these, and an agent that asks the webhook has other calls, too.
  const given = [...terms.variables, ...(isThreeCx && !asksInitiation ? threeCxVariables : [])];
  const missing = variables.filter((name) => !name.startsWith('system__') && !given.includes(name));
  if (missing.length === 0) return fine(about, 'Every dynamic variable of the agent is given a value.');
  return (isThreeCx || asksInitiation ? problem : attention)(
    about,
    `The agent defines dynamic variables that DYNAMIC_VARIABLES does not give: ${listed(missing)}. A call that starts elsewhere fails without them.`,
    'Give each a value in DYNAMIC_VARIABLES, or take it out of the agent.',
  );
};
