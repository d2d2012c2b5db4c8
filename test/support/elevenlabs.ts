import { describeAgentBody } from '../../local/elevenlabs/agent-settings';
import {
  type ElevenLabsOptions,
  type ElevenLabsSimulator,
  startElevenLabs as startSimulator,
} from '../../local/elevenlabs/elevenlabs-simulator';
import type { NewFault } from '../../local/elevenlabs/faults';
import { type FormPart, readMultipart } from '../../local/elevenlabs/multipart';
import type { ObservedRequest } from '../../local/elevenlabs/serve-api';
import type { Operation } from '../../local/elevenlabs/settings';
import { type JsonObject, jsonValue, mergeDeep } from '../../local/elevenlabs/values';
import { recordRequest, requestFaults } from './elevenlabs-requests';
import { watch, watchNoMore } from './violations';

/** A request as it arrived, its body read. */
export interface SeenRequest extends ObservedRequest {
  readonly json: unknown;
  /** The parts of a form in order; empty for any other request. */
  readonly form: readonly FormPart[];
}

/** What happens to a call instead of what is true: a fault's action, and on which side of it the state changes. */
export type Fault = Action & Pick<NewFault, 'effect'>;

type Action = Exclude<NewFault['action'], { kind: 'answer' }> | FixedAnswer;

/** Text as it is, anything else as JSON, and an empty body without one. */
interface FixedAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** The simulated ElevenLabs as tests see it. What it records as a violation fails the test, unless it is expected. */
export interface TestElevenLabs extends ElevenLabsSimulator {
  /** Every request to an operation whose body arrived, in order of arrival. */
  readonly seen: readonly SeenRequest[];
  /** Begins to see anew. */
  forgetSeen(): void;
  /** Strikes the next calls of an operation, one each. Calls that are refused by then use none up. */
  failNext(operation: Operation, ...faults: Fault[]): void;
  /** What an agent has now. Throws for one that does not exist. */
  agent(agentId: string): { voiceId: string; firstMessage: string };
  /** The ids of all voices but those that ElevenLabs brings along. */
  clones(): string[];
  /** Changes an agent, as a person does at the dashboard. */
  changeAgent(agentId: string, change: JsonObject): void;
  /** Takes a voice away, as a person does at the dashboard. */
  removeVoice(voiceId: string): void;
}

/** Asserts that violations which match were recorded, and forgets them. For tests that send bad requests on purpose. */
export const expectViolations = ({ state }: Pick<ElevenLabsSimulator, 'state'>, pattern: RegExp | string): void => {
  const unmatched = state.violations.filter((violation) => violation.search(pattern) < 0);
  if (unmatched.length === state.violations.length)
    throw new Error(`No violation matches ${String(pattern)}: ${JSON.stringify(state.violations)}`);
  state.violations.splice(0, Infinity, ...unmatched);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const partsOf = (contentType: string, body: Buffer): FormPart[] => {
  try {
    return readMultipart(contentType, body);
  } catch {
    return [];
  }
};

const seenRequest = (request: ObservedRequest): SeenRequest => ({
  ...request,
  json: parsed(request.body.toString()),
  form: partsOf(request.headers['content-type'] ?? '', request.body),
});

const actionOf = (action: Action): NewFault['action'] => {
  if (action.kind !== 'answer') return action;
  const { body, ...answer } = action;
  return { ...answer, ...(body !== undefined && { body: jsonValue.parse(body) }) };
};

/**
 * Starts one. It answers at once unless its settings say otherwise. Its client is Precall, so that what Precall has no
 * need to send is a violation, too, unless the client is `anyone`.
 */
export const startElevenLabs = async (
  options: ElevenLabsOptions,
  client: 'precall' | 'anyone' = 'precall',
): Promise<TestElevenLabs> => {
  const seen: SeenRequest[] = [];
  const observe = (request: ObservedRequest): void => {
    const arrived = seenRequest(request);
    seen.push(arrived);
    if (client !== 'precall') return;
    recordRequest(arrived);
    simulator.state.violations.push(...requestFaults(arrived));
    options.observe?.(request);
  };
  const simulator = await startSimulator({ ...options, observe, settings: { latencyMs: 0, ...options.settings } });
  const { state } = simulator;
  const body = (agentId: string): JsonObject => state.agents.find((known) => known.agentId === agentId)!.body;
  const elevenLabs: TestElevenLabs = {
    ...simulator,
    close: async () => {
      watchNoMore(simulator);
      await simulator.close();
    },
    seen,
    forgetSeen: () => void seen.splice(0),
    failNext: (operation, ...faults) => {
      for (const { effect = 'before', ...action } of faults)
        simulator.addFault({ operation, effect, action: actionOf(action) });
    },
    agent: (agentId) => {
      const { voiceId, firstMessage } = describeAgentBody(body(agentId));
      return { voiceId, firstMessage };
    },
    changeAgent: (agentId, change) => {
      const index = state.agents.findIndex((known) => known.agentId === agentId);
      const agent = state.agents[index]!;
      state.agents[index] = { ...agent, body: mergeDeep(agent.body, change) };
    },
    clones: () => state.voices.filter(({ category }) => category !== 'premade').map(({ voiceId }) => voiceId),
    removeVoice: (voiceId) => {
      const index = state.voices.findIndex((voice) => voice.voiceId === voiceId);
      if (index < 0) throw new Error(`There is no voice ${voiceId}`);
      state.voices.splice(index, 1);
    },
  };
  watch(simulator);
  return elevenLabs;
};
