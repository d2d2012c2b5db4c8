import { applied, isPossible } from '../../lambdas/platform/transition';
import { type Claim, claimNew, judgeClaim, isAbandoned } from '../../lambdas/voices/claim-decision';
import {
  complete,
  type Conversation,
  conversationItem,
  type HeldWork,
  isAnswered,
  type Work,
} from '../../lambdas/voices/conversation';
import { end, erase } from '../../lambdas/voices/ended-conversation';
import { giveBack, reopen, withdraw } from '../../lambdas/voices/failed-pre-call';
import { preCallAnswerOf } from '../support/pre-call-answer';

const nowMs = 1_767_225_600_000;
const answer = preCallAnswerOf('conv_1');
const claim: Claim = {
  conversationId: 'conv_1',
  agentId: 'agent_1',
  attempt: 'second',
  leaseUntilMs: nowMs + 57_000,
  voiceName: 'Second_Clone',
  callerHash: undefined,
  signedAtS: nowMs / 1000,
  sampleKeys: ['samples/conv_1/x.wav'],
  expiresAtS: nowMs / 1000 + 3600,
};
const left = { attempt: 'first', samples: [] };
const held = (fields: { state: HeldWork['state']; lease_until: number; voice_id?: string }): HeldWork =>
  ({ ...left, voice_name: 'Ivan_Clone', ...fields }) as HeldWork;
const ready: Work = {
  ...left,
  state: 'ready',
  voice_id: 'voice_1',
  voice_expires_at: nowMs / 1000 + 60,
  valid_until: nowMs / 1000 + 60,
};
const completion = {
  voiceExpiresAtS: nowMs / 1000 + 60,
  validUntilS: nowMs / 1000 + 60,
  sampleDigest: 'a',
  firstMessage: 'Hi Ivan',
  greetingSource: 'default' as const,
};
const seen = (work: Work | undefined, fields: Partial<Conversation> = {}): Conversation => ({
  conversation_id: 'conv_1',
  agent_id: 'agent_1',
  ...(work !== undefined && { work }),
  expires_at: nowMs / 1000 + 60,
  ...fields,
});
const adoptable: Work = { ...left, state: 'adoptable', voice_name: 'Ivan_Clone', voice_id: 'voice_1', since: nowMs };
const withdrawing: Work = { ...left, state: 'withdrawing', voice_id: 'voice_1', since: nowMs };

describe('judgeClaim', () => {
  it.each<[string, Conversation, object]>([
    ['a completed one', seen(ready, { answer }), { may: 'answer-again', answer }],
    [
      'a completed one whose voice has expired',
      seen({ ...ready, voice_expires_at: nowMs / 1000 }, { answer }),
      { may: 'refuse-ended' },
    ],
    ['one under work', seen(held({ state: 'cloning', lease_until: nowMs + 57_000 })), { may: 'wait', waitS: 5 }],
    [
      'one whose lease ends soon',
      seen(held({ state: 'cloned', lease_until: nowMs + 1, voice_id: 'voice_1' })),
      { may: 'wait', waitS: 1 },
    ],
    ['one whose voice is being taken back', seen(withdrawing), { may: 'wait', waitS: 5 }],
    ['an ended one', seen(ready, { ended_at: nowMs - 1 }), { may: 'refuse-ended' }],
    ['one that is known by its end alone', seen(undefined, { ended_at: nowMs }), { may: 'refuse-ended' }],
    ['one of another agent', seen(ready, { answer, agent_id: 'agent_2' }), { may: 'refuse-other-agent' }],
  ])('given %s, when judged, then the verdict is given', (_given, found, verdict) => {
    expect(judgeClaim(found, claim, nowMs)).toEqual(verdict);
  });

  it.each<[string, Conversation, Partial<HeldWork>, boolean]>([
    [
      'one that failed and left nothing',
      seen({ ...left, state: 'open' }),
      { state: 'cloning', voice_name: 'Second_Clone' },
      false,
    ],
    [
      'an interrupted clone whose lease ran out',
      seen(held({ state: 'cloning', lease_until: nowMs })),
      { state: 'cloning', voice_name: 'Ivan_Clone' },
      true,
    ],
    ['a clone that never got to the agent', seen(adoptable), { state: 'cloned', voice_name: 'Ivan_Clone' }, false],
    [
      'a shared voice whose attempt died',
      seen(held({ state: 'sharing', lease_until: nowMs, voice_id: 'voice_1' })),
      { state: 'cloned', voice_name: 'Ivan_Clone' },
      false,
    ],
    [
      'an expired one that DynamoDB still has',
      seen(ready, { answer, ended_at: 1, expires_at: nowMs / 1000 }),
      { state: 'cloning', voice_name: 'Second_Clone' },
      false,
    ],
  ])('given %s, when judged, then it is taken over', (_given, found, work, mayHaveClone) => {
    const verdict = judgeClaim(found, claim, nowMs);

    expect(verdict).toMatchObject({ may: 'take-over', work: { ...work, attempt: 'second' }, mayHaveClone });
    if (verdict.may !== 'take-over') return;
    expect(isPossible(verdict.transition, found)).toBe(true);
    const taken = conversationItem.parse(applied(verdict.transition, found));
    expect(taken.work).toEqual(verdict.work);
    expect(taken.ended_at).toBeUndefined();
    // Whoever comes second to take the same work over is refused.
    expect(isPossible(verdict.transition, taken)).toBe(false);
    // An end that came meanwhile stands, unless it is one of long ago.
    const isExpired = found.expires_at * 1000 <= nowMs;
    expect('ended_at' in verdict.transition.to).toBe(isExpired);
    if (!isExpired) expect(isPossible(verdict.transition, { ...found, ended_at: nowMs })).toBe(false);
  });
});

