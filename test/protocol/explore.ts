import type { VoicePair } from '../../lambdas/voices/agent';
import { seededRandom } from '../support/audio-mutations';
import { protocol, type Rules, step } from './steps';
import { keyOf, renamingsOf } from './symmetry';
import {
  crash,
  edit,
  expire,
  itemOf,
  land,
  lose,
  own,
  type Process,
  refuse,
  sharing,
  sideOf,
  type State,
} from './world';

/** What may happen beside the calls. */
export interface Trouble {
  readonly crashes?: number;
  readonly refusals?: number;
  /** PATCHes whose answers get lost. */
  readonly losses?: number;
  /** What a person sets, once. */
  readonly edit?: VoicePair;
  /** @default false */
  readonly hasVersions?: boolean;
}

/** What is never to be. */
export type Fault = 'dangles' | 'endsBadly' | 'losesCaller' | 'foreignBaseline' | 'losesEdit';

/** What was found of all reachable states. */
export interface Exploration {
  /** States that differ in the names of their calls alone count once. */
  readonly states: number;
  /** Whether these are all. */
  readonly isWhole: boolean;
  /** Whether the agent ever points at a deleted voice. */
  readonly dangles: boolean;
  /** Whether there is an end at which somebody waits for ever, the agent is not as it should be, or a voice is left. */
  readonly endsBadly: boolean;
  /** Such an end. */
  readonly badEnd?: string;
  /** Whether a call that was answered is ever left without its voice, with nobody at work to change that. */
  readonly losesCaller: boolean;
  /** Whether a ledger ever takes a voice or greeting of ours for a person's. */
  readonly foreignBaseline: boolean;
  /** Whether a person's edit is lost that a look could have shown. */
  readonly losesEdit: boolean;
  /** Ends at which a person's edit is gone, by when it was made. */
  readonly lostEdits: Readonly<Record<string, number>>;
}

const begin = (calls: readonly string[], trouble: Trouble): State => ({
  processes: [
    ...calls.map((call) => ({ kind: 'pre-call', call, at: 'read', patches: 0 }) as const),
    ...calls.map((call) => ({ kind: 'release', call, at: 'wait', patches: 0 }) as const),
  ],
  remote: own,
  versions: trouble.hasVersions === true ? [{ pair: own, isOurs: false }] : [],
  items: [null, null],
  users: [...calls],
  flights: [],
  deleted: [],
  crashes: trouble.crashes ?? 0,
  refusals: trouble.refusals ?? 0,
  losses: trouble.losses ?? 0,
  edit: trouble.edit === undefined ? 'none' : 'due',
});

/** Where to stop before all states are known: once this is found, or so many are. */
interface Stop {
  readonly until?: Fault;
  readonly most?: number;
}

type Found = Record<Fault, boolean> & { readonly lostEdits: Record<string, number>; badEnd?: string };

const nothingFound = (): Found => ({
  dangles: false,
  endsBadly: false,
  losesCaller: false,
  foreignBaseline: false,
  losesEdit: false,
  lostEdits: {},
});

/** Notes what is wrong with a state. A state that nothing follows is an end. */
const judge = (
  found: Found,
  state: State,
  next: readonly State[],
  calls: readonly string[],
  trouble: Trouble,
): void => {
  found.dangles ||= state.deleted.some((call) => state.remote.voice_id === `clone${call}`);
  found.losesCaller ||= isCallerLost(state);
  found.foreignBaseline ||= hasForeignBaseline(state);
  if (next.length > 0) return;
  const isBad = !isGoodEnd(state, calls, trouble);
  if (isBad) found.badEnd ??= JSON.stringify(state);
  found.endsBadly ||= isBad;
  const lost = lostEdit(state, trouble);
  if (lost !== undefined) found.lostEdits[lost] = (found.lostEdits[lost] ?? 0) + 1;
  found.losesEdit ||= lost !== undefined && (trouble.hasVersions === true || !isUnseen(lost));
};

