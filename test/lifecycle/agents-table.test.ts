import { deadlineAt } from '../../lambdas/platform/deadline';
import { agentFindings, type SetupTerms } from '../../lambdas/setup/agent-findings';
import { allowedOverride } from '../../lambdas/setup/agent-setup';
import { checkAgent } from '../../lambdas/setup/check-agent';
import type { AgentSeed } from '../../local/elevenlabs/agents';
import { startWithData } from '../../local/elevenlabs/registered-calls';
import type { StoredConversation } from '../../local/elevenlabs/state';
import { branchNow, draftsNow } from '../support/lifecycle/branch-now';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';
import { agentNumber, startTelephone, type Telephone } from '../support/lifecycle/telephone';

/*
 * What callers hear of agents as teams have them. Whatever the column: afterwards the agent has what it had, no clone
 * is left, and no draft was published.
 */

const agentId = 'agent_t';
const phoneNumber = '+31612345678';
const own = { voiceId: 'ownVoiceT', firstMessage: 'Hello, I am the AI assistant.' };
const overrides = (allows: boolean) => ({
  overrides: { conversation_config_override: { tts: { voice_id: allows }, agent: { first_message: allows } } },
});
const summer = { branchId: 'agtbranch_summer', name: 'Summer', livePercentage: 30, voiceId: 'ownVoiceS' };
const presets = {
  language_presets: {
    de: { overrides: { tts: { voice_id: 'deVoice' } } },
    fr: { overrides: {} },
    es: { overrides: {} },
  },
};
const transfers = { transfer_to_agent: { params: { transfers: [{ agent_id: 'agent_2' }] } } };

type Heard = 'clone' | 'own' | 'preset' | 'nobody' | 'refused';
interface Row {
  readonly seed: Partial<AgentSeed>;
  readonly language?: string;
  /** What the check says beyond what it says of a plain agent. */
  readonly check: readonly string[];
  /** A call without data after a PATCH; `auto` is the same for an agent that does not ask the webhook. */
  readonly patch: Heard;
  /** A call that was started with the pre-call's answer. */
  readonly override: Heard;
  readonly both: Heard;
  /** A call that asks the initiation webhook, with `auto`. */
  readonly initiation: Heard;
  /** A call that 3CX hands over, with a cached voice. */
  readonly threeCx: Heard;
}

const row = (seed: Partial<AgentSeed>, check: readonly string[], heard: Partial<Row> = {}): Row => ({
  seed,
  check,
  patch: 'clone',
  override: 'clone',
  both: 'clone',
  initiation: 'clone',
  threeCx: 'clone',
  ...heard,
});
const config = (conversationConfig: NonNullable<AgentSeed['conversationConfig']>): Partial<AgentSeed> => ({
  main: {},
  conversationConfig,
});
const platform = (settings: NonNullable<AgentSeed['platformSettings']>): Partial<AgentSeed> => ({
  main: {},
  platformSettings: { ...overrides(true), ...settings },
});
const silent = {
  patch: 'nobody',
  override: 'nobody',
  both: 'nobody',
  initiation: 'nobody',
  threeCx: 'nobody',
} as const;
const isProtected = { protection: 'admin_perms_required', role: 'editor' } as const;

const table: Readonly<Record<string, Row>> = {
  'plain, without versions': row({ hasVersions: false }, []),
  'versioned, without branches': row({ main: {} }, []),
  'two live branches, 70 to 30': row({ main: { livePercentage: 70 }, branches: [summer] }, []),
  'a protected main branch': row({ main: isProtected }, ['branches'], { patch: 'refused' }),
  'drafts of procedures': row({ procedures: { prc_1: 'prcv_1' }, main: { drafts: { prc_1: 'prcv_2' } } }, []),
  'three languages with presets': row(config(presets), ['language_presets'], { patch: 'preset', language: 'de' }),
  'text only': row(config({ conversation: { text_only: true } }), ['text_only'], silent),
  transfers: row(config({ agent: { prompt: { built_in_tools: transfers } } }), ['transfers']),
  'multi-voice': row(config({ tts: { supported_voices: [{ label: 'Anna', voice_id: 'x' }] } }), ['supported_voices']),
  archived: row(platform({ archived: true }), ['archived'], { ...silent, patch: 'refused' }),
  'override forbidden': row(platform(overrides(false)), ['first_message_override', 'voice_override'], {
    override: 'own',
    threeCx: 'own',
  }),
  'zero retention': row(platform({ privacy: { zero_retention_mode: true } }), ['zero_retention']),
  'other model and language': row(config({ tts: { model_id: 'eleven_flash_v2' }, agent: { language: 'nl' } }), [
    'model_language',
  ]),
};

let rig: LifecycleRig;
let telephone: Telephone;

beforeAll(async () => {
  rig = await startLifecycleRig();
  telephone = await startTelephone(rig);
});
beforeEach(async () => {
  await rig.reset();
  Object.assign(rig.settings, { activation: 'patch', firstMessage: 'Hallo {name}!' });
});
afterAll(async () => {
  await telephone.close();
  await rig.close();
});

const add = ({ seed }: Row) => rig.elevenLabs.addAgent({ agentId, ...own, platformSettings: overrides(true), ...seed });
const liveBranches = ({ seed }: Row) => [undefined, ...(seed.branches ?? []).map(({ branchId }) => branchId)];
const plan = { conversationId: 'conv_1', agentId, phoneNumber };

