import { addAgent, type AgentSeed, describeAgent } from './agents';
import { addConversation, changeConversation, type ConversationChange, type ConversationSeed } from './conversations';
import { type FaultRule, faultRule, type NewFault } from './faults';
import { type InboundCall, type InboundResult, startInboundCall } from './inbound-calls';
import { changeSettings, type Settings, type SettingsChange } from './settings';
import { emptyState, type SimulatorState, type StoredConversation, type StoredVoice } from './state';
import { addVoice, slotsUsed, type VoiceSeed } from './voices';
import { changeWorkspace, type Workspace, type WorkspaceChange } from './workspace';

/** What the simulator starts with, and goes back to by a reset. */
export interface StartingPoint {
  readonly settings: Settings;
  readonly agents: readonly AgentSeed[];
}

/** Steers the simulator from outside of its API. */
export interface SimulatorControl {
  /** Adds an agent; its voice becomes a premade one if it does not exist. Throws Error when the agent exists. */
  addAgent(seed: AgentSeed): ReturnType<typeof describeAgent>;
  /** Adds a voice that was made without this API; it takes a slot, but none of the month's adds. Throws Error when it exists. */
  addVoice(seed: VoiceSeed): StoredVoice;
  /** Adds a conversation. Throws Error when it exists. */
  addConversation(seed: ConversationSeed): StoredConversation;
  /** Changes a conversation. Throws Error when there is none of that id. */
  changeConversation(conversationId: string, change: ConversationChange): StoredConversation;
  /** Queues a fault; the first in the queue that fits a call strikes it. */
  addFault(fault: NewFault): FaultRule;
  clearFaults(): void;
  /** Merges the change into the settings. */
  changeSettings(change: SettingsChange): Settings;
  /** Replaces the given parts of the workspace's configuration: webhooks, and what they are used for. */
  changeWorkspace(change: WorkspaceChange): Workspace;
  /**
   * Lets a call come in, as ElevenLabs does with its initiation webhook; resolves when its conversation goes on or has failed.
   * Rejects with ApiError for an agent that does not exist.
   */
  startInboundCall(call: InboundCall): Promise<InboundResult>;
  clearRequests(): void;
  clearViolations(): void;
  /** Goes back to how everything started: its agents and settings, nothing configured in the workspace, no clones, faults, requests or incidents. Violations stay. */
  reset(): void;
  /** The state in short, as `GET /_simulator/state` answers it. */
  describe(): object;
}

/** Brings a state to its starting point. Requests that run go on to count. */
const restart = (state: SimulatorState, { settings, agents }: StartingPoint): void => {
  const { concurrency, violations } = state;
  const { current } = concurrency;
  Object.assign(state, emptyState(settings), { concurrency: { current, peak: current }, violations });
  for (const seed of agents) addAgent(state, seed, Date.now());
};

const describe = ({ voices, agents, voiceAddEditCounter, ...others }: SimulatorState): object => ({
  voices,
  agents: agents.map(describeAgent),
  subscription: {
    voiceSlotsUsed: slotsUsed(voices),
    voiceLimit: others.settings.voiceLimit,
    voiceAddEditCounter,
    maxVoiceAddEdits: others.settings.maxVoiceAddEdits,
  },
  ...others,
});

/**
 * Brings the state to its starting point and hands out the control of it. All inputs are checked: throws ZodError. `closing` is
 * aborted when the simulator closes.
 */
export const takeControl = (state: SimulatorState, start: StartingPoint, closing: AbortSignal): SimulatorControl => {
  restart(state, start);
  return {
    addAgent: (seed) => describeAgent(addAgent(state, seed, Date.now())),
    addVoice: (seed) => addVoice(state, seed),
    addConversation: (seed) => addConversation(state, seed),
    changeConversation: (conversationId, change) => changeConversation(state, conversationId, change),
    addFault: (fault) => {
      const rule = faultRule.parse(fault);
      state.faults.push(rule);
      return rule;
    },
    clearFaults: () => {
      state.faults = [];
    },
    changeSettings: (change) => {
      state.settings = changeSettings(state.settings, change);
      return state.settings;
    },
    changeWorkspace: (change) => {
      state.workspace = changeWorkspace(state.workspace, change);
      return state.workspace;
    },
    startInboundCall: (call) => startInboundCall(state, call, closing),
    clearRequests: () => {
      state.requests = [];
    },
    clearViolations: () => {
      state.violations = [];
    },
    reset: () => restart(state, start),
    describe: () => describe(state),
  };
};