/** All states that these conversations can reach, deepest first. */
export const explore = (
  calls: readonly string[],
  trouble: Trouble = {},
  rules: Rules = protocol,
  { until, most = Infinity }: Stop = {},
): Exploration => {
  const first = sharing(begin(calls, trouble));
  const areAlike = calls.every((call) => sideOf(call) === 0);
  const renamings = renamingsOf(areAlike ? calls : []);
  const known = new Set([keyOf(first, renamings)]);
  const open = [first];
  const found = nothingFound();
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const next = successors(state, trouble, rules);
    judge(found, state, next, calls, trouble);
    if ((until !== undefined && found[until]) || known.size >= most) break;
    for (const each of next.map(sharing)) {
      const key = keyOf(each, renamings);
      if (known.has(key)) continue;
      known.add(key);
      open.push(each);
    }
  }
  return { states: known.size, isWhole: open.length === 0, ...found };
};

/** Far more steps than the longest run of three calls. */
const mostSteps = 1_000;

/** What was found in random runs, each from the beginning to an end. */
export interface RandomRuns extends Omit<Exploration, 'states' | 'isWhole'> {
  readonly steps: number;
  /** Runs that came to no end. */
  readonly endless: number;
}

/** So many random runs of these conversations, where all their states are too many. */
export const runAtRandom = (
  calls: readonly string[],
  trouble: Trouble,
  runs: number,
  rules: Rules = protocol,
): RandomRuns => {
  const random = seededRandom(1);
  const found = nothingFound();
  let steps = 0;
  let endless = 0;
  for (let run = 0; run < runs; run += 1) {
    let state: State | undefined = begin(calls, trouble);
    for (let step = 0; state !== undefined; step += 1, steps += 1) {
      const next = successors(state, trouble, rules);
      judge(found, state, next, calls, trouble);
      if (step === mostSteps) endless += 1;
      state = step === mostSteps ? undefined : next[Math.floor(random() * next.length)];
    }
  }
  return { steps, endless, ...found };
};

/**
 * What a person sets between our last look and the landing of our PATCH is seen by nobody, unless there are versions.
 */
const isUnseen = (moment: string): boolean => moment === 'in-flight' || moment === 'after-the-look';

/** When a person's edit was made that is gone at this end. */
const lostEdit = ({ edit: moment, remote }: State, { edit: edited = {} }: Trouble): string | undefined => {
  const isThere = Object.entries(edited).every(([field, value]) => remote[field as keyof VoicePair] === value);
  return moment === 'none' || moment === 'due' || isThere ? undefined : moment;
};

/** Everybody is done, all voices are gone, and each field is the agent's own or the person's. */
const isGoodEnd = (
  { processes, deleted, remote }: State,
  calls: readonly string[],
  { edit: edited }: Trouble,
): boolean =>
  processes.every(({ at }) => ['done', 'dead', 'refused'].includes(at)) &&
  deleted.length === calls.length &&
  (['voice_id', 'first_message'] as const).every((field) =>
    [own[field], edited?.[field] ?? own[field]].includes(remote[field]),
  );

const hasForeignBaseline = (state: State): boolean =>
  ['A', 'a'].some((call) => {
    const { voice_id = '', first_message = '' } = itemOf(state, call).baseline ?? {};
    return voice_id.startsWith('clone') || first_message.startsWith('Hallo');
  });

const resting: readonly Process['at'][] = ['wait', 'blocked', 'refused', 'done', 'dead'];

/** Of two installations on one agent the later one takes the voice, so nobody's is lost there. */
const isCallerLost = (state: State): boolean => {
  const { activation } = itemOf(state, 'A');
  const isShared = state.processes.some(({ call }) => sideOf(call) === 1);
  if (activation === undefined || state.edit !== 'none' || isShared) return false;
  return (
    state.remote.voice_id !== activation.voice_id &&
    state.flights.length === 0 &&
    state.processes.every(({ at }) => resting.includes(at)) &&
    state.processes.some(
      ({ kind, call, at }) => kind === 'pre-call' && call === activation.conversation_id && at === 'done',
    )
  );
};

const successors = (state: State, trouble: Trouble, rules: Rules): State[] => [
  ...state.flights.flatMap((flight) => [land(state, flight), ...lose(state, flight), ...refuse(state, flight)]),
  ...(trouble.edit === undefined ? [] : edit(state, trouble.edit)),
  ...state.processes.flatMap((process, id) => [
    ...step(state, process, id, rules),
    ...crash(state, process, id),
    ...expire(state, process, id),
  ]),
];