const nameOf = ({ heard }: Pick<StoredConversation, 'heard'>, clones: readonly string[]): Heard => {
  if (heard === null) return 'nobody';
  if (clones.includes(heard.voiceId)) return 'clone';
  return heard.voiceId === 'deVoice' ? 'preset' : 'own';
};
const ring = async (branchId: string | undefined, language: string | undefined) => {
  const call = { agentId, callerNumber: phoneNumber, calledNumber: agentNumber };
  const where = { ...(branchId !== undefined && { branchId }), ...(language !== undefined && { language }) };
  return nameOf((await rig.elevenLabs.startInboundCall({ ...call, ...where })).conversation, rig.clones());
};
const start = (branchId: string | undefined, override: object | undefined, clones: readonly string[]) => {
  const seed = { agentId, direction: 'inbound', externalNumber: phoneNumber, agentNumber } as const;
  const data = {
    ...(branchId !== undefined && { branch_id: branchId }),
    ...(override !== undefined && { conversation_config_override: override }),
  };
  return nameOf(startWithData(rig.elevenLabs.state, seed, data), clones);
};
const answered = async () => {
  const answer = await rig.preCall(plan).catch(() => 'refused' as const);
  return answer === 'killed' ? 'refused' : answer;
};

/** Ends the call, and sees that nothing of it is left. */
const endsClean = async ({ seed }: Row) => {
  await rig.endCall({ conversationId: 'conv_1' });
  for (let round = 0; round < 3; round += 1) {
    await rig.processJob();
    rig.advance(60);
  }
  expect(branchNow(rig, agentId)).toEqual(own);
  for (const { branchId, voiceId } of seed.branches ?? [])
    expect(branchNow(rig, agentId, branchId).voiceId).toBe(voiceId);
  expect(rig.clones()).toEqual([]);
  expect(rig.elevenLabs.state.procedureChanges).toEqual([]);
  expect(draftsNow(rig, agentId)).toEqual(Object.keys(seed.main?.drafts ?? {}));
  expect(rig.elevenLabs.state.incidents).toEqual([]);
};

const terms: SetupTerms = {
  activation: 'patch',
  threeCxAgentId: '',
  longestCallMinutes: 60,
  variables: ['company'],
  greetings: { firstMessage: 'Hallo {name}!' },
};
const workspace = {
  settings: { shown: { initiationWebhook: undefined, postCall: undefined } },
  webhooks: { shown: [] },
};
const deadline = () => deadlineAt(rig.nowMs() + 60_000, () => rig.nowMs());
const amissOf = async (of: Row): Promise<string[]> => {
  await rig.reset();
  add(of);
  const { details } = await checkAgent(agentId, deadline(), rig.deps);
  const findings = agentFindings(agentId, details, workspace, terms);
  return findings.filter(({ level }) => level !== 'ok').map(({ about }) => about);
};

describe.each(Object.entries(table))('an agent: %s', (_, agent) => {
  it.each(['patch', 'auto'] as const)(`given %s, then a call hears: ${agent.patch}`, async (activation) => {
    rig.settings.activation = activation;
    add(agent);

    const isRefused = (await answered()) === 'refused';

    for (const branchId of liveBranches(agent))
      expect(isRefused ? 'refused' : await ring(branchId, agent.language)).toBe(agent.patch);
    if (isRefused) expect(rig.elevenLabs.state.voiceAddEditCounter).toBe(0);
    await endsClean(agent);
  });

  it.each([
    ['override', agent.override],
    ['both', agent.both],
  ] as const)('given %s, then a call that is started with the answer hears: %s', async (activation, heard) => {
    rig.settings.activation = activation;
    add(agent);

    const answer = await answered();

    // The pre-call succeeds: it is the call that an archived agent does not take.
    if (answer === 'refused') expect([activation, heard]).toEqual(['served', heard]);
    else
      for (const branchId of liveBranches(agent))
        expect(start(branchId, answer.conversation_config_override, rig.clones())).toBe(heard);
    await endsClean(agent);
  });

  it(`given a call that asks the initiation webhook, then it hears: ${agent.initiation}`, async () => {
    rig.settings.activation = 'auto';
    add(agent);
    const allows = !agent.check.includes('voice_override');
    telephone.connect([agentId], { voice: allows, greeting: allows });
    await answered();

    // Of one pre-call one call is served: here one of the last branch.
    expect(await ring(liveBranches(agent).at(-1), agent.language)).toBe(agent.initiation);
    await endsClean(agent);
  });

  it(`given a call that 3CX hands over, then it hears: ${agent.threeCx}`, async () => {
    add(agent);
    const { voiceId } = rig.elevenLabs.addVoice({ name: 'Cached' });
    const { setup } = await checkAgent(agentId, deadline(), rig.deps);
    const override = allowedOverride(setup, { voiceId, firstMessage: 'Hallo Ivan!' });

    for (const branchId of liveBranches(agent)) expect(start(branchId, override, [voiceId])).toBe(agent.threeCx);
    rig.elevenLabs.removeVoice(voiceId);
    await endsClean(agent);
  });

  it(`then the check says: ${agent.check.join(', ') || 'nothing'}`, async () => {
    const plain = await amissOf(row({ main: {} }, []));

    const amiss = await amissOf(agent);

    expect(amiss.filter((about) => !plain.includes(about)).sort()).toEqual(agent.check);
  });
});
