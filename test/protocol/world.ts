import { applied, isPossible, type Transition } from '../../lambdas/platform/transition';
import { type Agent, agentItem, unknownAgent, type VoicePair } from '../../lambdas/voices/agent';
import { drop } from '../../lambdas/voices/agent-changes';
import type { FoundAgent } from '../../lambdas/voices/agent-decision';

/**
 * The pre-calls and releases of one agent, whose steps come in any order, whose PATCHes land late or are refused, and which die; and a
 * person who changes the agent once. Decisions and writes are the production functions: here are only the order of the steps and the
 * world around them. A conversation's letter stands for its voice.
 */
export interface Process {
  readonly kind: 'pre-call' | 'release';
  readonly call: string;
  readonly at:
    | 'read'
    | 'look'
    | 'act'
    | 'announce'
    | 'send'
    | 'sent'
    | 'landed'
    | 'refused'
    | 'wait'
    | 'blocked'
    | 'delete'
    | 'done'
    | 'dead';
  /** The item as it was read. */
  readonly seen?: Agent;
  /** The agent as it was found. */
  readonly found?: VoicePair;
  /** The PATCH that is under way. */
  readonly patch?: { readonly attempt: string; readonly version: number; readonly pair: VoicePair } | undefined;
  readonly patches: number;
}

interface Flight {
  readonly by: number;
  readonly attempt: string;
  readonly pair: VoicePair;
  readonly isAwaited: boolean;
}

export interface State {
  readonly processes: readonly Process[];
  readonly remote: VoicePair;
  readonly item: Record<string, unknown> | null;
  readonly users: readonly string[];
  readonly flights: readonly Flight[];
  readonly deleted: readonly string[];
  readonly crashes: number;
  readonly refusals: number;
  /** Not yet; or made, and whether a PATCH of ours had begun with what was there before. */
  readonly edit: 'none' | 'due' | 'kept' | 'inside-clone' | 'in-flight';
}

export const own: VoicePair = { voice_id: 'own', first_message: 'Hello' };
export const edited: VoicePair = { voice_id: 'persons', first_message: 'Changed' };
export const pairOf = (call: string): VoicePair => ({ voice_id: `clone${call}`, first_message: `Hallo ${call}` });
export const nowMs = 0;
export const untilMs = 1;

const agents = new WeakMap<object, Agent>();

export const itemOf = ({ item }: State): Agent => {
  if (item === null) return unknownAgent;
  const known = agents.get(item) ?? agentItem.parse(item);
  agents.set(item, known);
  return known;
};
export const foundAgent = (pair: VoicePair): FoundAgent => ({
  pair,
  voice: pair.voice_id?.startsWith('clone') === true ? 'ours' : 'foreign',
});

const texts = new WeakMap<object, string>();

/** The same text for the same content, whatever the order of its keys. */
const textOf = (value: object): string => {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const sorted = (_key: string, each: unknown): unknown =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : each;
  const text = JSON.stringify(value, sorted);
  texts.set(value, text);
  return text;
};

export const keyOf = ({ item, processes, flights, ...others }: State): string =>
  [
    item === null ? '' : textOf(item),
    ...processes.map(textOf),
    flights.map(textOf).toSorted().join(),
    JSON.stringify(others),
  ].join('|');

export const moved = (state: State, id: number, change: Partial<Process>, others: Partial<State> = {}): State => ({
  ...state,
  ...others,
  processes: state.processes.map((process, index) => (index === id ? { ...process, ...change } : process)),
});

export const write = (state: State, transition: Transition): State | undefined =>
  isPossible(transition, state.item ?? undefined)
    ? { ...state, item: { pk: 'AGENT#a', ...applied(transition, state.item ?? undefined) } }
    : undefined;

export const edit = (state: State): State[] => {
  if (state.edit !== 'due') return [];
  const isInFlight = state.flights.length > 0;
  const isBetween = state.processes.some(
    ({ found, at }) => found !== undefined && ['act', 'announce', 'send'].includes(at),
  );
  const when = isInFlight ? 'in-flight' : isBetween ? 'inside-clone' : 'kept';
  return [{ ...state, remote: edited, edit: when }];
};

export const land = (state: State, flight: Flight): State => {
  const landed = { ...state, remote: flight.pair, flights: state.flights.filter((each) => each !== flight) };
  return flight.isAwaited ? moved(landed, flight.by, { at: 'landed' }) : landed;
};

/** A PATCH that ElevenLabs refuses for certain: its entry goes, and the pre-call fails. */
export const refuse = (state: State, flight: Flight): State[] => {
  if (state.refusals === 0 || !flight.isAwaited || state.processes[flight.by]?.kind !== 'pre-call') return [];
  const flights = state.flights.filter((each) => each !== flight);
  const dropped = write({ ...state, flights, refusals: state.refusals - 1 }, drop(flight.attempt));
  return dropped === undefined ? [] : [moved(dropped, flight.by, { at: 'refused', patch: undefined })];
};

const mortal: readonly Process['at'][] = ['read', 'look', 'act', 'announce', 'send', 'sent', 'landed', 'delete'];

/** A dead release is repeated by its job; a dead pre-call is taken back by the release of its conversation. */
export const crash = (state: State, process: Process, id: number): State[] => {
  if (state.crashes === 0 || !mortal.includes(process.at)) return [];
  const flights = state.flights.map((flight) => (flight.by === id ? { ...flight, isAwaited: false } : flight));
  const dead = moved(state, id, { at: 'dead' }, { flights, crashes: state.crashes - 1 });
  if (process.kind === 'pre-call') return [dead];
  const repeated: Process = { kind: 'release', call: process.call, at: 'read', patches: 0 };
  return [{ ...dead, processes: [...dead.processes, repeated] }];
};

/** An entry can no longer land once its sender is gone and nothing of it is in flight. */
export const expire = (state: State, id: number): State[] => {
  const { at } = state.processes[id] ?? {};
  if (at !== 'dead' || state.item === null) return [];
  const { pendings } = itemOf(state);
  const over = Object.entries(pendings).filter(
    ([attempt, { until }]) =>
      until > nowMs && attempt.startsWith(`${id}-`) && !state.flights.some((flight) => flight.attempt === attempt),
  );
  return over.map(([attempt, entry]) => ({
    ...state,
    item: { ...state.item, pendings: { ...pendings, [attempt]: { ...entry, until: nowMs } } },
  }));
};

/** What may happen beside the calls. */
export interface Trouble {
  readonly crashes?: number;
  readonly refusals?: number;
  readonly isEdited?: boolean;
}
