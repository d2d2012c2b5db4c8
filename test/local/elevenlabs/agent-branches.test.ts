import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { expectViolations } from '../../support/elevenlabs';
import { agentId, ask, houseVoiceId, startSimulator } from './simulator-client';

const path = `/v1/convai/agents/${agentId}`;
let simulator: ElevenLabsSimulator;

const start = async (seed: object) => {
  simulator = await startSimulator({
    agents: [{ agentId, voiceId: houseVoiceId, firstMessage: 'Good day.', ...seed }],
  });
};
afterEach(() => simulator.close());

const get = (suffix = '') => ask(simulator, 'GET', `${path}${suffix}`);
const patch = (suffix: string, body: unknown) => ask(simulator, 'PATCH', `${path}${suffix}`, body);
const greet = (first_message: string) => ({ conversation_config: { agent: { first_message } } });
const summer = { branchId: 'agtbranch_summer', name: 'Summer', livePercentage: 30, firstMessage: 'Sunny day.' };
const split = { main: { livePercentage: 70 }, branches: [summer] };

describe('branches', () => {
  it.each([
    ['versions', {}, [{ id: 'agtbranch_main', current_live_percentage: 100, parent_branch_id: null }]],
    ['no versions', { hasVersions: false }, []],
  ])('given an agent with %s and no branches, then main is listed, or nothing', async (_, seed, results) => {
    await start(seed);

    expect((await get('/branches')).json).toMatchObject({ results });
    expect((await get()).json).toMatchObject({ branch_id: null, main_branch_id: null });
  });

  it('given two branches, then each is read and changed by its id, and both are listed', async () => {
    await start(split);

    const { json } = await patch('?branch_id=agtbranch_summer', greet('Hot day.'));

    expect(json).toMatchObject({ branch_id: 'agtbranch_summer', main_branch_id: 'agtbranch_main' });
    expect((await get('?branch_id=agtbranch_summer')).json).toMatchObject(greet('Hot day.'));
    expect((await get()).json).toMatchObject(greet('Good day.'));
    expect((await get(`/versions/${String(json.version_id)}`)).json).toMatchObject({ branch_id: 'agtbranch_summer' });
    expect((await get('/branches')).json).toMatchObject({
      results: [
        { id: 'agtbranch_main', name: 'Main', current_live_percentage: 70, access_info: { role: 'admin' } },
        { id: 'agtbranch_summer', parent_branch_id: 'agtbranch_main', protection_status: 'writer_perms_required' },
      ],
    });
  });

  it('given an archived branch, then it is listed on request, and takes no PATCH', async () => {
    await start({ branches: [{ ...summer, isArchived: true }] });

    expect((await get('/branches')).json).toMatchObject({ results: [{ id: 'agtbranch_main' }] });
    expect((await get('/branches?include_archived=true')).json).toMatchObject({ results: [{}, { is_archived: true }] });
    expect((await patch('?branch_id=agtbranch_summer', greet('x'))).status).toBe(400);
  });

  it('given no such branch, then 404', async () => {
    await start(split);

    expect((await get('?branch_id=agtbranch_none')).status).toBe(404);
  });

  it.each([
    ['admin_perms_required', 'admin', 200],
    ['admin_perms_required', 'editor', 403],
    ['admin_perms_required', null, 403],
    ['writer_perms_required', 'editor', 200],
    ['writer_perms_required', null, 200],
    ['writer_perms_required', 'viewer', 403],
  ])('given a branch that needs %s, when a key of role %s changes it, then %s', async (protection, role, status) => {
    await start({ main: { protection, role } });

    expect((await patch('', greet('Changed.'))).status).toBe(status);
    expect((await get()).json).toMatchObject(greet(status === 200 ? 'Changed.' : 'Good day.'));
  });
});

describe('procedures', () => {
  const seed = { procedures: { prc_1: 'prcv_1', prc_2: null }, main: { drafts: { prc_1: 'prcv_9', prc_3: 'prcv_3' } } };
  const draftsAfter = async () => {
    const { procedures } = (await get('/branches/agtbranch_main/procedures')).json as unknown as {
      procedures: { procedure_id: string; has_draft: boolean }[];
    };
    return procedures.filter(({ has_draft }) => has_draft).map(({ procedure_id }) => procedure_id);
  };

  it('given drafts, when a PATCH names no procedures, then it publishes them', async () => {
    await start(seed);
    expect(await draftsAfter()).toEqual(['prc_1', 'prc_3']);

    const { json } = await patch('', greet('Changed.'));

    expect(json).toMatchObject({ procedures: { prc_1: { version_id: 'prcv_9' }, prc_3: { version_id: 'prcv_3' } } });
    expect(await draftsAfter()).toEqual([]);
    expect(simulator.state.procedureChanges).toMatchObject([{ published: ['prc_1', 'prc_3'], removed: [] }]);
  });

  it('given drafts, when a PATCH names the versions of the tip, then nothing is published or lost', async () => {
    await start({ ...seed, procedures: { prc_1: 'prcv_1' } });

    await patch('', { ...greet('Changed.'), procedures: { prc_1: { procedure_id: 'prc_1', version_id: 'prcv_1' } } });

    expect(await draftsAfter()).toEqual(['prc_1', 'prc_3']);
    expect(simulator.state.procedureChanges).toEqual([]);
  });

  it('given a version that is null, as GET shows it, then the PATCH is refused', async () => {
    await start(seed);

    const { status } = await patch('', { procedures: { prc_2: { procedure_id: 'prc_2', version_id: null } } });

    expect(status).toBe(422);
    expectViolations(simulator, 'version_id');
  });

  it('given an empty map, then all procedures go', async () => {
    await start({ ...seed, main: {} });

    expect((await patch('', { procedures: {} })).json).toMatchObject({ procedures: {} });
    expect(simulator.state.procedureChanges).toMatchObject([{ published: [], removed: ['prc_1'] }]);
  });
});

describe('calls', () => {
  const call = { agentId, callerNumber: '+31612345678', calledNumber: '+31201234567' };
  const hear = async (more: object = {}) => (await simulator.startInboundCall({ ...call, ...more })).conversation.heard;

  it('given a split of 70 to 30, then a hundred calls are spread like that', async () => {
    await start(split);

    const heard: unknown[] = [];
    for (let count = 0; count < 100; count += 1) heard.push((await hear())?.firstMessage);

    expect(heard.filter((text) => text === 'Sunny day.')).toHaveLength(30);
    expect(await hear({ branchId: 'agtbranch_summer' })).toMatchObject({ firstMessage: 'Sunny day.' });
  });

  it('given an agent that only writes, or one that is archived, then nobody hears anything', async () => {
    await start({ conversationConfig: { conversation: { text_only: true } } });
    expect(await hear()).toBeNull();
    await simulator.close();
    await start({ platformSettings: { archived: true } });
    expect(await hear()).toBeNull();
  });

  it('given a language with a voice of its own, then its callers hear that', async () => {
    const language_presets = { de: { overrides: { tts: { voice_id: 'deVoice' }, agent: { first_message: 'Tag.' } } } };
    await start({ conversationConfig: { language_presets } });

    expect(await hear({ language: 'de' })).toEqual({ voiceId: 'deVoice', firstMessage: 'Tag.' });
    expect(await hear({ language: 'fr' })).toEqual({ voiceId: houseVoiceId, firstMessage: 'Good day.' });
  });
});
