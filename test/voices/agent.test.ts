import { applied, isPossible } from '../../lambdas/platform/transition';
import {
  type Agent,
  agentItem,
  desiredPair,
  digestOf,
  hasPair,
  isIdle,
  isKnownVoice,
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

const nowMs = 1_000_000;
const activation = { conversation_id: 'conv_1', voice_id: 'voice_1', first_message: 'Hallo Ivan' };
const baseline = { voice_id: 'own', first_message: 'Hello' };
const agent = (fields: Partial<Agent>): Agent => ({ ...unknownAgent, version: 1, ...fields });
const carriedWith = (voice_id: string, ...texts: string[]): Agent['carried'] =>
  Object.fromEntries(
    texts.map((text) => [text, { voice: digestOf(voice_id), greeting: digestOf(text), until: nowMs + 1 }]),
  );
const found = (voice_id: string | undefined, first_message: string, voice: ObservedAgent['voice']): ObservedAgent => ({
  pair: { ...(voice_id !== undefined && { voice_id }), first_message },
  voice,
});

describe('isIdle', () => {
  it.each<[string, Partial<Agent>, boolean]>([
    ['an unknown agent', {}, true],
    ['a live activation', { activation }, false],
    ['a PATCH that may still land', { pendings: { a: { voice_id: 'v', until: nowMs + 1 } } }, false],
    ['a PATCH that can no longer land', { pendings: { a: { voice_id: 'v', until: nowMs } } }, true],
  ])('given %s, when asked, then it is told', (_given, fields, idle) => {
    expect(isIdle(agent(fields), nowMs)).toBe(idle);
  });
});

describe('desiredPair', () => {
  it('given an activation, then it is its pair; without one the baseline; of an unknown agent nothing is known', () => {
    expect(desiredPair(agent({ baseline, activation }))).toEqual({ voice_id: 'voice_1', first_message: 'Hallo Ivan' });
    expect(desiredPair(agent({ baseline }))).toEqual(baseline);
    expect(desiredPair(unknownAgent)).toEqual({});
  });

  it('given a voice that stands in for the baseline’s, then it is wanted until a person sets another', () => {
    const stand_in = { instead_of: 'own', voice_id: 'fallback' };

    expect(desiredPair({ baseline, stand_in })).toEqual({ voice_id: 'fallback', first_message: 'Hello' });
    expect(desiredPair({ baseline: { ...baseline, voice_id: 'new' }, stand_in })).toMatchObject({ voice_id: 'new' });
    expect(desiredPair({ baseline, stand_in, activation })).toMatchObject({ voice_id: 'voice_1' });
  });
});

describe('hasPair', () => {
  it.each([
    [{ voice_id: 'own', first_message: 'Hello' }, true],
    [{ voice_id: 'own' }, true],
    [{}, true],
    [{ voice_id: 'other' }, false],
    [{ voice_id: 'own', first_message: 'Hi' }, false],
  ])('given %j is wanted, then it is compared field by field', (wanted, has) => {
    expect(hasPair(baseline, wanted)).toBe(has);
  });
});

describe('isKnownVoice', () => {
  it('given an activation and pending PATCHes, then their voices are known, and no other', () => {
    const seen = agent({ activation, pendings: { a: { voice_id: 'voice_2', until: 0 }, b: { until: 0 } } });

    expect(['voice_1', 'voice_2', 'voice_3'].map((id) => isKnownVoice(seen, id))).toEqual([true, true, false]);
  });
});

describe('baselineAfter', () => {
  const known = agent({ baseline, activation, carried: carriedWith('voice_1', 'Hallo Ivan') });
  const late = agent({
    baseline,
    pendings: { a: { voice_id: 'v', greeting: digestOf('Hallo Eva'), until: nowMs } },
  });

  it.each<[string, Agent, ObservedAgent, object]>([
    ['all set by a person', known, found('new', 'Changed', 'foreign'), { voice_id: 'new', first_message: 'Changed' }],
    [
      'a greeting beside the activation’s voice',
      known,
      found('voice_1', 'Changed', 'ours'),
      { ...baseline, first_message: 'Changed' },
    ],
    [
      'a greeting beside our voice, after its call',
      agent({ baseline, carried: carriedWith('voice_1', 'Hallo Ivan') }),
      found('voice_1', 'Changed', 'ours'),
      { ...baseline, first_message: 'Changed' },
    ],
    [
      'what a PATCH of ours overwrote, the newest of it',
      known,
      {
        ...found('voice_1', 'Hallo Ivan', 'ours'),
        overwritten: [found('new', 'Older', 'foreign'), found('voice_1', 'Changed', 'ours')],
      },
      { voice_id: 'new', first_message: 'Changed' },
    ],
    [
      'a voice that stands in for the refused one',
      agent({ baseline, stand_in: { instead_of: 'own', voice_id: 'fallback' } }),
      found('fallback', 'Hello', 'foreign'),
      baseline,
    ],
    ['a greeting beside another marked voice', known, found('clone', 'Hallo Anna', 'ours'), baseline],
    ['a greeting beside a voice that does not exist', known, found('gone', 'Hallo Anna', 'missing'), baseline],
    ['a greeting of ours', known, found('new', 'Hallo Ivan', 'foreign'), { ...baseline, voice_id: 'new' }],
    ['both of ours', known, found('voice_1', 'Hallo Ivan', 'ours'), baseline],
    ['no voice', known, found(undefined, 'Changed', 'none'), { ...baseline, first_message: 'Changed' }],
    ['what a late PATCH may have brought', late, found('v', 'Hallo Eva', 'foreign'), baseline],
    ['a clone on an agent that nobody remembers', unknownAgent, found('clone', 'Hallo Jan', 'ours'), {}],
  ])('given %s, when read, then what a person set is the baseline, field by field', (_given, seen, now, after) => {
    expect(baselineAfter(seen, now)).toEqual(after);
  });
});

describe('nextRestoreStep', () => {
  const inFlight = { a: { voice_id: 'voice_1', until: nowMs + 1 } };

  it.each<[string, Agent, ObservedAgent, boolean, object]>([
    [
      'a call that is over',
      agent({ baseline, activation }),
      found('voice_1', 'Hallo Ivan', 'ours'),
      false,
      { step: 'deactivate', activation },
    ],
    [
      'a person’s change',
      agent({ baseline }),
      found('new', 'Hello', 'foreign'),
      true,
      { step: 'keep-baseline', baseline: { ...baseline, voice_id: 'new' } },
    ],
    [
      'a clone after the end',
      agent({ baseline, carried: carriedWith('voice_1', 'Hallo Ivan') }),
      found('voice_1', 'Hallo Ivan', 'ours'),
      true,
      { step: 'patch', pair: baseline },
    ],
    // A release that waited for the late PATCH left the caller's name on the agent for a minute.
    [
      'a clone after the end, and a PATCH in flight',
      agent({ baseline, pendings: inFlight, carried: carriedWith('voice_1', 'Hallo Ivan') }),
      found('voice_1', 'Hallo Ivan', 'ours'),
      true,
      { step: 'patch', pair: baseline },
    ],
    [
      'a live call whose PATCH is on its way',
      agent({ baseline, activation, pendings: inFlight }),
      found('own', 'Hello', 'foreign'),
      true,
      { step: 'done' },
    ],
    [
      'a live call that lost its voice',
      agent({ baseline, activation }),
      found('own', 'Hello', 'foreign'),
      true,
      { step: 'patch', pair: desiredPair({ activation }) },
    ],
    ['a clone, and no baseline', agent({}), found('clone', 'Hallo Jan', 'ours'), true, { step: 'use-stand-in' }],
    [
      'rest',
      agent({ baseline, carried: carriedWith('voice_1', 'Hallo Ivan') }),
      found('own', 'Hello', 'foreign'),
      true,
      { step: 'clear' },
    ],
    ['rest that was cleared', agent({ baseline }), found('own', 'Hello', 'foreign'), true, { step: 'done' }],
    [
      'its baseline, and a PATCH in flight',
      agent({ baseline, pendings: inFlight }),
      found('own', 'Hello', 'foreign'),
      true,
      { step: 'done' },
    ],
  ])('given %s, then the next step is decided', (_given, seen, now, isLive, step) => {
    expect(nextRestoreStep({ agent: seen, observed: now, isLive }, nowMs)).toEqual(step);
  });
});

describe('the transitions of an agent', () => {
  const announced = { attempt: 'attempt-1', untilMs: nowMs + 57_000 };
  const first = activate('agent_1', unknownAgent, { activation, baseline }, { ...announced, nowMs });
  const activated = { pk: 'AGENT#agent_1', ...applied(first, undefined) };
  const parsed = agentItem.parse(activated);

  it('given an activation, then version, entry and digest are one write, and the name is nowhere in the digest', () => {
    expect(parsed).toMatchObject({ version: 1, activation, baseline });
    expect(parsed.pendings['attempt-1']).toEqual({
      voice_id: 'voice_1',
      greeting: digestOf('Hallo Ivan'),
      until: announced.untilMs,
    });
    expect(JSON.stringify(parsed.carried)).not.toContain('Ivan');
  });

  it('given that the version moved, then no change, no repeated PATCH and no confirmation is written', () => {
    const moved = applied(
      keepBaseline('agent_1', parsed, { baseline: { voice_id: 'new' }, version: undefined }, nowMs),
      activated,
    );

    for (const transition of [
      activate('agent_1', parsed, { activation, baseline }, { ...announced, nowMs }),
      deactivate('agent_1', parsed, { conversationId: 'conv_1', voiceId: 'voice_1' }, nowMs)!,
      keepBaseline('agent_1', parsed, { baseline, version: undefined }, nowMs),
      announce(1, announced, baseline),
      confirm(1, 'attempt-1'),
      clearSettled(parsed, nowMs),
    ]) {
      expect(isPossible(transition, activated)).toBe(true);
      expect(isPossible(transition, moved)).toBe(false);
    }
    expect(agentItem.parse(applied(drop('attempt-1'), moved)).pendings).toEqual({});
  });

  it('given that another conversation took its place, then the superseded one changes nothing', () => {
    expect(deactivate('agent_1', parsed, { conversationId: 'conv_0', voiceId: 'voice_0' }, nowMs)).toBeUndefined();
  });

  it('given a digest whose PATCH can no longer land, then it goes with the next activation unless its greeting is still there', () => {
    const later = nowMs + 60_000;
    const next = { activation: { ...activation, conversation_id: 'conv_2', first_message: 'Hallo Eva' }, baseline };
    const digests = (there: string) => {
      const transition = activate(
        'agent_1',
        parsed,
        { ...next, observed: { pair: { first_message: there } } },
        { attempt: 'b', untilMs: later + 1, nowMs: later },
      );
      return Object.values(agentItem.parse(applied(transition, activated)).carried).map(({ greeting }) => greeting);
    };

    expect(digests('Hello')).toEqual([digestOf('Hallo Eva')]);
    expect(digests('Hallo Ivan').toSorted()).toEqual([digestOf('Hallo Eva'), digestOf('Hallo Ivan')].toSorted());
  });
});
