import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { addAgent, type AgentSeed, describeAgent, agentSeed } from './agents';
import { type Answer, jsonAnswer, ApiError, InvalidRequest } from './answers';
import {
  addConversation,
  changeConversation,
  type ConversationChange,
  type ConversationSeed,
  conversationChange,
  conversationSeed,
} from './conversations';
import { type FaultRule, faultRule, type NewFault } from './faults';
import { type InboundCall, type InboundResult, startInboundCall, inboundCall } from './inbound-calls';
import { checked, jsonBody, receiveBody } from './requests';
import { changeSettings, type Settings, type SettingsChange, settingsChange } from './settings';
import { emptyState, type SimulatorState, type StoredConversation, type StoredVoice } from './state';
import { apiId } from './values';
import { addVoice, slotsUsed, type VoiceSeed, voiceSeed } from './voices';
import { changeWorkspace, type Workspace, type WorkspaceChange, workspaceChange } from './workspace';

/** The simulator's initial state, which a reset restores. */
export interface StartingPoint {
  readonly settings: Settings;
  readonly agents: readonly AgentSeed[];
}

/** Controls the simulator from outside its API. */
export interface SimulatorControl {
  /** Adds an agent. If its voice does not exist, it becomes a premade one. Throws Error if the agent exists. */
  addAgent(seed: AgentSeed): ReturnType<typeof describeAgent>;
  /**
   * Adds a voice as a person does in the dashboard. It uses a slot, but does not count as one of the month's adds.
   * Throws Error if it exists.
   */
  addVoice(seed: VoiceSeed): StoredVoice;
  /** Adds a conversation. Throws Error if it exists. */
  addConversation(seed: ConversationSeed): StoredConversation;
  /** Changes a conversation. Throws Error if it does not exist. */
  changeConversation(conversationId: string, change: ConversationChange): StoredConversation;
  /** Queues a fault. Each request gets the first matching fault in the queue. */
  addFault(fault: NewFault): FaultRule;
  clearFaults(): void;
  /** Merges the change into the settings. */
  changeSettings(change: SettingsChange): Settings;
  /** Replaces the given parts of the workspace's configuration: webhooks and their uses. */
  changeWorkspace(change: WorkspaceChange): Workspace;
  /**
   * Starts an inbound call, as ElevenLabs does with its initiation webhook. Resolves when the conversation is in
   * progress or has failed. Rejects with ApiError if the agent does not exist.
   */
  startInboundCall(call: InboundCall): Promise<InboundResult>;
  clearRequests(): void;
  clearViolations(): void;
  /** Restores the initial agents and settings and discards everything else, except violations. */
  reset(): void;
  /** Returns a short description of the state, as in `GET /_simulator/state`. */
  describe(): object;
}

/** Resets a state to its starting point. Running requests still count. */
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
 * Resets the state to its starting point and returns its control. Validates every input and throws ZodError if it is
 * invalid. `closing` is aborted when the simulator closes.
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

/** Prefix of the control routes, which need no key. */
export const controlPrefix = '/_simulator/';

const noContent: Answer = { status: 204, headers: {}, body: '' };

type ControlRoute = (control: SimulatorControl, readBody: () => Promise<unknown>) => Answer | Promise<Answer>;

const conversationToChange = conversationChange.extend({ conversationId: apiId });

const then =
  (act: (control: SimulatorControl) => void): ControlRoute =>
  (control) => {
    act(control);
    return noContent;
  };

const controlRoutes: Readonly<Record<string, ControlRoute>> = {
  'GET state': (control) => jsonAnswer(200, control.describe()),
  'POST agents': async (control, body) => jsonAnswer(201, control.addAgent(agentSeed.parse(await body()))),
  'POST voices': async (control, body) => jsonAnswer(201, control.addVoice(voiceSeed.parse(await body()))),
  'POST conversations': async (control, body) =>
    jsonAnswer(201, control.addConversation(conversationSeed.parse(await body()))),
  'PATCH conversations': async (control, body) => {
    const { conversationId, ...change } = conversationToChange.parse(await body());
    return jsonAnswer(200, control.changeConversation(conversationId, change));
  },
  'PUT settings': async (control, body) => jsonAnswer(200, control.changeSettings(settingsChange.parse(await body()))),
  'PUT workspace': async (control, body) =>
    jsonAnswer(200, control.changeWorkspace(workspaceChange.parse(await body()))),
  'POST inbound-calls': async (control, body) =>
    jsonAnswer(201, await control.startInboundCall(inboundCall.parse(await body()))),
  'POST faults': async (control, body) => jsonAnswer(201, control.addFault(faultRule.parse(await body()))),
  'DELETE faults': then((control) => control.clearFaults()),
  'POST reset': then((control) => control.reset()),
  'DELETE requests': then((control) => control.clearRequests()),
  'DELETE violations': then((control) => control.clearViolations()),
};

const anyJson = jsonBody(z.json());

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const body = await receiveBody(request, anyJson.maxBytes);
  return anyJson.read({ headers: request.headers, query: new URLSearchParams(), body }, checked);
};

const sentenceOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.length === 0 ? 'body' : path.join('.')}: ${message}`).join('; ');

const refuse = (error: unknown): Answer => {
  if (error instanceof z.ZodError) return jsonAnswer(422, { error: `The request is not valid. ${sentenceOf(error)}.` });
  if (error instanceof InvalidRequest || error instanceof ApiError) return jsonAnswer(400, { error: error.message });
  return jsonAnswer(409, { error: error instanceof Error ? error.message : String(error) });
};

/** Handles a request to a control route. A rejection is `{error}` with a sentence. */
export const serveControl = async (control: SimulatorControl, request: IncomingMessage): Promise<Answer> => {
  const path = (request.url ?? '').slice(controlPrefix.length).replace(/\?.*$/s, '');
  const name = `${request.method ?? ''} ${path}`;
  const route = Object.hasOwn(controlRoutes, name) ? controlRoutes[name] : undefined;
  const names = Object.keys(controlRoutes).join(', ');
  if (route === undefined)
    return jsonAnswer(404, {
      error: `${name} not found. The simulator offers these under ${controlPrefix}: ${names}.`,
    });
  try {
    return await route(control, () => readJson(request));
  } catch (error) {
    return refuse(error);
  }
};