describe('the work on a conversation', () => {
  const { work, transition } = claimNew(claim);
  const begun = { pk: 'CONVERSATION#conv_1', ...applied(transition, undefined) };

  it('given its end, when the attempt goes on, then nothing completes it, and it can still be given back', () => {
    const ended = applied(end('conv_1', { endedAtMs: nowMs, expiresAtS: 1 }), begun);

    expect(isPossible(complete(work, answer, completion), begun)).toBe(true);
    expect(isPossible(complete(work, answer, completion), ended)).toBe(false);
    expect(isPossible(giveBack(work), ended)).toBe(true);
  });

  it('given an answer, when it ends, then what the caller said of themselves is gone', () => {
    const done = applied(complete(work, answer, completion), begun);
    const ended = applied(end('conv_1', { endedAtMs: nowMs, expiresAtS: 1 }), done);

    expect(isAnswered(conversationItem.parse({ expires_at: 1, ...done }))).toBe(true);
    expect(isAnswered(conversationItem.parse({ expires_at: 1, ...ended }))).toBe(false);
    expect(done).toHaveProperty('first_message', 'Hi Ivan');
    expect(ended).not.toHaveProperty('answer');
    expect(ended).not.toHaveProperty('first_message');
  });

  it('given work that an attempt holds, when its caller is erased, then it is refused; after the lease nothing is left', () => {
    const ended = conversationItem.parse({ ...begun, caller_hash: 'h', ended_at: nowMs });

    expect(erase(ended, 5, nowMs)).toBeUndefined();
    const erased = applied(erase(ended, 5, claim.leaseUntilMs)!, ended);
    expect(Object.keys(erased).toSorted()).toEqual([
      'agent_id',
      'conversation_id',
      'ended_at',
      'erased_at',
      'expires_at',
    ]);
  });

  it('given a clone that is taken back, when it is gone, then the conversation is open again', () => {
    const taken = conversationItem.parse({
      ...begun,
      ...applied(withdraw(seen(adoptable), undefined, nowMs)!, seen(adoptable)),
    });

    expect(taken.work).toMatchObject({ state: 'withdrawing', voice_id: 'voice_1' });
    expect(applied(reopen(taken)!, taken)['work']).toEqual({ state: 'open', attempt: 'first', samples: [] });
    expect(reopen(seen(ready))).toBeUndefined();
  });

  it.each<[string, Conversation, boolean]>([
    ['a lease that ended just now', seen(held({ state: 'cloning', lease_until: nowMs })), false],
    [
      'a lease that ended long ago',
      seen(held({ state: 'sharing', lease_until: nowMs - 900_000, voice_id: 'v' })),
      true,
    ],
    ['a clone that nobody adopted', seen({ ...adoptable, since: nowMs - 900_000 }), true],
    ['a voice whose withdrawal stopped', seen({ ...withdrawing, since: nowMs - 900_000 }), true],
    ['an answered one', seen(ready, { answer }), false],
    ['an ended one', seen(adoptable, { ended_at: 1 }), false],
  ])(
    'given %s, when reconcile looks, then it is known whether anybody is left who finishes it',
    (_given, found, is) => {
      expect(isAbandoned(found, 900_000, nowMs)).toBe(is);
    },
  );
});
