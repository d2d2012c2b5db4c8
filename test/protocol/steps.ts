import { applied, type Transition } from '../../lambdas/platform/transition';
import {
  type Agent,
  agentItem,
  desiredPair,
  hasPair,
  isIdle,
  isSamePair,
  unknownAgent,
} from '../../lambdas/voices/agent';
import {
  activate,
  announce,
  clearSettled,
  confirm,
  deactivate,
  drop,
  keepBaseline,
} from '../../lambdas/voices/agent-changes';
import { baselineAfter, type ObservedAgent, nextRestoreStep } from '../../lambdas/voices/agent-decision';
import { judgeRelease } from '../../lambdas/voices/deletion-decision';
import { itemOf, look, moved, nowMs, pairOf, type Process, type State, untilMs, write } from './world';

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
  /** What our PATCHes carried is remembered. */
  readonly knowsGreetings: boolean;
  /** The versions that our PATCHes overwrote are read. */
  readonly readsVersions: boolean;
  /** An agent without versions is read again right before its PATCH. */
  readonly looksAgain: boolean;
  /** A PATCH is repeated only after a look. */
  readonly looksBeforeRepeat: boolean;
  /** A voice with the mark of another installation is nobody's choice. */
  readonly knowsMarks: boolean;
  /** An agent whose own voice is not known is not PATCHed. */
  readonly needsBaseline: boolean;
}

/** The protocol as it is. */
export const protocol: Rules = {
  respectsPendings: true,
  converges: true,
  looks: true,
  waitsForPreCall: true,
  announces: true,
  knowsGreetings: true,
  readsVersions: true,
  looksAgain: true,
  looksBeforeRepeat: true,
  knowsMarks: true,
  needsBaseline: true,
};

type Step = (state: State, process: Process, id: number, rules: Rules) => State[];

const attemptOf = (id: number, { patches }: Process): string => `${id}-${patches}`;

const planted = (transition: Transition, { announces, knowsGreetings }: Rules): Transition => {
  const isKept = (path: string): boolean =>
    (announces || !path.startsWith('pendings.')) && (knowsGreetings || !path.startsWith('carried.'));
  const kept = Object.entries(transition.to)
    .filter(([path]) => isKept(path))
    .map(([path, value]) => [
      path,
      (!announces && path === 'pendings') || (!knowsGreetings && path === 'carried') ? {} : value,
    ]);
  return { ...transition, to: Object.fromEntries(kept) as Transition['to'] };
};

const keep = (state: State, call: string, seen: Agent, found: ObservedAgent): State | undefined | 'same' => {
  const baseline = baselineAfter(seen, found);
  if (seen.version === 0 || isSamePair(baseline, seen.baseline ?? {})) return 'same';
  return write(state, call, keepBaseline('agent_a', seen, { baseline, version: found.version }, nowMs));
};

/** `activateVoice`: the activation is written; an agent without versions is read again beside that. */
const announceActivation: Step = (state, process, id, rules) => {
  const { call, seen = unknownAgent, found } = process;
  const attempt = attemptOf(id, process);
  const pair = pairOf(call);
  const activation = { conversation_id: call, voice_id: pair.voice_id ?? '', first_message: pair.first_message ?? '' };
  const baseline = found === undefined ? (seen.baseline ?? {}) : baselineAfter(seen, found);
  if (rules.needsBaseline && baseline.voice_id === undefined) return [moved(state, id, { at: 'refused' })];
  const wanted = { activation, baseline, ...(found !== undefined && { observed: found }) };
  const transition = planted(activate('agent_a', seen, wanted, { attempt, untilMs, nowMs }), rules);
  const written = write(state, call, transition);
  if (written === undefined) {
    const now = itemOf(state, call);
    // Whoever made the agent live has stored its baseline.
    return [moved(state, id, isIdle(now, nowMs) ? { at: 'read' } : { seen: now, found: undefined })];
  }
  const after = agentItem.parse(applied(transition, seen));
  const again = keep(written, call, after, look(state, call, after, rules));
  const isKept = again !== undefined && again !== 'same' && rules.looksAgain && state.versions.length === 0;
  const version = after.version + (isKept ? 1 : 0);
  const patch = { attempt, version, pair };
  return [moved(isKept ? again : written, id, { at: 'send', patch, patches: process.patches + 1, isUnsettled: false })];
};

