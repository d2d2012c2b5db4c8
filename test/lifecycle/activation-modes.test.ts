import { agentNow } from '../support/lifecycle/agent-now';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(async () => {
  await rig.reset();
  Object.assign(rig.settings, { activation: 'patch', firstMessage: 'Hallo {name}!', keepsFirstMessage: false });
});
afterAll(() => rig.close());

const plan = { conversationId: 'conv_1', agentId: 'agent_1' };
const operations = (name: string) => rig.elevenLabs.state.requests.filter(({ operation }) => operation === name);
const broken = {
  operation: 'patchAgent',
  times: null,
  action: { kind: 'error', status: 422, code: 'invalid' },
} as const;

const allow = (voice: boolean, greeting: boolean): void => {
  const conversation_config_override = { tts: { voice_id: voice }, agent: { first_message: greeting } };
  rig.elevenLabs.changeAgent('agent_1', { platform_settings: { overrides: { conversation_config_override } } });
};

describe('AGENT_ACTIVATION', () => {
  it('given override, then the agent is not touched, the answer carries the voice, and the end deletes it', async () => {
    rig.settings.activation = 'override';
    allow(true, true);

    const answer = await rig.preCall(plan);

    expect(answer).toMatchObject({
      agent_updated: false,
      conversation_config_override: { tts: { voice_id: rig.clones()[0] }, agent: { first_message: 'Hallo Ivan!' } },
    });
    expect(operations('patchAgent')).toEqual([]);
    expect(await rig.ledger()).not.toHaveProperty('AGENT#agent_1');
    await rig.endCall(plan);
    await rig.processJob();
    expect(rig.clones()).toEqual([]);
    expect(operations('patchAgent')).toEqual([]);
  });

  it('given both, then the agent is patched too, and restored', async () => {
    rig.settings.activation = 'both';

    expect(await rig.preCall(plan)).toMatchObject({ agent_updated: true });
    expect(agentNow(rig).voiceId).toBe(rig.clones()[0]);
    await rig.endCall(plan);
    await rig.processJob();

    expect(agentNow(rig).voiceId).toBe('ownVoice1');
    expect(rig.clones()).toEqual([]);
  });

  it('given both and a PATCH that is refused, then it is a success without it; nothing is left at the end', async () => {
    rig.settings.activation = 'both';
    rig.elevenLabs.addFault(broken);

    expect(await rig.preCall(plan)).toMatchObject({ status: 'success', agent_updated: false });
    await rig.endCall(plan);
    rig.advance(120);
    await rig.processJob();

    expect(agentNow(rig)).toMatchObject({ voiceId: 'ownVoice1' });
    expect(rig.clones()).toEqual([]);
  });

  it('given patch and a PATCH that is refused, then it fails, and the voice is queued for deletion', async () => {
    rig.settings.activation = 'patch';
    rig.elevenLabs.addFault(broken);

    await expect(rig.preCall(plan)).rejects.toMatchObject({ status: 422, code: 'AGENT_UPDATE_FAILED' });
    rig.elevenLabs.clearFaults();
    rig.advance(180);
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
    expect(await rig.samples()).toEqual([]);
  });
});

describe('the greeting', () => {
  const own = 'Own greeting 1';

  it.each([
    ['patch', '{own} Hallo {name}!', `${own} Hallo Ivan!`],
    ['override', '{own} Hallo {name}!', `${own} Hallo Ivan!`],
    ['patch', '{own}', own],
  ] as const)('given %s and %s, then the agent’s own message is said', async (activation, firstMessage, said) => {
    Object.assign(rig.settings, { activation, firstMessage });
    allow(true, true);

    const answer = await rig.preCall(plan);

    if (activation === 'patch') expect(agentNow(rig).firstMessage).toBe(said);
    const override = said === own ? undefined : { first_message: said };
    expect(answer).toHaveProperty('conversation_config_override.tts');
    expect(answer === 'killed' ? answer : answer.conversation_config_override?.agent).toEqual(override);
    await rig.endCall(plan);
    await rig.processJob();
    expect(agentNow(rig)).toMatchObject({ voiceId: 'ownVoice1', firstMessage: own });
  });

  it('given a second caller, then the own message is said, not the greeting of the first', async () => {
    Object.assign(rig.settings, { firstMessage: '{own} Hallo {name}!' });
    await rig.preCall(plan);
    await rig.preCall({ conversationId: 'conv_2', agentId: 'agent_1' });

    expect(agentNow(rig).firstMessage).toBe(`${own} Hallo Ivan!`);
  });
});

