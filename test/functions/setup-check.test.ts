import { deadlineAt } from '../../lambdas/platform/deadline';
import { AwsUnavailable } from '../../lambdas/platform/errors';
import type { SetupTerms } from '../../lambdas/setup/agent-findings';
import { checkSetup } from '../../lambdas/setup/check-setup';
import type { SetupCheckDeps } from '../../lambdas/setup/deps';
import { type Agent, unknownAgent } from '../../lambdas/voices/agent';
import { startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { recordingLog } from '../support/recording-log';

const agentIds = Array.from({ length: 12 }, (_, n) => `agent_${n}`);
const terms: SetupTerms = {
  activation: 'patch',
  threeCxAgentId: '',
  longestCallMinutes: 60,
  variables: [],
  greetings: { firstMessage: '{own}' },
};
let elevenLabs: TestElevenLabs;
let recorded: string[];

beforeEach(async () => {
  recorded = [];
  elevenLabs = await startElevenLabs({
    apiKey: 'sk',
    agents: agentIds.map((agentId) => ({ agentId, voiceId: 'own', firstMessage: 'Hi' })),
    settings: { latencyMs: 0 },
  });
});

afterEach(() => elevenLabs.close());

const deps = (others: Partial<SetupCheckDeps> = {}): SetupCheckDeps => ({
  elevenLabs: { baseUrl: elevenLabs.url, apiKey: () => Promise.resolve('sk'), log: recordingLog() },
  agents: {
    list: async function* () {
      yield* await Promise.resolve(agentIds);
    },
    read: () => Promise.resolve(unknownAgent),
    write: () => Promise.resolve(false),
  },
  setups: { record: (agentId) => Promise.resolve(void recorded.push(agentId)) },
  agentIds: ['agent_3'],
  terms,
  nowMs: Date.now,
  log: recordingLog(),
  meter: {
    count: () => undefined,
    durationMs: () => undefined,
    countBy: () => undefined,
    durationBy: () => undefined,
    flush: () => undefined,
  },
  ...others,
});
const inMs = (ms: number) => deadlineAt(Date.now() + ms, Date.now);

describe('checkSetup', () => {
  it('given twelve agents, then those of the settings come first, each once, and at most five are read at a time', async () => {
    elevenLabs.changeSettings({ latencyMs: 40 });

    const { agents } = await checkSetup(undefined, inMs(5000), deps());

    expect(agents.map(({ agent_id }) => agent_id)).toEqual(['agent_3', ...agentIds.filter((id) => id !== 'agent_3')]);
    expect(recorded.toSorted()).toEqual(agentIds.toSorted());
    const theWorkspaces = 3;
    expect(elevenLabs.state.concurrency.peak).toBeGreaterThan(3);
    expect(elevenLabs.state.concurrency.peak).toBeLessThanOrEqual(5 + theWorkspaces);
  });

  it('given an agent that only the ledger still names, then its absence is no problem', async () => {
    const gone = async function* () {
      yield await Promise.resolve('agent_deleted');
    };

    const { agents } = await checkSetup(undefined, inMs(5000), deps({ agents: { ...deps().agents, list: gone } }));

    expect(agents.at(-1)).toMatchObject({
      agent_id: 'agent_deleted',
      findings: [{ level: 'attention', about: 'agent' }],
    });
  });

  it('given ElevenLabs hangs, then by the deadline it is said of everything that it was not shown', async () => {
    elevenLabs.addFault({ operation: 'getAgent', times: null, action: { kind: 'hang', ms: 600_000 } });
    elevenLabs.addFault({ operation: 'getSubscription', times: null, action: { kind: 'hang', ms: 600_000 } });

    const { agents, workspace, problems } = await checkSetup(undefined, inMs(800), deps());

    expect(agents.map(({ findings }) => findings.map(({ level, about }) => `${level} ${about}`))).toEqual(
      agentIds.map(() => ['problem agent']),
    );
    expect(workspace.findings.map(({ level, about }) => `${level} ${about}`)).toEqual([
      'problem post_call_webhook',
      'problem plan',
    ]);
    expect({ problems, recorded }).toEqual({ problems: 14, recorded: [] });
  });

  it('given no agent at all, then that is said', async () => {
    const none = async function* (): AsyncIterable<string> {
      // There is none.
    };

    const { agents, workspace } = await checkSetup(
      undefined,
      inMs(5000),
      deps({ agentIds: [], agents: { ...deps().agents, list: none } }),
    );

    expect(agents).toEqual([]);
    expect(workspace.findings).toContainEqual(expect.objectContaining({ level: 'attention', about: 'agents' }));
  });

  it.each<[string, Partial<Agent>, string]>([
    ['whose own voice exists', { baseline: { voice_id: 'own' } }, 'ok own_voice'],
    ['whose own voice was deleted', { baseline: { voice_id: 'gone' } }, 'problem own_voice'],
    ['whose own voice is not known', { baseline: {} }, 'problem own_voice'],
    [
      'that has a stand-in',
      { baseline: { voice_id: 'own' }, stand_in: { instead_of: 'own', voice_id: 'other' } },
      'problem own_voice',
    ],
    ['that Precall never changed', { version: 0 }, 'ok own_voice'],
  ])('given an agent %s, then that is said', async (_given, fields, wanted) => {
    const read = () => Promise.resolve({ ...unknownAgent, version: 1, ...fields });

    const { agents } = await checkSetup(['agent_3'], inMs(60_000), deps({ agents: { ...deps().agents, read } }));

    const [{ findings } = { findings: [] }] = agents;
    expect(findings.map(({ level, about }) => `${level} ${about}`)).toContain(wanted);
  });

  it('given an agent that Precall never changed, with a voice that was deleted, then that is said', async () => {
    elevenLabs.removeVoice('own');

    const { agents } = await checkSetup(['agent_3'], inMs(60_000), deps());

    expect(agents[0]?.findings).toContainEqual(expect.objectContaining({ level: 'problem', about: 'own_voice' }));
  });

  it('given a ledger that is down, then the check fails as a whole, and no further agent is read', async () => {
    const record = () => Promise.reject(new AwsUnavailable('DynamoDB', 'write to the ledger', new Error('down')));

    await expect(checkSetup(undefined, inMs(5000), deps({ setups: { record } }))).rejects.toMatchObject({
      service: 'DynamoDB',
    });

    const read = elevenLabs.state.requests.filter(({ operation }) => operation === 'getAgent');
    expect(read.length).toBeLessThan(agentIds.length);
  });
});
