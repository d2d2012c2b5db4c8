import { applied, isPossible, type Transition } from '../../lambdas/platform/transition';
import { type Agent, agentItem, unknownAgent, type VoicePair } from '../../lambdas/voices/agent';
import { drop } from '../../lambdas/voices/agent-changes';
import type { ObservedAgent, ObservedPair } from '../../lambdas/voices/agent-decision';

/**
 * The pre-calls and releases of one agent, whose steps come in any order, whose PATCHes land late, get lost or are
 * refused, and which die; a person who changes the agent once; and a second installation with a ledger of its own.
 * Decisions and writes are the production functions: here are only the order of the steps and the world around them. A
 * call's letter stands for its voice; calls with small letters are the second installation's.
 */
export interface Process {
  readonly kind: 'pre-call' | 'release';
  readonly call: string;
  readonly at:
    | 'read'
    | 'look'
    | 'act'
    | 'send'
    | 'sent'
    | 'repeat-read'
    | 'repeat-look'
    | 'landed'
    | 'settle-read'
    | 'settle-look'
    | 'settle'
    | 'wait'
    | 'blocked'
    | 'delete'
    | 'refused'
    | 'done'
    | 'dead';
  /** The item as it was read. */
  readonly seen?: Agent | undefined;
  /** The agent as it was found. */
  readonly found?: ObservedAgent | undefined;
  /** The PATCH that is under way. */
  readonly patch?: { readonly attempt: string; readonly version: number; readonly pair: VoicePair } | undefined;
  /** An earlier try of the PATCH may still land. */
  readonly isUnsettled?: boolean;
  readonly patches: number;
}

interface Flight {
  readonly by: number;
  readonly attempt: string;
  readonly pair: VoicePair;
  readonly isAwaited: boolean;
}

/** When a person changed the agent, seen from our PATCHes. */
export type EditMoment = 'at-rest' | 'beside-a-call' | 'after-the-look' | 'in-flight';

export interface State {
  readonly processes: readonly Process[];
  readonly remote: VoicePair;
  /** All versions of the agent, oldest first; none for an agent without versions. */
  readonly versions: readonly { readonly pair: VoicePair; readonly isOurs: boolean }[];
  /** The AGENT item of each installation. */
  readonly items: readonly [Record<string, unknown> | null, Record<string, unknown> | null];
  readonly users: readonly string[];
  readonly flights: readonly Flight[];
  readonly deleted: readonly string[];
  readonly crashes: number;
  readonly refusals: number;
  readonly losses: number;
  readonly edit: 'none' | 'due' | EditMoment;
}

export const own: VoicePair = { voice_id: 'own', first_message: 'Hello' };
export const pairOf = (call: string): VoicePair => ({ voice_id: `clone${call}`, first_message: `Hallo ${call}` });
export const sideOf = (call: string): 0 | 1 => (call === call.toLowerCase() ? 1 : 0);
export const nowMs = 0;
export const untilMs = 1;

const agents = new WeakMap<object, Agent>();

export const itemOf = ({ items }: State, call: string): Agent => {
  const item = items[sideOf(call)];
  if (item === null) return unknownAgent;
  const known = agents.get(item) ?? agentItem.parse(item);
  agents.set(item, known);
  return known;
};

const isClone = (voiceId = ''): boolean => voiceId.startsWith('clone');

const origin = (voiceId: string | undefined, call: string, knowsMarks: boolean): ObservedPair['voice'] => {
  const isOwnClone = isClone(voiceId) && sideOf((voiceId ?? '').slice('clone'.length)) === sideOf(call);
  return isOwnClone || (knowsMarks && isClone(voiceId)) ? 'ours' : 'foreign';
};

const versionName = (index: number): string => `v${index}`;

/** What a look of this call shows, after its ledger had the agent as `seen`. */
export const look = (
  state: State,
  call: string,
  seen: Agent,
  rules: { knowsMarks: boolean; readsVersions: boolean },
) => {
  const found = (pair: VoicePair): ObservedPair => ({ pair, voice: origin(pair.voice_id, call, rules.knowsMarks) });
  const { remote, versions } = state;
  if (versions.length === 0) return found(remote);
  const version = versionName(versions.length - 1);
  const known = seen.known_version === undefined ? undefined : Number(seen.known_version.slice(1));
  const since = known === undefined || !rules.readsVersions ? [] : versions.slice(known + 1, -1);
  return {
    ...found(remote),
    version,
    overwritten: since.filter(({ isOurs }) => !isOurs).map(({ pair }) => found(pair)),
  };
};

interface Part {
  readonly value: object;
  readonly id: string;
}

const parts = new Map<string, Part>();
const known = new WeakMap<object, Part>();

/** The same text for the same content, whatever the order of its keys. */
const textOf = (value: object): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );

/** One object, with a short id, for all that are equal: few parts make up millions of states. */
const partOf = (value: object): Part => {
  const seen = known.get(value);
  if (seen !== undefined) return seen;
  const text = textOf(value);
  const part = parts.get(text) ?? { value, id: parts.size.toString(36) };
  parts.set(text, part);
  known.set(value, part);
  return part;
};

const shared = <T extends object>(value: T): T => partOf(value).value as T;

