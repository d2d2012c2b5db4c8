import { patchAgent } from '../../local/elevenlabs/agents';
import type { NewFault } from '../../local/elevenlabs/faults';
import { until } from '../support/eventually';
import { agentNow } from '../support/lifecycle/agent-now';
import { holdPatch, letPass, secondsUntil } from '../support/lifecycle/pass-time';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(() => rig.reset());
afterAll(() => rig.close());

/** What I10 promises, in seconds after the end was taken in. */
const [restoredWithinS, deletedWithinS] = [10, 15];

/** Pre-calls of the rig have 20 s; their PATCHes may land for 30 s more, and the agent is read every 5 s. */
const settledWithinS = 20 + 30 + 5;

const phoneNumber = '+31612345678';
const plan = { conversationId: 'conv_1', agentId: 'agent_1', phoneNumber };
const own = { voiceId: 'ownVoice1', firstMessage: 'Own greeting 1' };
const hasOwn = () => agentNow(rig).voiceId === own.voiceId && agentNow(rig).firstMessage === own.firstMessage;
const noClones = () => rig.clones().length === 0;

afterEach(() => expect(rig.elevenLabs.state.incidents).toEqual([]));

describe('after the end of a call', () => {
  it('given no faults, then the agent is restored at once, and the clone is deleted', async () => {
    await rig.preCall(plan);

    await rig.endCall({ conversationId: 'conv_1' });

    expect(await secondsUntil(rig, hasOwn)).toBeLessThanOrEqual(restoredWithinS);
    expect(await secondsUntil(rig, noClones)).toBeLessThanOrEqual(deletedWithinS);
  });

  it.each<[string, NewFault['effect'], NewFault['action']]>([
    ['a 500', 'before', { kind: 'error', status: 500, code: 'internal_error' }],
    ['a 500 that took effect', 'after', { kind: 'error', status: 500, code: 'internal_error' }],
    ['a 503', 'before', { kind: 'error', status: 503, code: 'unavailable' }],
    ['a lost answer', 'after', { kind: 'reset' }],
    ['no answer', 'before', { kind: 'hang', ms: 1 }],
  ])(
    'given %s on the PATCH, then the agent does not wait, and the clone only as long as the PATCH may land',
    async (_given, effect, action) => {
      rig.elevenLabs.addFault({ operation: 'patchAgent', effect, action });
      await rig.preCall(plan);

      await rig.endCall({ conversationId: 'conv_1' });

      expect(await secondsUntil(rig, hasOwn)).toBeLessThanOrEqual(restoredWithinS);
      expect(await secondsUntil(rig, noClones)).toBeLessThanOrEqual(settledWithinS);
    },
  );

  it.each([1, 8, 29])(
    'given a PATCH that lands %s s after the end, then the agent is restored again',
    async (lateS) => {
      const land = holdPatch(rig);
      await rig.preCall(plan);
      await rig.endCall({ conversationId: 'conv_1' });
      await letPass(rig, lateS);
      expect(hasOwn()).toBe(true);

      land();

      expect(hasOwn()).toBe(false);
      expect(await secondsUntil(rig, hasOwn)).toBeLessThanOrEqual(restoredWithinS);
      expect(await secondsUntil(rig, noClones)).toBeLessThanOrEqual(settledWithinS - lateS);
    },
  );

  it('given that ElevenLabs does not take the agent’s own voice back for now, then it is tried again soon', async () => {
    await rig.preCall(plan);
    const times = 4;
    rig.elevenLabs.addFault({ operation: 'patchAgent', times, action: { kind: 'error', status: 503, code: 'x' } });

    await rig.endCall({ conversationId: 'conv_1' });

    const restoredS = await secondsUntil(rig, hasOwn);
    expect(restoredS).toBeGreaterThan(0);
    expect(restoredS).toBeLessThanOrEqual(60);
  });
});

describe('a clone that nobody needs', () => {
  it.each([422, 400])('given a PATCH that is refused with %s, then it is deleted at once', async (status) => {
    rig.elevenLabs.addFault({ operation: 'patchAgent', action: { kind: 'error', status, code: 'invalid_voice' } });

    await expect(rig.preCall(plan)).rejects.toMatchObject({ status: 422 });

    expect(await secondsUntil(rig, noClones)).toBeLessThanOrEqual(deletedWithinS);
    expect(hasOwn()).toBe(true);
  });

  it('given a call that ends while its clone is made, then it is deleted soon after that', async () => {
    rig.elevenLabs.changeSettings({ latencyMs: { createVoice: 500 } });
    const calling = rig.preCall(plan);
    await until(() => rig.elevenLabs.state.requests.some(({ operation }) => operation === 'createVoice'));
    await rig.endCall({ conversationId: 'conv_1' });
    await rig.processJob();

    await expect(calling).rejects.toMatchObject({ status: 409, code: 'CONVERSATION_ENDED' });

    expect(rig.clones()).toHaveLength(1);
    expect(await secondsUntil(rig, noClones)).toBeLessThanOrEqual(deletedWithinS);
    expect(hasOwn()).toBe(true);
  });

  it('given a pre-call that fails for now after its call has ended, then it is deleted soon', async () => {
    // It never takes effect, so that nothing has to be waited for.
    const busy = { kind: 'error', status: 429, code: 'rate_limit_exceeded' } as const;
    rig.elevenLabs.failNext('patchAgent', ...Array.from({ length: 4 }, () => busy));
    let ending: Promise<unknown> | undefined;
    rig.chances.elevenLabs = ({ operation }) => {
      if (operation !== 'patchAgent') return;
      ending ??= rig.endCall({ conversationId: 'conv_1' }).then(() => rig.processJob());
    };

    await expect(rig.preCall(plan)).rejects.toMatchObject({ status: 503 });
    await ending;

    expect(await secondsUntil(rig, noClones)).toBeLessThanOrEqual(deletedWithinS);
    expect(hasOwn()).toBe(true);
  });

  it('given an end before the pre-call, then none is made', async () => {
    await rig.endCall({ conversationId: 'conv_1' });

    await expect(rig.preCall(plan)).rejects.toMatchObject({ status: 409, code: 'CONVERSATION_ENDED' });

    expect(noClones()).toBe(true);
    expect(await rig.queue.pending()).toBe(0);
  });
});

