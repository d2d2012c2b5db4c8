import type { Transition } from '../../lambdas/platform/transition';
import { judgeClaim, claimNew } from '../../lambdas/voices/claim-decision';
import {
  cloned,
  cloning,
  complete,
  conversationItem,
  type Conversation,
  heldWork,
  moveOn,
  sharing,
  type Work,
} from '../../lambdas/voices/conversation';
import { giveBack, leaveForAdoption, reopen, withdraw, withdrawNow } from '../../lambdas/voices/failed-pre-call';
import { preCallAnswer } from '../../lambdas/voices/pre-call/pre-call-answer';
import { giveUpCall, retake, take } from '../../lambdas/voices/starting-call';
import * as voices from '../../lambdas/voices/voice';
import type { Machine } from './derive';
import { conversationMeanings, voiceMeanings } from './meanings';

const nowS = 1_800_000_000;
const laterS = nowS + 86_400;
const ids = { conversation_id: 'conv_1', agent_id: 'agent_1' };
const left = { attempt: 'attempt_1', samples: [] };
/** The lease is over, so that the next attempt may take over. */
const held = { ...left, lease_until: 0, voice_name: 'Ada_Clone' };
const voiceId = { voice_id: 'voice_1' };
const answered = { ...left, ...voiceId, voice_expires_at: laterS, valid_until: laterS };

const withWork = (work: object): Conversation => conversationItem.parse({ ...ids, work, expires_at: laterS });

const conversations: Readonly<Record<'(none)' | Work['state'], Conversation | undefined>> = {
  '(none)': undefined,
  cloning: withWork({ state: 'cloning', ...held }),
  cloned: withWork({ state: 'cloned', ...held, ...voiceId }),
  sharing: withWork({ state: 'sharing', ...held, ...voiceId }),
  ready: withWork({ state: 'ready', ...answered }),
  taken: withWork({ state: 'taken', ...answered, call: 'call_1', taken_at: nowS }),
  adoptable: withWork({ state: 'adoptable', ...left, ...voiceId, voice_name: 'Ada_Clone', since: 0 }),
  withdrawing: withWork({ state: 'withdrawing', ...left, since: 0 }),
  open: withWork({ state: 'open', ...left }),
};

const claim = {
  conversationId: 'conv_1',
  agentId: 'agent_1',
  attempt: 'attempt_2',
  leaseUntilMs: 0,
  voiceName: 'Ada_Clone',
  callerHash: undefined,
  signedAtS: nowS,
  sampleKeys: [],
  expiresAtS: laterS,
};
const answer = preCallAnswer.parse({
  status: 'success',
  conversation_id: 'conv_1',
  voice_id: 'voice_1',
  voice_name: 'Ada_Clone',
  agent_updated: true,
  caller_info: {},
  processing_time_ms: 1,
  voice_reaches_caller: 'patched',
  recognised_by: 'agent',
  type: 'conversation_initiation_client_data',
  dynamic_variables: {},
});
const completion = {
  voiceExpiresAtS: laterS,
  validUntilS: laterS,
  sampleDigest: '',
  firstMessage: undefined,
  greetingSource: 'default',
} as const;
const job = { reason: 'precall_failed', conversation_id: 'conv_1', agent_id: 'agent_1', voice_id: 'voice_1' } as const;
const starting = { callId: 'call_1', agentId: 'agent_1', nowS, longestCallS: 60 };

type Held = NonNullable<ReturnType<typeof heldWork>>;

/** A step of the attempt that works on the conversation. */
const ofAttempt =
  (states: readonly string[], step: (now: Held) => Transition<unknown>) =>
  (example: object | undefined): Transition<unknown> | undefined => {
    const now = example === undefined ? undefined : heldWork(conversationItem.parse(example));
    return now !== undefined && states.includes(now.state) ? step(now) : undefined;
  };

/** A step of whoever read the item. */
const ofReader =
  (step: (seen: Conversation) => Transition<unknown> | undefined) =>
  (example: object | undefined): Transition<unknown> | undefined =>
    example === undefined ? undefined : step(conversationItem.parse(example));

