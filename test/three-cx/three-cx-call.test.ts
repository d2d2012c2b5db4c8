import { applied, isPossible, type Transition } from '../../lambdas/platform/transition';
import { awaitedVoice, nextStep, redial } from '../../lambdas/three-cx/next-step';
import {
  type ClaimedCall,
  claimAgentCall,
  claimCall,
  eraseCall,
  giveUpAgentCall,
  markScheduled,
  settleAgentCall,
  settleGreeting,
  threeCxCall,
  type ThreeCxCall,
} from '../../lambdas/three-cx/three-cx-call';
import { recordEvent } from '../../lambdas/three-cx/three-cx-event';
import { newCall } from '../support/three-cx-call';

const receivedAtMs = 1_000_000_000;
const made = newCall({ receivedAtMs, callerHash: 'f'.repeat(64), attempt: 'delivery' });
const agentFirst = { ...made, firstLeg: 'agent_call' as const };
const event = { event_type: 'CallEnded', call_id: made.threeCxCallId, duration: 12 };
const times = { nowMs: receivedAtMs, expiresAtS: 1_000_000 + 3600 };

/** The item after these transitions; throws at one that is not possible. */
const after = (...transitions: readonly (Transition<unknown> | undefined)[]): ThreeCxCall | undefined =>
  transitions.reduce<ThreeCxCall | undefined>((item, transition) => {
    if (transition === undefined || !isPossible(transition, item)) throw new Error('Not possible.');
    return threeCxCall.parse(applied(transition, item));
  }, undefined);
const claimed = (...more: readonly Transition<unknown>[]) => after(claimCall(made), ...more) as ClaimedCall;
const settledGreeting = settleGreeting('delivery', { state: 'failed' }, { areJobsQueued: true });
const open = claimed(settledGreeting);
const placed = { state: 'placed', conversation_id: 'conv_1' } as const;
const withAgentCall = (state: typeof placed | { state: 'unknown' } = placed) =>
  claimed(settledGreeting, claimAgentCall(open, 'job'), settleAgentCall('job', state, undefined));
const busy = () => {
  const call = withAgentCall();
  return threeCxCall.parse(applied(redial(call, 'conv_1', receivedAtMs + 5_000)!, call)) as ClaimedCall;
};

describe('the claim of a 3CX call', () => {
  it('given no item, or one of which only later events came, then the first delivery has it, with its jobs', () => {
    expect(claimed()).toMatchObject({ state: 'claimed', greeting: { state: 'placing', attempt: 'delivery' } });
    expect(after(recordEvent(undefined, event, times), claimCall(agentFirst))).toMatchObject({
      state: 'claimed',
      agent_call: { state: 'placing' },
    });
    expect(claimCall(made).enqueue.job).toEqual([
      { job: { kind: 'threecx_clone', call: made.call }, delayS: 0 },
      { job: { kind: 'threecx_agent_call', call: made.call }, delayS: 35 },
    ]);
  });

  it('given a call that is claimed, scheduled or erased, then nobody else can claim it before it expires', () => {
    for (const call of [claimed(), open, after(claimCall(made), eraseCall(1, made.expiresAtS))]) {
      expect(isPossible(claimCall(made), call)).toBe(false);
      expect(isPossible(claimCall(made, call), call)).toBe(false);
    }
  });

  it('given a call that has expired, then it begins anew, without anything of before', () => {
    const call = withAgentCall();
    const later = { ...made, attempt: 'later', receivedAtMs: made.expiresAtS * 1000 };

    const item = applied(claimCall(later, call), applied(recordEvent(call, event, times)!, call));

    expect(isPossible(claimCall(later, call), call)).toBe(true);
    expect(item).toMatchObject({ state: 'claimed', greeting: { attempt: 'later' } });
    expect(Object.keys(item)).not.toEqual(expect.arrayContaining(['agent_call']));
    expect(Object.keys(item)).not.toEqual(expect.arrayContaining(['ended']));
  });

  it('given jobs that are queued, then the call is scheduled, by the greeting or on its own', () => {
    expect([claimed(markScheduled).state, open.state]).toEqual(['scheduled', 'scheduled']);
    expect(claimed(settleGreeting('delivery', placed, { areJobsQueued: false })).state).toBe('claimed');
    expect(isPossible(markScheduled, after(claimCall(made), eraseCall(1, made.expiresAtS)))).toBe(false);
  });
});

