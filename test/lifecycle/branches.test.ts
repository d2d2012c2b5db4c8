import { branchNow, branchOff } from '../support/lifecycle/branch-now';
import {
  agentId,
  type BranchedAgent,
  own,
  ownSummer,
  plan,
  refusal,
  summer,
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
const addSplit = (more: object = {}) => add({ main: { livePercentage: 70 }, branches: [{ ...summerSeed, ...more }] });
const agentItems = async () => Object.entries(await rig.ledger()).filter(([key]) => key.startsWith('AGENT#'));

describe('an agent with two live branches', () => {
  it('then both get the voice, and both get their own back', async () => {
    addSplit();

    const answer = await rig.preCall(plan);

    const given = { voiceId: rig.clones()[0], firstMessage: 'Hallo Ivan!' };
    expect(answer).toMatchObject({ agent_updated: true, voice_reaches_caller: 'patched' });
    expect(branchNow(rig, agentId)).toEqual(given);
    expect(branchNow(rig, agentId, summer)).toEqual(given);
    await end();
    expect(branchNow(rig, agentId)).toEqual(own);
    expect(branchNow(rig, agentId, summer)).toEqual(ownSummer);
    await settle();
    expect(rig.clones()).toEqual([]);
    expect(rig.elevenLabs.state.incidents).toEqual([]);
    expect(JSON.stringify(await agentItems())).not.toContain('Ivan');
  });

  it('given a branch without a share of the calls, then it is not touched', async () => {
    addSplit({ livePercentage: 0 });

    await rig.preCall(plan);

    expect(branchNow(rig, agentId, summer)).toEqual(ownSummer);
    expect(count('patchAgent')).toBe(1);
  });

  it('given a main branch without a share of the calls, then the other one alone gets the voice', async () => {
    add({ main: { livePercentage: 0 }, branches: [{ ...summerSeed, livePercentage: 100 }] });

    await rig.preCall(plan);

    expect(branchNow(rig, agentId)).toEqual(own);
    expect(branchNow(rig, agentId, summer).voiceId).toBe(rig.clones()[0]);
    await end();
    await settle();
    expect(branchNow(rig, agentId, summer)).toEqual(ownSummer);
    expect(rig.clones()).toEqual([]);
  });

  it('given two callers, then the newer one has both, and the last end gives both their own back', async () => {
    addSplit();
    await rig.preCall(plan);
    await rig.preCall({ ...plan, conversationId: 'conv_2', sample: 'b' });

    await end('conv_1');
    expect([branchNow(rig, agentId).voiceId, branchNow(rig, agentId, summer).voiceId]).toEqual([
      rig.clones().at(-1),
      rig.clones().at(-1),
    ]);
    await end('conv_2');
    await settle();

    expect(branchNow(rig, agentId)).toEqual(own);
    expect(branchNow(rig, agentId, summer)).toEqual(ownSummer);
    expect(rig.clones()).toEqual([]);
  });

  it('given one that ElevenLabs refuses to change, then the other gets its own back at once', async () => {
    addSplit();
    rig.elevenLabs.addFault({
      operation: 'patchAgent',
      action: { kind: 'error', status: 403, code: 'insufficient_permissions' },
    });

    expect(await refusal(rig.preCall(plan))).toContain('insufficient_permissions');
    await rig.processJob();

    expect(branchNow(rig, agentId)).toEqual(own);
    expect(branchNow(rig, agentId, summer)).toEqual(ownSummer);
    await settle(4);
    expect(rig.clones()).toEqual([]);
  });

  it('given a person who changes one during a call, then that is kept', async () => {
    addSplit();
    await rig.preCall(plan);
    const { url } = rig.elevenLabs;
    await fetch(`${url}/v1/convai/agents/${agentId}?branch_id=${summer}`, {
      method: 'PATCH',
      headers: { 'xi-api-key': 'sk', 'content-type': 'application/json' },
      body: JSON.stringify({ conversation_config: { agent: { first_message: 'Hot day.' } } }),
    });

    await end();

    expect(branchNow(rig, agentId, summer)).toEqual({ ...ownSummer, firstMessage: 'Hot day.' });
    expect(branchNow(rig, agentId)).toEqual(own);
  });

  it('given a process that stops between the PATCHes, then reconcile gives both their own back', async () => {
    addSplit();
    await rig.preCall(plan);
    await rig.deps.voices.write(rig.clones()[0]!, {
      region: 'users',
      from: { pk: 'present' },
      to: { 'users.conv_1': undefined },
    });

    await rig.reconcile();
    await settle();

    expect(branchNow(rig, agentId)).toEqual(own);
    expect(branchNow(rig, agentId, summer)).toEqual(ownSummer);
  });

  it('given a list of branches that fails at the end, then the voice stays until both have their own', async () => {
    addSplit();
    await rig.preCall(plan);
    const action = { kind: 'error', status: 500, code: 'internal' } as const;
    rig.elevenLabs.addFault({ operation: 'listBranches', times: null, action });

    await end();
    expect(branchNow(rig, agentId)).toEqual(own);
    expect(rig.clones()).toHaveLength(1);
    rig.elevenLabs.clearFaults();
    await settle(6, 120);

    expect(branchNow(rig, agentId, summer)).toEqual(ownSummer);
    expect(rig.clones()).toEqual([]);
    expect(rig.elevenLabs.state.incidents).toEqual([]);
  });
});

describe('a branch that is made during a call', () => {
  it('then the end gives it what the main branch has of its own', async () => {
    add({ main: {} });
    await rig.preCall(plan);
    branchOff(rig, agentId, 'agtbranch_new');
    expect(branchNow(rig, agentId, 'agtbranch_new').voiceId).toBe(rig.clones()[0]);

    await end();
    await settle();

    expect(branchNow(rig, agentId, 'agtbranch_new')).toEqual(own);
    expect(rig.clones()).toEqual([]);
    expect(rig.elevenLabs.state.incidents).toEqual([]);
  });
});
