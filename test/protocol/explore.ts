import type { Transition } from '../../lambdas/platform/transition';
import { desiredPair, isIdle, isSamePair, unknownAgent } from '../../lambdas/voices/agent';
import {
  activate,
  announce,
  clearSettled,
  confirm,
  deactivate,
  drop,
  keepBaseline,
} from '../../lambdas/voices/agent-changes';
import { baselineAfter, judgeRelease, nextRestoreStep } from '../../lambdas/voices/agent-decision';
import {
  crash,
  edit,
  edited,
  expire,
  foundAgent,
  itemOf,
  keyOf,
  land,
  moved,
  nowMs,
  own,
  pairOf,
  type Process,
  refuse,
  type State,
  type Trouble,
  untilMs,
  write,
} from './world';

/** Rules that can be broken, to see that the exploration finds it. */
export interface Rules {
  /** A deletion waits for announced PATCHes that name the voice. */
  readonly respectsPendings: boolean;
  /** A PATCH is confirmed against the version, and what is newest is applied again. */
  readonly converges: boolean;
  /** A deletion is preceded by a look at the agent. */
  readonly looks: boolean;
  /** A release waits until its pre-call is over. */
  readonly waitsForPreCall: boolean;
  /** The entry of a PATCH is written with the activation. */
  readonly announces: boolean;
  /** A greeting beside a voice of ours that is not the activation's is nobody's choice, and digests are kept. */
  readonly knowsGreetings: boolean;
}

/** The protocol as it is. */
export const protocol: Rules = {
  ...{ respectsPendings: true, converges: true, looks: true },
  ...{ waitsForPreCall: true, announces: true, knowsGreetings: true },
};

/** What was found of all reachable states. */
export interface Exploration {
  readonly states: number;
  /** Whether the agent ever points at a deleted voice. */
  readonly dangles: boolean;
  /** Whether there is an end at which somebody waits for ever, the agent is not as it should be, or a voice is left. */
  readonly endsBadly: boolean;
  /** Such an end. */
  readonly badEnd?: string;
  /** Whether a call that was answered is ever left without its voice, with nobody at work to change that. */
  readonly losesCaller: boolean;
  /** Ends at which a person's edit is gone, by when it was made. */
  readonly lostEdits: Readonly<Record<string, number>>;
}

/** All states that these conversations can reach; with `until`, only until this is found. */
export const explore = (
  calls: readonly string[],
  trouble: Trouble = {},
  rules: Rules = protocol,
  until?: 'dangles' | 'endsBadly' | 'losesCaller',
): Exploration => {
  const first: State = {
    processes: [
      ...calls.map((call) => ({ kind: 'pre-call', call, at: 'read', patches: 0 }) as const),
      ...calls.map((call) => ({ kind: 'release', call, at: 'wait', patches: 0 }) as const),
    ],
    remote: own,
    item: null,
    users: [...calls],
    flights: [],
    deleted: [],
    crashes: trouble.crashes ?? 0,
    refusals: trouble.refusals ?? 0,
    edit: trouble.isEdited === true ? 'due' : 'none',
  };
  const known = new Set([keyOf(first)]);
  const open = [first];
  let [dangles, endsBadly, losesCaller] = [false, false, false];
  let badEnd: string | undefined;
  const lostEdits: Record<string, number> = {};
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const { remote } = state;
    dangles ||= state.deleted.some((call) => remote.voice_id === `clone${call}`);
    losesCaller ||= isCallerLost(state);
    const next = successors(state, rules);
    if (next.length === 0) {
      const isAtRest = state.processes.every(({ at }) => ['done', 'dead', 'refused'].includes(at));
      const isTheirs = state.edit !== 'none' && isSamePair(state.remote, edited);
      const isBad = !isAtRest || state.deleted.length !== calls.length || !(isTheirs || isMixOfOwn(state));
      if (isBad) badEnd ??= keyOf(state);
      endsBadly ||= isBad;
      if (state.edit !== 'none' && !isTheirs) lostEdits[state.edit] = (lostEdits[state.edit] ?? 0) + 1;
    }
    if (until !== undefined && { dangles, endsBadly, losesCaller }[until]) break;
    for (const each of next) {
      const key = keyOf(each);
      if (known.has(key)) continue;
      known.add(key);
      open.push(each);
    }
  }
  return { states: known.size, dangles, endsBadly, losesCaller, lostEdits, ...(badEnd !== undefined && { badEnd }) };
};