describe('a leg of a 3CX call', () => {
  it('given another attempt, or a leg that is settled, then nobody settles it', () => {
    expect(isPossible(settleGreeting('another', placed, { areJobsQueued: false }), claimed())).toBe(false);
    expect(isPossible(settledGreeting, open)).toBe(false);
    expect(isPossible(settleAgentCall('job', placed, undefined), withAgentCall())).toBe(false);
  });

  it.each([
    ['is being placed', () => claimed(settledGreeting, claimAgentCall(open, 'job'))],
    ['is placed', () => withAgentCall()],
    ['may have rung', () => withAgentCall({ state: 'unknown' })],
    ['was given up', () => claimed(settledGreeting, giveUpAgentCall(open))],
    ['met a busy line since', () => busy()],
  ])('given an agent call that %s, then no attempt that saw it open can claim or end it', (_given, call) => {
    expect(isPossible(claimAgentCall(open, 'late'), call())).toBe(false);
    expect(isPossible(giveUpAgentCall(open), call())).toBe(false);
  });

  it('given a call that was never claimed, or was erased, then its agent call cannot be claimed', () => {
    for (const call of [after(recordEvent(undefined, event, times)), after(claimCall(made), eraseCall(1, 2))])
      expect(isPossible(claimAgentCall(open, 'job'), call)).toBe(false);
  });

  it('given that nothing rang, then a greeting has failed, and an agent call is as it was before the claim', () => {
    expect(claimed(settleGreeting('delivery', { state: 'not_taken' }, { areJobsQueued: true })).greeting).toEqual({
      state: 'failed',
    });
    const { agent_call: before, ...call } = busy();
    const again = applied(claimAgentCall({ ...call, agent_call: before }, 'job'), { ...call, agent_call: before });

    expect(applied(settleAgentCall('job', { state: 'not_taken' }, before), again)).toMatchObject({
      agent_call: before,
    });
    expect(applied(settleAgentCall('job', { state: 'not_taken' }, undefined), again)).not.toHaveProperty('agent_call');
  });

  it('given no number or no time, then the agent call says so', () => {
    expect(claimed(settledGreeting, giveUpAgentCall(open)).agent_call).toEqual({ state: 'expired' });
    expect(claimed(settledGreeting, giveUpAgentCall(open, 'no_number')).agent_call).toEqual({
      state: 'failed',
      code: 'no_number',
    });
  });
});

describe('a busy line', () => {
  it('given the conversation that met it, then the agent call is placed once more, after the pause', () => {
    const change = redial(withAgentCall(), 'conv_1', 7);

    expect(change).toMatchObject({ to: { agent_call: { state: 'busy', since: 7 } } });
    expect(change?.enqueue).toEqual({ job: { kind: 'threecx_agent_call', call: made.call }, delayS: 21 });
  });

  it('given the same event again before the redial, then the job is queued again, and the pause still counts from the first', () => {
    const change = redial(busy(), 'conv_1', receivedAtMs + 9_000)!;

    expect(isPossible(change, busy())).toBe(true);
    expect(change.to).toMatchObject({ agent_call: { since: receivedAtMs + 5_000 } });
    expect(change.enqueue).toEqual({ job: { kind: 'threecx_agent_call', call: made.call }, delayS: 21 });
  });

  it('given another conversation, an unknown outcome, or a second busy line, then nothing is placed', () => {
    const second = applied(
      settleAgentCall('job', placed, busy().agent_call),
      applied(claimAgentCall(busy(), 'job'), busy()),
    );

    expect(redial(withAgentCall(), 'conv_2', 7)).toBeUndefined();
    expect(redial(withAgentCall({ state: 'unknown' }), 'conv_1', 7)).toBeUndefined();
    expect(redial(threeCxCall.parse(second), 'conv_1', 7)).toBeUndefined();
    expect(redial(undefined, 'conv_1', 7)).toBeUndefined();
  });

  it('given a redial meanwhile, then a late event of the first conversation changes nothing', () => {
    const change = redial(withAgentCall(), 'conv_1', 7)!;
    const placing = applied(claimAgentCall(busy(), 'job'), busy());
    const redialled = applied(
      settleAgentCall('job', { ...placed, conversation_id: 'conv_2' }, busy().agent_call),
      placing,
    );

    expect([placing, redialled].map((item) => isPossible(change, item))).toEqual([false, false]);
  });
});

