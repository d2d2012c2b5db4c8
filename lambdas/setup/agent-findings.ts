import type { GreetingTerms } from '../voices/greeting';
import { branchFindings } from './branch-findings';
import type { AgentDetails, Shadow, WorkspaceView } from './details';
import { disclosureFinding } from './disclosure-finding';
import { attention, type Finding, ok, listed, problem } from './finding';
import { agentInitiationFindings, overlapFinding } from './initiation-findings';
import { postCallFindings } from './post-call-findings';
import { hearingFindings } from './voice-findings';

/** How this installation uses its agents. */
export interface SetupTerms {
  /** How the agent gets a pre-call's voice. */
  readonly activation: 'patch' | 'override' | 'both' | 'auto';
  /** The agent of 3CX calls. Empty if there is none. */
  readonly threeCxAgentId: string;
  readonly longestCallMinutes: number;
  readonly greetings: GreetingTerms;
  /** Names of the dynamic variables that Precall gives to calls. */
  readonly variables: readonly string[];
}

/** How this installation uses one of its agents. */
interface AgentUse extends SetupTerms {
  /** Whether it is the agent of 3CX calls. */
  readonly isThreeCx: boolean;
}

/** Dynamic variables that only 3CX calls have. */
const threeCxVariables = ['caller_number', 'threecx_call_id', 'voice_id'];

/** Returns all findings about an agent. */
export const agentFindings = (
  agentId: string,
  details: AgentDetails,
  workspace: WorkspaceView,
  terms: SetupTerms,
): readonly Finding[] => {
  const use = { ...terms, isThreeCx: agentId === terms.threeCxAgentId };
  return [
    ...overrideFindings(details, use),
    ...agentInitiationFindings(details, workspace),
    overlapFinding(details, workspace),
    ...(details.postCall === undefined ? [] : postCallFindings(details.postCall, workspace)),
    presetFinding(details.languagePresets),
    workflowFinding(details.workflowNodes),
    blockFinding(details),
    ...hearingFindings(details),
    ...branchFindings(details, terms.activation),
    durationFinding(details, terms),
    disclosureFinding(agentId, details, terms.greetings),
    variablesFinding(details, use),
  ];
};

const overrideFindings = (
  { overrides, asksInitiation }: AgentDetails,
  { activation, isThreeCx }: AgentUse,
): Finding[] => {
  const isNeeded = activation === 'override' || activation === 'both' || asksInitiation || isThreeCx;
  const off = (about: string, what: string, field: string): Finding =>
    (isNeeded ? problem : attention)(
      about,
      `The agent does not allow calls to override its ${what}` +
        `${isNeeded ? '' : '; only initiation webhooks and 3CX calls need that'}.`,
      enable(field),
    );
  return [
    overrides.voice
      ? ok('voice_override', 'The agent allows calls to override its voice.')
      : off('voice_override', 'voice', 'tts.voice_id'),
    overrides.first_message
      ? ok('first_message_override', 'The agent allows calls to override its first message.')
      : off('first_message_override', 'first message', 'agent.first_message'),
    overrides.max_duration
      ? ok('max_duration_override', 'The agent allows calls to override its maximum duration.')
      : attention(
          'max_duration_override',
          'The agent does not allow calls to override its maximum duration; ' +
            `only greetings of 3CX calls need that${isThreeCx ? ', and this is their agent' : ''}.`,
          enable('conversation.max_duration_seconds'),
        ),
  ];
};

const enable = (field: string): string =>
  `Enable ${field} in platform_settings.overrides.conversation_config_override ` +
  '(in the dashboard: Security, Overrides).';

const presetFinding = (presets: readonly Shadow[]): Finding => {
  const own = presets.filter(({ hasVoice, hasFirstMessage }) => hasVoice || hasFirstMessage).map(describeShadow);
  return own.length === 0
    ? ok('language_presets', 'No language of the agent has its own voice or first message.')
    : attention(
        'language_presets',
        `These languages have their own, which replace the agent’s: ${listed(own)}.`,
        'To give these callers their own voice and greeting, remove both from conversation_config.language_presets.',
      );
};

const workflowFinding = (nodes: readonly Shadow[]): Finding => {
  const own = nodes.filter(({ hasVoice }) => hasVoice).map(({ name }) => name);
  return own.length === 0
    ? ok('workflow', 'No node of the agent’s workflow has its own voice.')
    : attention(
        'workflow',
        `These nodes of the workflow have their own voice, which replaces the agent’s: ${listed(own)}.`,
        'To give callers their own voice there, remove the voice from the nodes’ conversation_config.tts.',
      );
};

const describeShadow = ({ name, hasVoice, hasFirstMessage }: Shadow): string => {
  const parts = [...(hasVoice ? ['voice'] : []), ...(hasFirstMessage ? ['first message'] : [])];
  return `${name} (${parts.join(' and ')})`;
};

const blockFinding = ({ blocksClonedVoices }: AgentDetails): Finding =>
  blocksClonedVoices
    ? problem(
        'cloned_voices',
        'ElevenLabs blocks instant voice clones for this agent (safety.is_blocked_ivc).',
        'Ask ElevenLabs’ support why, or use another agent.',
      )
    : ok('cloned_voices', 'The agent may use instant voice clones.');

const durationFinding = ({ maxDurationS }: AgentDetails, { longestCallMinutes }: SetupTerms): Finding => {
  const about = 'longest_call';
  if (maxDurationS === undefined)
    return attention(
      about,
      'ElevenLabs does not show how long the agent’s calls may last; ' +
        `Precall expects at most ${longestCallMinutes} min.`,
      `Set conversation.max_duration_seconds to at most ${longestCallMinutes * 60}.`,
    );
  return maxDurationS > longestCallMinutes * 60
    ? attention(
        about,
        `The agent’s calls may last ${maxDurationS} s, longer than LONGEST_CALL_MINUTES ` +
          `(${longestCallMinutes * 60} s): Precall may delete a voice during its call.`,
        'Raise LONGEST_CALL_MINUTES, or lower the agent’s conversation.max_duration_seconds.',
      )
    : ok(about, `The agent’s calls last at most ${maxDurationS} s, which is within LONGEST_CALL_MINUTES.`);
};

const variablesFinding = (
  { variables, asksInitiation }: AgentDetails,
  { variables: setVariables, isThreeCx }: AgentUse,
): Finding => {
  const about = 'dynamic_variables';
  // Only 3CX calls have these variables, and an agent that asks the webhook has other calls too.
  const provided = [...setVariables, ...(isThreeCx && !asksInitiation ? threeCxVariables : [])];
  const missing = variables.filter((name) => !name.startsWith('system__') && !provided.includes(name));
  if (missing.length === 0) return ok(about, 'Every dynamic variable of the agent gets a value.');
  return (isThreeCx || asksInitiation ? problem : attention)(
    about,
    `The agent defines dynamic variables that DYNAMIC_VARIABLES does not set: ${listed(missing)}. ` +
      'A call without them fails.',
    'Set each in DYNAMIC_VARIABLES, or remove it from the agent.',
  );
};