/** Of a lost edit one field may have been kept. */
const isMixOfOwn = ({ remote, edit }: State): boolean =>
  isSamePair(remote, own) ||
  (edit !== 'none' &&
    [own.voice_id, edited.voice_id].includes(remote.voice_id) &&
    [own.first_message, edited.first_message].includes(remote.first_message));

const isBusy = ({ at }: Process): boolean => ['read', 'look', 'act', 'announce', 'send', 'sent', 'landed'].includes(at);

const isCallerLost = (state: State): boolean => {
  const { activation } = itemOf(state);
  if (activation === undefined || state.edit !== 'none') return false;
  return (
    state.remote.voice_id !== activation.voice_id &&
    state.flights.length === 0 &&
    !state.processes.some(isBusy) &&
    state.processes.some(
      ({ kind, call, at }) => kind === 'pre-call' && call === activation.conversation_id && at === 'done',
    )
  );
};

const successors = (state: State, rules: Rules): State[] => [
  ...state.flights.flatMap((flight) => [land(state, flight), ...refuse(state, flight)]),
  ...edit(state),
  ...state.processes.flatMap((process, id) => [
    ...step(state, process, id, rules),
    ...crash(state, process, id),
    ...expire(state, id),
  ]),
];

const step = (state: State, process: Process, id: number, rules: Rules): State[] => {
  switch (process.at) {
    case 'read':
      return [moved(state, id, { at: 'look', seen: itemOf(state) })];
    case 'look':
      return [moved(state, id, { at: 'act', found: state.remote })];
    case 'act':
      return process.kind === 'pre-call'
        ? announceActivation(state, process, id, rules)
        : act(state, process, id, rules);
    case 'announce':
      return [announceAgain(state, process, id, rules)];
    case 'send':
      return [send(state, process, id)];
    case 'landed':
      return [settle(state, process, id, rules)];
    case 'wait':
      return mayRelease(state, process, rules) ? [end(state, process, id)] : [];
    case 'blocked':
      return isBlocked(state, process, rules) ? [] : [moved(state, id, { at: 'read' })];
    case 'delete':
      return [moved(state, id, { at: 'done' }, { deleted: [...state.deleted, process.call].toSorted() })];
    case 'sent':
    case 'refused':
    case 'done':
    case 'dead':
      return [];
  }
};

const attemptOf = (id: number, { patches }: Process): string => `${id}-${patches}`;

const announceActivation = (state: State, process: Process, id: number, rules: Rules): State[] => {
  const { call, seen = unknownAgent, found = own } = process;
  const attempt = attemptOf(id, process);
  const pair = pairOf(call);
  const activation = { conversation_id: call, voice_id: pair.voice_id ?? '', first_message: pair.first_message ?? '' };
  const wanted = { activation, baseline: baselineAfter(seen, foundAgent(found)), found: { pair: found } };
  const transition = activate('agent_a', seen, wanted, { attempt, untilMs }, nowMs);
  const written = write(state, planted(transition, rules));
  const patch = { attempt, version: seen.version + 1, pair };
  if (written !== undefined) return [moved(written, id, { at: 'send', patch, patches: process.patches + 1 })];
  const now = itemOf(state);
  // Whoever made the agent live has stored its baseline.
  if (isIdle(now, nowMs)) return [moved(state, id, { at: 'read' })];
  return [moved(state, id, { seen: now, found: now.baseline ?? own })];
};

const planted = (transition: Transition, { announces, knowsGreetings }: Rules): Transition => {
  const kept = Object.entries(transition.to)
    .filter(
      ([path]) => (announces || !path.startsWith('pendings.')) && (knowsGreetings || !path.startsWith('carried.')),
    )
    .map(([path, value]) => [path, !announces && path === 'pendings' ? {} : value])
    .map(([path, value]) => [path, !knowsGreetings && path === 'carried' ? {} : value]);
  return { ...transition, to: Object.fromEntries(kept) as Transition['to'] };
};