const send: Step = (state, { patch }, id) => {
  if (patch === undefined) return [];
  const flight = { by: id, attempt: patch.attempt, pair: patch.pair, isAwaited: true };
  return [moved(state, id, { at: 'sent' }, { flights: [...state.flights, flight] })];
};

/** The look before a PATCH is repeated. */
const beforeRepeat: Step = (state, process, id, rules) => {
  const { call, seen = unknownAgent } = process;
  if (!rules.looksBeforeRepeat) return [moved(state, id, { at: 'send' })];
  const kept = keep(state, call, seen, look(state, call, seen, rules));
  if (kept === 'same') return [moved(state, id, { at: 'send' })];
  return [moved(kept ?? state, id, { at: 'repeat-read' })];
};

const over = ({ kind }: Process): Partial<Process> => ({ at: kind === 'release' ? 'read' : 'done', patch: undefined });

/** `settlePatch`, once the PATCH is confirmed. */
const confirmed: Step = (state, process, id, rules) => {
  const { call, patch, isUnsettled } = process;
  if (patch === undefined) return [moved(state, id, over(process))];
  if (isUnsettled === true) {
    const stands = !rules.converges || itemOf(state, call).version === patch.version;
    return [moved(state, id, stands ? over(process) : { at: 'settle-read' })];
  }
  const { version, attempt } = patch;
  const settled = write(state, call, rules.converges ? confirm(version, attempt) : drop(attempt));
  return [settled === undefined ? moved(state, id, { at: 'settle-read' }) : moved(settled, id, over(process))];
};

/** What the agent should have now is applied, if it has something else. */
const applyAgain: Step = (state, process, id, rules) => {
  const { call, patch, isUnsettled, seen = unknownAgent, found } = process;
  if (found === undefined) return [moved(state, id, { at: 'settle-read' })];
  const kept = keep(state, call, seen, found);
  if (kept !== 'same') return [moved(kept ?? state, id, { at: 'settle-read' })];
  const dropped = (to: State): State =>
    patch === undefined || isUnsettled === true ? to : (write(to, call, drop(patch.attempt)) ?? to);
  const pair = desiredPair(seen);
  if (hasPair(found.pair, pair)) return [moved(dropped(state), id, over(process))];
  const attempt = attemptOf(id, process);
  const announced = write(
    state,
    call,
    planted(announce(seen.version, { attempt, untilMs }, pair, found.version), rules),
  );
  if (announced === undefined) return [moved(state, id, { at: 'settle-read' })];
  const next = { attempt, version: seen.version, pair };
  return [moved(dropped(announced), id, { at: 'send', patch: next, patches: process.patches + 1, isUnsettled: false })];
};

const mayRelease = ({ processes }: State, { call }: Process, { waitsForPreCall }: Rules): boolean =>
  processes
    .filter((other) => other.kind === 'pre-call' && other.call === call)
    .every(({ at }) => ['done', 'dead', 'refused'].includes(at) || (!waitsForPreCall && at !== 'read'));

const end: Step = (state, process, id, rules) => {
  if (!mayRelease(state, process, rules)) return [];
  const { call } = process;
  const placed = { conversationId: call, voiceId: pairOf(call).voice_id ?? '' };
  const transition = deactivate('agent_a', itemOf(state, call), placed, nowMs);
  const written = transition === undefined ? state : (write(state, call, transition) ?? state);
  return [moved(written, id, { at: 'read' }, { users: state.users.filter((user) => user !== call) })];
};