/** The same state, made of shared parts: what is known of a part is worked out once. */
export const sharing = (state: State): State => ({
  ...state,
  items: [
    state.items[0] === null ? null : shared(state.items[0]),
    state.items[1] === null ? null : shared(state.items[1]),
  ],
  processes: state.processes.map(shared),
  flights: state.flights.map(shared),
  versions: state.versions.map(shared),
});

/** A short id that equal parts share. */
export const idOf = (value: object): string => partOf(value).id;

const looking: readonly (Process['at'] | undefined)[] = [
  'look',
  'act',
  'repeat-look',
  'settle-look',
  'settle',
  undefined,
];
const final: readonly (Process['at'] | undefined)[] = ['refused', 'done', 'dead'];

/** What a process knows is forgotten as soon as it is of no use any more: fewer states differ. */
const forgotten = ({ at }: Partial<Process>): Partial<Process> => ({
  ...(!looking.includes(at) && { seen: undefined, found: undefined }),
  ...(final.includes(at) && { patch: undefined, isUnsettled: false, patches: 0 }),
});

export const moved = (state: State, id: number, change: Partial<Process>, others: Partial<State> = {}): State => ({
  ...state,
  ...others,
  processes: state.processes.map((process, index) =>
    index === id ? { ...process, ...forgotten(change), ...change } : process,
  ),
});

/** The state after a write to the ledger of this call; undefined where the write is refused. */
export const write = (state: State, call: string, transition: Transition): State | undefined => {
  const side = sideOf(call);
  const item = state.items[side] ?? undefined;
  if (!isPossible(transition, item)) return undefined;
  const written = { pk: 'AGENT#a', ...applied(transition, item) };
  return { ...state, items: side === 0 ? [written, state.items[1]] : [state.items[0], written] };
};

const changed = (state: State, pair: VoicePair, isOurs: boolean): State => {
  const remote = { ...state.remote, ...pair };
  const versions = state.versions.length === 0 ? [] : [...state.versions, { pair: remote, isOurs }];
  return { ...state, remote, versions };
};

/** A person changes the agent, once. */
export const edit = (state: State, edited: VoicePair): State[] => {
  if (state.edit !== 'due') return [];
  const isBusy = state.processes.some(({ at, kind }) => at === 'act' && kind === 'pre-call');
  const isLookedAt = state.processes.some(
    ({ at, kind }) => ['send', 'settle'].includes(at) || (at === 'act' && kind === 'release'),
  );
  const calm = isBusy ? 'beside-a-call' : 'at-rest';
  const moment = state.flights.length > 0 ? 'in-flight' : isLookedAt ? 'after-the-look' : calm;
  return [{ ...changed(state, edited, false), edit: moment }];
};

export const land = (state: State, flight: Flight): State => {
  const flights = state.flights.filter((each) => each !== flight);
  const landed = { ...changed(state, flight.pair, true), flights };
  return flight.isAwaited ? moved(landed, flight.by, { at: 'landed' }) : landed;
};

/** The answer of a PATCH gets lost: it lands late or never, and its sender looks and sends it again. */
export const lose = (state: State, flight: Flight): State[] => {
  if (!flight.isAwaited) return [{ ...state, flights: state.flights.filter((each) => each !== flight) }];
  if (state.losses === 0) return [];
  const flights = state.flights.map((each) => (each === flight ? { ...each, isAwaited: false } : each));
  return [moved(state, flight.by, { at: 'repeat-read', isUnsettled: true }, { flights, losses: state.losses - 1 })];
};

/** A PATCH that ElevenLabs refuses for certain: its entry goes, and the pre-call fails. */
export const refuse = (state: State, flight: Flight): State[] => {
  const { kind, call, isUnsettled } = state.processes[flight.by]!;
  if (state.refusals === 0 || !flight.isAwaited || kind !== 'pre-call' || isUnsettled === true) return [];
  const flights = state.flights.filter((each) => each !== flight);
  const dropped = write({ ...state, flights, refusals: state.refusals - 1 }, call, drop(flight.attempt));
  return dropped === undefined ? [] : [moved(dropped, flight.by, { at: 'refused', patch: undefined })];
};

const resting: readonly Process['at'][] = ['wait', 'blocked', 'refused', 'done', 'dead'];

/** A dead release is repeated by its job; a dead pre-call is taken back by the release of its conversation. */
export const crash = (state: State, process: Process, id: number): State[] => {
  if (state.crashes === 0 || resting.includes(process.at)) return [];
  const flights = state.flights.map((flight) => (flight.by === id ? { ...flight, isAwaited: false } : flight));
  const dead = moved(state, id, { at: 'dead' }, { flights, crashes: state.crashes - 1 });
  if (process.kind === 'pre-call') return [dead];
  const repeated: Process = { kind: 'release', call: process.call, at: 'read', patches: 0 };
  return [{ ...dead, processes: [...dead.processes, repeated] }];
};

/** An entry can no longer land once its sender is gone and nothing of it is in flight. */
export const expire = (state: State, { at, call }: Process, id: number): State[] => {
  if (!resting.includes(at)) return [];
  const { pendings } = itemOf(state, call);
  const over = Object.entries(pendings).filter(
    ([attempt, { until }]) =>
      until > nowMs && attempt.startsWith(`${id}-`) && !state.flights.some((flight) => flight.attempt === attempt),
  );
  return over.flatMap(([attempt, entry]) => {
    const to = { [`pendings.${attempt}`]: { ...entry, until: nowMs } };
    return write(state, call, { region: 'time', from: {}, to }) ?? [];
  });
};
