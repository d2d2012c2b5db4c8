import { branchNow, changeBranch, draftsNow } from '../support/lifecycle/branch-now';
import {
  agentId,
  type BranchedAgent,
  own,
  plan,
  refusal,
  summerSeed,
  useBranchedAgent,
} from '../support/lifecycle/branched-agent';

const branchedAgent = useBranchedAgent();
let rig: BranchedAgent['rig'];
let add: BranchedAgent['add'];
let count: BranchedAgent['count'];
let settle: BranchedAgent['settle'];
let end: BranchedAgent['end'];
beforeEach(() => {
  ({ rig, add, count, settle, end } = branchedAgent());
});

describe('an agent that can’t be PATCHed', () => {
  const isProtected = { protection: 'admin_perms_required', role: 'editor' } as const;

  it.each([
    [
      'a protected main branch',
      { main: isProtected },
      'Only admins may change the branch “Main” of the agent, and the owner of the ElevenLabs API key is none: ' +
        'make the owner of the key an admin of the agent, or lift the protection of the branch.',
    ],
    [
      'a live branch that the key may only read',
      { main: { livePercentage: 70 }, branches: [{ ...summerSeed, role: 'viewer' as const }] },
      'The owner of the ElevenLabs API key may read the branch “Summer” of the agent, but not change it: ' +
        'make the owner of the key an editor of the agent.',
    ],
    [
      'an archived agent',
      { platformSettings: { archived: true } },
      'The agent is archived: restore it in ElevenLabs, or use another agent.',
    ],
  ])(
    'given %s and 40 pre-calls, then no voice is changed, and the answer is one sentence',
    async (_, seed, sentence) => {
      add(seed);

      for (let call = 0; call < 40; call += 1) {
        const answer = rig.preCall({ ...plan, conversationId: `conv_${call}` });
        await expect(answer).rejects.toMatchObject({ status: 422, code: 'AGENT_UPDATE_FAILED', message: sentence });
      }

      expect(rig.elevenLabs.state.voiceAddEditCounter).toBe(0);
      expect(count('patchAgent')).toBe(0);
      expect(await rig.samples()).toEqual([]);
    },
  );

  it('given a protection after calls went well, then it costs one clone, however many calls come', async () => {
    add({ main: {} });
    await rig.preCall(plan);
    await end();
    changeBranch(rig, agentId, undefined, isProtected);

    for (let call = 2; call < 42; call += 1) {
      expect(await refusal(rig.preCall({ ...plan, conversationId: `conv_${call}` }))).toContain('Only admins');
      rig.advance(60);
    }

    expect(rig.elevenLabs.state.voiceAddEditCounter).toBe(2);
    changeBranch(rig, agentId, undefined, { role: 'admin' });
    expect(await refusal(rig.preCall({ ...plan, conversationId: 'conv_42' }))).toBe('served');
  });

  it.each([
    [403, 'insufficient_permissions', 1],
    [400, 'http_400', 1],
    [422, 'voice_not_found', 3],
  ])('given refusals of %s %s, then 3 calls within ten minutes cost %s clones', async (status, code, clones) => {
    add({ main: {} });
    const fault = { operation: 'patchAgent', times: null, action: { kind: 'error', status, code } } as const;
    rig.elevenLabs.addFault(fault);

    for (const call of [1, 2, 3])
      expect(await refusal(rig.preCall({ ...plan, conversationId: `conv_${call}` }))).toContain(code);

    expect(rig.elevenLabs.state.voiceAddEditCounter).toBe(clones);
    rig.elevenLabs.clearFaults();
    rig.advance(601);
    await settle();
    expect(await refusal(rig.preCall({ ...plan, conversationId: 'conv_4' }))).toBe('served');
    expect(rig.clones()).toHaveLength(1);
  });

  it('given both and a protected main branch, then the override carries the call', async () => {
    rig.settings.activation = 'both';
    const conversation_config_override = { tts: { voice_id: true }, agent: { first_message: true } };
    add({ main: isProtected, platformSettings: { overrides: { conversation_config_override } } });

    expect(await rig.preCall(plan)).toMatchObject({ agent_updated: false, voice_reaches_caller: 'by_override' });
    expect(count('patchAgent')).toBe(0);
  });
});

describe('drafts of procedures', () => {
  it('given drafts of the key’s owner, then a call and its end publish none and lose none', async () => {
    add({ procedures: { prc_1: 'prcv_1', prc_2: null }, main: { drafts: { prc_1: 'prcv_9', prc_2: 'prcv_2' } } });

    await rig.preCall(plan);
    await end();

    expect(count('patchAgent')).toBe(2);
    expect(rig.elevenLabs.state.procedureChanges).toEqual([]);
    expect(draftsNow(rig, agentId)).toEqual(['prc_1', 'prc_2']);
    expect(branchNow(rig, agentId)).toEqual(own);
  });

  it('given none, then the PATCH does not speak of procedures', async () => {
    add({ procedures: { prc_1: 'prcv_1' }, main: {} });

    await rig.preCall(plan);

    const patches = rig.elevenLabs.seen.filter(({ operation }) => operation === 'patchAgent');
    expect(patches.at(-1)?.json).not.toHaveProperty('procedures');
    expect(rig.elevenLabs.state.procedureChanges).toEqual([]);
  });

  it('given a published procedure whose version is not shown, beside drafts, then nothing is changed', async () => {
    add({ procedures: { prc_1: null }, main: { drafts: { prc_2: 'prcv_2' } } });

    expect(await refusal(rig.preCall(plan))).toContain('procedure_without_version');
    expect(count('patchAgent')).toBe(0);
    expect(rig.elevenLabs.state.voiceAddEditCounter).toBe(0);
  });
});

describe('the cost of branches', () => {
  it('given an agent without them, then a pre-call makes one more request, beside the clone', async () => {
    add({ hasVersions: false });
    rig.elevenLabs.clearRequests();

    await rig.preCall(plan);

    expect(count('listBranches')).toBe(1);
    expect(count('listProcedures')).toBe(0);
  });
});

describe('recognition by the initiation webhook', () => {
  it.each([
    ['every live branch', true, 'by_override'],
    ['the main branch alone', false, 'no'],
  ])('given overrides that %s allows, then the answer has them, or none', async (_, isAllowed, reaches) => {
    rig.settings.activation = 'override';
    const allowing = (allows: boolean) => ({
      overrides: { conversation_config_override: { tts: { voice_id: allows }, agent: { first_message: allows } } },
    });
    add({
      platformSettings: allowing(true),
      main: { livePercentage: 70 },
      branches: [{ ...summerSeed, platformSettings: allowing(isAllowed) }],
    });

    expect(await rig.preCall(plan)).toMatchObject({ voice_reaches_caller: reaches });
  });
});