/** One round of a release, as `restoreAgent` and `releaseAgent` take it. */
const restore: Step = (state, process, id, rules) => {
  const { seen = unknownAgent, found, call } = process;
  const again = (to: State | undefined): State[] => [moved(to ?? state, id, { at: 'read' })];
  if (seen.version === 0 || !rules.looks) return [moved(state, id, { at: 'delete' })];
  if (found === undefined) return again(undefined);
  const isLive = seen.activation === undefined || state.users.includes(seen.activation.conversation_id);
  const next = nextRestoreStep({ agent: seen, observed: found, isLive }, nowMs);
  switch (next.step) {
    case 'use-stand-in':
      return [];
    case 'deactivate': {
      const { conversation_id: conversationId, voice_id: voiceId } = next.activation;
      const transition = deactivate('agent_a', itemOf(state, call), { conversationId, voiceId }, nowMs);
      return again(transition === undefined ? undefined : write(state, call, transition));
    }
    case 'keep-baseline':
      return again(
        write(state, call, keepBaseline('agent_a', seen, { baseline: next.baseline, version: found.version }, nowMs)),
      );
    case 'patch': {
      const attempt = attemptOf(id, process);
      const announcement = announce(seen.version, { attempt, untilMs }, next.pair, found.version);
      const written = write(state, call, planted(announcement, rules));
      if (written === undefined) return again(undefined);
      const patch = { attempt, version: seen.version, pair: next.pair };
      return [moved(written, id, { at: 'send', patch, patches: process.patches + 1, isUnsettled: false })];
    }
    case 'clear': {
      const cleared = write(state, call, clearSettled(seen, nowMs));
      return cleared === undefined ? again(undefined) : [moved(cleared, id, { at: 'delete' })];
    }
    case 'done': {
      const verdict = judgeRelease(seen, found, pairOf(call).voice_id, nowMs);
      const isFree = verdict.may === 'go-on' || (!rules.respectsPendings && verdict.blockedBy === 'pending_patch');
      return [moved(state, id, { at: isFree ? 'delete' : 'blocked' })];
    }
  }
};

/** A job that waits comes back; here, once that would change anything. */
const unblock: Step = (state, { call }, id, rules) => {
  const now = itemOf(state, call);
  const found = look(state, call, now, rules);
  const isLive = now.activation === undefined || state.users.includes(now.activation.conversation_id);
  const verdict = judgeRelease(now, found, pairOf(call).voice_id, nowMs);
  const isBlocked =
    nextRestoreStep({ agent: now, observed: found, isLive }, nowMs).step === 'done' &&
    verdict.may === 'wait' &&
    (rules.respectsPendings || verdict.blockedBy !== 'pending_patch');
  return isBlocked ? [] : [moved(state, id, { at: 'read' })];
};

const reads = (at: Process['at']): Step => {
  return (state, { call }, id) => [moved(state, id, { at, seen: itemOf(state, call), found: undefined })];
};
const looks = (at: Process['at']): Step => {
  return (state, { call, seen = unknownAgent }, id, rules) => [
    moved(state, id, { at, found: look(state, call, seen, rules) }),
  ];
};
const nothing: Step = () => [];

const steps: Readonly<Record<Process['at'], Step>> = {
  read: reads('look'),
  look: looks('act'),
  act: (...given) => (given[1].kind === 'pre-call' ? announceActivation(...given) : restore(...given)),
  send,
  'repeat-read': reads('repeat-look'),
  'repeat-look': beforeRepeat,
  landed: confirmed,
  'settle-read': reads('settle-look'),
  'settle-look': looks('settle'),
  settle: applyAgain,
  wait: end,
  blocked: unblock,
  delete: (state, { call }, id) => [moved(state, id, { at: 'done' }, { deleted: [...state.deleted, call].toSorted() })],
  sent: nothing,
  refused: nothing,
  done: nothing,
  dead: nothing,
};

/** What a process may do next. */
export const step: Step = (state, process, id, rules) => steps[process.at](state, process, id, rules);