const takeOver = (seen: Conversation): Transition<unknown> | undefined => {
  const verdict = judgeClaim(seen, claim, nowS * 1000);
  return verdict.may === 'take-over' ? verdict.transition : undefined;
};

const conversationMachine: Machine = {
  title: 'A conversation',
  about:
    'The work on one conversation, from the claim of a pre-call to the call that takes its voice. In `cloning`,\n' +
    '`cloned` and `sharing`, one attempt holds the conversation. Until its lease ends, other deliveries get 503.',
  meanings: conversationMeanings,
  source: 'lambdas/voices/conversation.ts',
  statePath: 'work.state',
  examples: conversations,
  steps: {
    claim: (example) => (example === undefined ? claimNew(claim).transition : undefined),
    'take over': ofReader(takeOver),
    'record the clone': ofAttempt(['cloning'], (now) => moveOn(now, cloned(now, 'voice_1'))),
    'use a kept voice': ofAttempt(['cloning'], (now) => moveOn(now, sharing(now, 'voice_1'))),
    'clone again': ofAttempt(['cloned', 'sharing'], (now) => moveOn(now, cloning(now, 'Ada_Clone'))),
    answer: ofAttempt(['cloned', 'sharing'], (now) => complete(now, answer, completion)),
    'give back': ofAttempt(['cloning', 'sharing'], giveBack),
    'leave for adoption': ofAttempt(['cloned'], (now) =>
      leaveForAdoption(now, 'voice_1', job, { adoptionS: 120, nowMs: 0 }),
    ),
    'withdraw now': ofAttempt(['cloned'], (now) => withdrawNow(now, 'voice_1', job, 0)),
    withdraw: ofReader((seen) => withdraw(seen, undefined, 0)),
    reopen: ofReader(reopen),
    'a call takes it': () => take(starting),
    'another call takes it': () => retake({ ...starting, callId: 'call_2' }, 'call_1'),
    'the call gives it up': () => giveUpCall('call_1'),
  },
};

const kept = { ...voiceId, expires_at: nowS - 1 };
const voiceExamples: Readonly<Record<'(none)' | voices.Voice['state'], voices.Voice | undefined>> = {
  '(none)': undefined,
  live: voices.voiceItem.parse({ state: 'live', ...kept }),
  expiring: voices.voiceItem.parse({ state: 'expiring', ...kept }),
  deleting: voices.voiceItem.parse({ state: 'deleting', ...kept }),
  deleted: voices.voiceItem.parse({ state: 'deleted', ...kept }),
};
const use = { voiceId: 'voice_1', conversationId: 'conv_1', agentId: 'agent_1', expiresAtS: laterS };
const made = { sampleDigest: '', callerHash: undefined, signedAtS: nowS, sampleKeys: [], retainS: 0 };
const cached = { ...made, voiceId: 'voice_1', callerHash: 'hash', validUntilS: laterS };
const expired: voices.KeptVoice = { ...kept, state: 'live', users: {}, agents: {}, samples: [], retain_s: 0 };

const voiceMachine: Machine = {
  title: 'A voice',
  about: 'One voice that this installation made at ElevenLabs, from its clone to its deletion.',
  meanings: voiceMeanings,
  source: 'lambdas/voices/voice.ts',
  statePath: 'state',
  examples: voiceExamples,
  steps: {
    record: () => voices.record({ ...use, ...made }),
    'record for later calls': () => voices.recordCached(cached),
    'restore after TTL': () => voices.restoreExpired(expired, laterS),
    prolong: () => voices.prolong(laterS),
    'mark as deleting': () => voices.markDeleting(nowS * 1000),
    'mark an unknown voice': () => voices.markUnknownDeleting('voice_1', [], nowS * 1000),
    'mark as deleted': () => voices.markDeleted(laterS),
  },
};

/** The machines whose arrows are derived from the code. */
export const machines: readonly Machine[] = [conversationMachine, voiceMachine];