describe('disclosure', () => {
  const disclosures = {
    nl: 'Hallo, ik ben een AI-assistent. Dit gesprek wordt opgenomen.',
    en: 'Hello, I am an AI assistant. This call is recorded.',
  };
  const greetings = { '*': { nl: '{own} Fijn dat je belt, {name}.', en: '{own} Nice to hear you, {name}.' } };

  it.each([
    ['nl', `${disclosures.nl} Fijn dat je belt, Ivan.`],
    ['en', `${disclosures.en} Nice to hear you, Ivan.`],
  ] as const)(
    'given an agent of the language %s that discloses itself, then {own} says it in that language',
    async (language, said) => {
      const agentId = `agent_${language}`;
      rig.elevenLabs.addAgent({
        agentId,
        voiceId: 'ownVoice1',
        firstMessage: disclosures[language],
        conversationConfig: { agent: { language } },
      });
      Object.assign(rig.settings, { firstMessage: '{own}', greetings });
      await rig.preCall({ conversationId: 'conv_disclosed', agentId });

      expect(rig.elevenLabs.agent(agentId).firstMessage).toBe(said);
      Object.assign(rig.settings, { greetings: {} });
    },
  );
});

describe('the answer as initiation data', () => {
  it.each([
    ['patch', true, true, 'patched'],
    ['patch', true, false, 'patched'],
    ['patch', false, true, 'patched'],
    ['patch', false, false, 'patched'],
    ['both', false, false, 'patched'],
    ['auto', true, true, 'patched'],
    ['override', true, true, 'by_override'],
    ['override', true, false, 'by_override'],
    ['override', false, true, 'no'],
    ['override', false, false, 'no'],
  ] as const)(
    'given %s and an agent that allows voice: %s, greeting: %s, then it says %s and overrides no more than that',
    async (activation, voice, greeting, reaches) => {
      rig.settings.activation = activation;
      allow(voice, greeting);

      const answer = await rig.preCall({ ...plan, phoneNumber: '+31612345678' });

      expect(answer).toMatchObject({
        voice_reaches_caller: reaches,
        type: 'conversation_initiation_client_data',
        dynamic_variables: { company: 'Acme', precall_conversation_id: 'conv_1' },
        user_id: expect.stringMatching(/^\w+/),
      });
      const override = {
        ...(voice && { tts: { voice_id: rig.clones()[0] } }),
        ...(greeting && { agent: { first_message: 'Hallo Ivan!' } }),
      };
      const isAny = voice || greeting;
      expect(answer === 'killed' ? answer : answer.conversation_config_override).toEqual(isAny ? override : undefined);
    },
  );

  it('given an agent that ElevenLabs does not show, then it overrides what the last check saw', async () => {
    rig.settings.activation = 'override';
    const overrides = { voice: true, first_message: false, max_duration: false };
    await rig.deps.setups.record('agent_1', { overrides, numbers: [], checked_at: 1 });
    const action = { kind: 'error', status: 500, code: 'internal' } as const;
    rig.elevenLabs.addFault({ operation: 'getAgent', times: null, action });

    expect(await rig.preCall(plan)).toMatchObject({
      voice_reaches_caller: 'by_override',
      conversation_config_override: { tts: { voice_id: rig.clones()[0] } },
    });
  });

  it('given a caller without a number, then there is no user_id', async () => {
    expect(await rig.preCall(plan)).not.toHaveProperty('user_id');
  });
});

describe('a clone that ElevenLabs wants to have verified', () => {
  afterEach(() => rig.elevenLabs.changeSettings({ clonesNeedVerification: false }));

  it('then the pre-call is 422, the agent is not touched, and the voice is deleted', async () => {
    rig.elevenLabs.changeSettings({ clonesNeedVerification: true });

    await expect(rig.preCall(plan)).rejects.toMatchObject({ status: 422, code: 'VOICE_NEEDS_VERIFICATION' });
    expect(agentNow(rig)).toMatchObject({ voiceId: 'ownVoice1', firstMessage: 'Own greeting 1' });
    expect(operations('patchAgent')).toEqual([]);
    rig.advance(180);
    await rig.processJob();
    expect(rig.clones()).toEqual([]);
    expect(await rig.samples()).toEqual([]);
  });
});