describe('an agent whose own voice was deleted during a call', () => {
  it.each([
    ['the fallback voice', ['fallbackVoice1'], 'fallbackVoice1'],
    ['the default voice of ElevenLabs', [], 'defaultVoice1'],
  ])('then the name goes at once, it gets %s, and the clone goes', async (_what, existing, expected) => {
    for (const voiceId of [...existing, 'defaultVoice1'])
      rig.elevenLabs.addVoice({ voiceId, name: voiceId, category: 'premade' });
    rig.elevenLabs.changeSettings({ refusesMissingVoices: true });
    await rig.preCall({ ...plan, name: 'Anna' });
    rig.elevenLabs.removeVoice(own.voiceId);
    // A voice that an agent has lost is no mistake of ours.
    rig.elevenLabs.state.incidents.length = 0;

    await rig.endCall({ conversationId: 'conv_1' });

    expect(await secondsUntil(rig, () => agentNow(rig).firstMessage === own.firstMessage)).toBeLessThanOrEqual(
      restoredWithinS,
    );
    expect(await secondsUntil(rig, () => agentNow(rig).voiceId === expected)).toBeLessThanOrEqual(restoredWithinS);
    expect(await secondsUntil(rig, noClones)).toBeLessThanOrEqual(deletedWithinS);
    const greetingAlone = rig.elevenLabs.seen.filter(
      ({ operation, json }) => operation === 'patchAgent' && !JSON.stringify(json).includes('voice_id'),
    );
    expect(greetingAlone.length).toBeGreaterThan(0);
  });
});

it('given an agent whose own voice is refused once, then it has that voice again', async () => {
  await rig.preCall(plan);
  rig.elevenLabs.failNext('patchAgent', { kind: 'error', status: 400, code: 'bad_request' });

  await rig.endCall({ conversationId: 'conv_1' });

  expect(await secondsUntil(rig, hasOwn)).toBeLessThanOrEqual(restoredWithinS);
  expect(await secondsUntil(rig, noClones)).toBeLessThanOrEqual(deletedWithinS);
});

describe('what a person sets while a call is prepared', () => {
  const anna = { conversationId: 'conv_1', name: 'Anna' };
  const edited = { voiceId: 'personsVoice', firstMessage: 'A person wrote this' };
  const edit = (agentId: string) => {
    const conversation_config = { tts: { voice_id: edited.voiceId }, agent: { first_message: edited.firstMessage } };
    patchAgent(rig.elevenLabs.state, agentId, { conversation_config }, Date.now());
  };
  /** How often ElevenLabs was asked for something, this time included. */
  const countOf = (operation: string) =>
    rig.elevenLabs.seen.filter((request) => request.operation === operation).length - before.get(operation)!;
  const before = new Map<string, number>();

  it.each([
    ['agent_1', 'createVoice', 1],
    ['agent_1', 'patchAgent', 1],
    ['agent_2', 'createVoice', 1],
    ['agent_2', 'getAgent', 2],
  ])('given %s and an edit when %s number %i comes, then it is there after the call', async (...given) => {
    const [agentId, operation, number] = given;
    rig.elevenLabs.addVoice({ voiceId: edited.voiceId, name: 'Of the library', category: 'premade' });
    // So that the first look at the agent is over.
    rig.elevenLabs.changeSettings({ latencyMs: { createVoice: 200 } });
    before.set(operation, countAll(operation));
    rig.chances.elevenLabs = (request) => {
      if (request.operation !== operation || countOf(operation) !== number) return;
      if (operation === 'createVoice') setTimeout(() => edit(agentId), 150);
      else edit(agentId);
    };
    await rig.preCall({ ...anna, agentId });

    await rig.endCall({ conversationId: 'conv_1' });

    await secondsUntil(rig, noClones);
    expect(agentNow(rig, agentId)).toMatchObject(edited);
  });

  it('given an agent without versions and an edit before its PATCH is repeated, then it is there after the call', async () => {
    rig.elevenLabs.addVoice({ voiceId: edited.voiceId, name: 'Of the library', category: 'premade' });
    rig.elevenLabs.addFault({
      operation: 'patchAgent',
      action: { kind: 'error', status: 500, code: 'internal_error' },
    });
    before.set('patchAgent', countAll('patchAgent'));
    rig.chances.elevenLabs = ({ operation }) => {
      if (operation === 'patchAgent' && countOf(operation) === 1) edit('agent_2');
    };
    await rig.preCall({ ...anna, agentId: 'agent_2' });

    await rig.endCall({ conversationId: 'conv_1' });

    await secondsUntil(rig, noClones);
    expect(agentNow(rig, 'agent_2')).toMatchObject(edited);
  });
});

const countAll = (operation: string): number =>
  rig.elevenLabs.seen.filter((request) => request.operation === operation).length;