const announceAgain = (state: State, process: Process, id: number, rules: Rules): State => {
  const now = itemOf(state);
  const attempt = attemptOf(id, process);
  const pair = desiredPair(now);
  const written = write(state, planted(announce(now.version, { attempt, untilMs }, pair), rules));
  const patch = { attempt, version: now.version, pair };
  const isRelease = process.kind === 'release' && process.patch === undefined;
  if (written === undefined) return moved(state, id, { at: isRelease ? 'read' : 'announce' });
  const before = process.patch === undefined ? undefined : write(written, drop(process.patch.attempt));
  return moved(before ?? written, id, { at: 'send', patch, patches: process.patches + 1 });
};

const send = (state: State, { patch }: Process, id: number): State =>
  patch === undefined
    ? state
    : moved(
        state,
        id,
        { at: 'sent' },
        { flights: [...state.flights, { by: id, attempt: patch.attempt, pair: patch.pair, isAwaited: true }] },
      );

const settle = (state: State, { kind, patch }: Process, id: number, rules: Rules): State => {
  const next = { at: kind === 'release' ? 'read' : 'done', patch: undefined } as const;
  if (patch === undefined) return moved(state, id, next);
  const settled = write(state, rules.converges ? confirm(patch.version, patch.attempt) : drop(patch.attempt));
  return settled === undefined ? moved(state, id, { at: 'announce' }) : moved(settled, id, next);
};

const mayRelease = ({ processes }: State, { call }: Process, { waitsForPreCall }: Rules): boolean =>
  processes
    .filter((other) => other.kind === 'pre-call' && other.call === call)
    .every(({ at }) => ['done', 'dead', 'refused'].includes(at) || (!waitsForPreCall && at !== 'read'));

const end = (state: State, { call }: Process, id: number): State => {
  const placed = { conversationId: call, voiceId: pairOf(call).voice_id ?? '' };
  const transition = deactivate('agent_a', itemOf(state), placed, nowMs);
  const written = transition === undefined ? state : (write(state, transition) ?? state);
  return moved(written, id, { at: 'read' }, { users: state.users.filter((user) => user !== call) });
};

/** One round of a release, as `restoreAgent` and `releaseAgent` take it. */
const act = (state: State, process: Process, id: number, rules: Rules): State[] => {
  const { seen = unknownAgent, found = own, call } = process;
  const again = (to: State | undefined): State[] => [moved(to ?? state, id, { at: 'read' })];
  if (seen.version === 0 || !rules.looks) return [moved(state, id, { at: 'delete' })];
  const isLive = seen.activation === undefined || state.users.includes(seen.activation.conversation_id);
  const next = nextRestoreStep(seen, foundAgent(found), isLive, nowMs);
  switch (next.step) {
    case 'use-stand-in':
      return [];
    case 'deactivate': {
      const { conversation_id: conversationId, voice_id: voiceId } = next.activation;
      const transition = deactivate('agent_a', itemOf(state), { conversationId, voiceId }, nowMs);
      return again(transition === undefined ? undefined : write(state, transition));
    }
    case 'keep-baseline':
      return again(write(state, keepBaseline('agent_a', seen, next.baseline, undefined, nowMs)));
    case 'patch': {
      const attempt = attemptOf(id, process);
      const written = write(state, planted(announce(seen.version, { attempt, untilMs }, next.pair), rules));
      if (written === undefined) return again(undefined);
      const patch = { attempt, version: seen.version, pair: next.pair };
      return [moved(written, id, { at: 'send', patch, patches: process.patches + 1 })];
    }
    case 'clear': {
      const cleared = write(state, clearSettled(seen, nowMs));
      return cleared === undefined ? again(undefined) : [moved(cleared, id, { at: 'delete' })];
    }
    case 'done': {
      const verdict = judgeRelease(seen, foundAgent(found), pairOf(call).voice_id, nowMs);
      const isFree = verdict.may === 'go-on' || (!rules.respectsPendings && verdict.blockedBy === 'pending_patch');
      return [moved(state, id, { at: isFree ? 'delete' : 'blocked' })];
    }
  }
};

/** A job that waits comes back; here, once that would change anything. */
const isBlocked = (state: State, { call }: Process, rules: Rules): boolean => {
  const now = itemOf(state);
  const found = foundAgent(state.remote);
  const isLive = now.activation === undefined || state.users.includes(now.activation.conversation_id);
  if (nextRestoreStep(now, found, isLive, nowMs).step !== 'done') return false;
  const verdict = judgeRelease(now, found, pairOf(call).voice_id, nowMs);
  return verdict.may === 'wait' && (rules.respectsPendings || verdict.blockedBy !== 'pending_patch');
};