describe('a later event', () => {
  it('given a call in any state but erased, then it is kept beside everything else', () => {
    const change = recordEvent(open, event, times)!;

    expect(applied(change, open)).toMatchObject({
      ...open,
      ended: { duration: 12 },
      last_event: { type: 'CallEnded' },
    });
    expect(applied(recordEvent(open, { ...event, event_type: 'CallParked' }, times)!, open)).not.toHaveProperty(
      'ended',
    );
    expect(isPossible(change, after(claimCall(made), eraseCall(1, 2)))).toBe(false);
  });

  it('given a call that was erased, then nothing comes back; given one that has expired, then it begins anew', () => {
    const erased = after(claimCall(made), eraseCall(1, made.expiresAtS));
    const late = { ...times, nowMs: made.expiresAtS * 1000 };

    expect(recordEvent(erased, event, times)).toBeUndefined();
    expect(isPossible(recordEvent(undefined, event, times)!, open)).toBe(false);
    expect(isPossible(recordEvent(open, event, late)!, { ...open, expires_at: made.expiresAtS + 9 })).toBe(false);
    expect(applied(recordEvent(open, event, late)!, open)).toMatchObject({ state: 'unclaimed' });
    expect(applied(recordEvent(open, event, late)!, open)).not.toHaveProperty('caller_hash');
  });

  it('given an erasure, then nothing is left but the mark', () => {
    const call = applied(recordEvent(withAgentCall(), event, times)!, withAgentCall());

    expect(applied(eraseCall(5, 9), call)).toEqual({ call: made.call, state: 'erased', erased_at: 5, expires_at: 9 });
  });
});

describe('the next step of a 3CX call', () => {
  const now = {
    nowMs: receivedAtMs + 1_000,
    isGreetingOver: false,
    greetingMaxS: 35,
    dialTarget: 'caller',
    isTransitionAutomatic: true,
  };
  const greeted = claimed(settleGreeting('delivery', placed, { areJobsQueued: true }));
  const withheld = { ...open, caller_number: undefined };
  const [late, long] = [{ nowMs: receivedAtMs + 15 * 60_000 }, { greetingMaxS: 100 }];

  it.each([
    ['no call', undefined, {}, { do: 'nothing' }],
    ['only later events', after(recordEvent(undefined, event, times)), {}, { do: 'nothing' }],
    ['a greeting that failed', open, {}, { do: 'place', toNumber: '+31612345678' }],
    ['an extension', open, { dialTarget: '800' }, { do: 'place', toNumber: '800' }],
    ['a greeting', greeted, {}, { do: 'wait', for: 'greeting', untilMs: receivedAtMs + 70_000 }],
    ['a long greeting', greeted, long, { do: 'wait', for: 'greeting', untilMs: receivedAtMs + 160_000 }],
    ['a greeting nobody knows of', claimed(), {}, { do: 'wait', for: 'greeting' }],
    ['a greeting that is over', greeted, { isGreetingOver: true }, { do: 'place' }],
    ['a greeting of long ago', greeted, { nowMs: receivedAtMs + 70_000 }, { do: 'place' }],
    ['no automatic transition', open, { isTransitionAutomatic: false }, { do: 'nothing' }],
    [
      'no greeting',
      after(claimCall(agentFirst), settleAgentCall('delivery', { state: 'not_taken' }, undefined)),
      { isTransitionAutomatic: false },
      { do: 'place' },
    ],
    ['a placed agent call', withAgentCall(), late, { do: 'nothing' }],
    ['an agent call that may have rung', withAgentCall({ state: 'unknown' }), {}, { do: 'nothing' }],
    ['an agent call being placed', claimed(settledGreeting, claimAgentCall(open, 'job')), late, { do: 'nothing' }],
    ['a call of 15 minutes ago', open, late, { do: 'give_up' }],
    ['a busy line of 15 minutes ago', busy(), late, { do: 'give_up' }],
    ['a withheld number', withheld, {}, { do: 'give_up', code: 'no_number' }],
    ['a busy line', busy(), {}, { do: 'wait', for: 'busy_line', untilMs: receivedAtMs + 25_000 }],
    ['a busy line of 20 s ago', busy(), { nowMs: receivedAtMs + 25_000 }, { do: 'place' }],
  ] as const)('given %s, then it is so', (_given, call, differs, expected) => {
    const step = nextStep(call, { ...now, ...differs });

    expect(step).toMatchObject(expected);
    expect('code' in step && step.code).toBe('code' in expected && expected.code);
  });

  it('given a caller who is known, and a call that is not too old, then it waits for the voice', () => {
    const expected = { callerHash: 'f'.repeat(64), sinceMs: receivedAtMs, untilMs: receivedAtMs + 35_000 };
    const unknown = { ...open, caller_hash: undefined };

    expect(awaitedVoice(open, receivedAtMs, 35)).toEqual(expected);
    expect(awaitedVoice(open, late.nowMs - 1, 35)).toEqual(expected);
    for (const [call, nowMs] of [
      [open, late.nowMs],
      [unknown, receivedAtMs],
      [undefined, receivedAtMs],
    ] as const)
      expect(awaitedVoice(call, nowMs, 35)).toBeUndefined();
  });
});
