import { agentsToRestore } from '../../lambdas/reconcile/agents-to-restore';
import { orphanJobs } from '../../lambdas/reconcile/orphaned-voices';
import { overdueVoices } from '../../lambdas/reconcile/overdue-voices';
import { stuckClaims } from '../../lambdas/reconcile/stuck-claims';
import type { Agent } from '../../lambdas/voices/agent';
import { unknownAgent } from '../../lambdas/voices/agent';
import type { Conversation } from '../../lambdas/voices/conversation';
import type { Voice } from '../../lambdas/voices/voice';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

const nowMs = 1_767_225_600_000;
const minutes = 60_000;

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
afterAll(() => rig.close());

/** What reconcile finds in a ledger with this conversation, voice and agent alone. */
const depsFor = (items: { conversation: Conversation; voice?: Voice; agent?: Partial<Agent> }) => ({
  ...rig.deps,
  conversations: {
    list: () => listOf(items.conversation),
    read: () => Promise.resolve(items.conversation),
    readMany: () => Promise.resolve([items.conversation]),
  },
  voices: { ...rig.deps.voices, list: () => listOf(items.voice) },
  agents: { ...rig.deps.agents, read: () => Promise.resolve({ ...unknownAgent, ...items.agent }) },
  nowMs: () => nowMs,
});

const listOf = async function* <T>(item: T | undefined): AsyncIterable<T> {
  if (item !== undefined) yield await Promise.resolve(item);
};

const allOf = async <T>(found: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const each of found) all.push(each);
  return all;
};

const conversation: Conversation = {
  conversation_id: 'conv_1',
  agent_id: 'agent_1',
  expires_at: nowMs / 1000 + 3600,
};

describe('what reconcile finds', () => {
  const died: Conversation = {
    ...conversation,
    work: {
      state: 'cloned',
      attempt: 'a',
      lease_until: nowMs - 15 * minutes,
      voice_name: 'Ivan_Clone',
      samples: [],
      voice_id: 'voice_1',
    },
  };
  const activation = { voice_id: 'voice_1', first_message: 'Hallo Ivan!' };

  it('given a claim that nobody took over for 15 minutes, then it is withdrawn, and not before', async () => {
    const young = { ...died, work: { ...died.work!, lease_until: nowMs - 15 * minutes + 1 } } as Conversation;

    expect(await allOf(stuckClaims(depsFor({ conversation: young })))).toEqual([]);
    expect(await allOf(stuckClaims(depsFor({ conversation: died })))).toEqual([
      { reason: 'claim_stuck', conversation_id: 'conv_1', agent_id: 'agent_1', voice_id: 'voice_1' },
    ]);
  });

  it('given that its voice is on the agent, then it may belong to a call and is left; another call’s voice there changes nothing', async () => {
    const own = { activation: { ...activation, conversation_id: 'conv_1' } };
    const others = { activation: { ...activation, conversation_id: 'conv_2' } };

    expect(await allOf(stuckClaims(depsFor({ conversation: died, agent: own })))).toEqual([]);
    expect(await allOf(stuckClaims(depsFor({ conversation: died, agent: others })))).toHaveLength(1);
  });

  it('given that its voice is on the agent and the longest call is over, then it is withdrawn', async () => {
    const own = { activation: { ...activation, conversation_id: 'conv_1' } };
    const leftAt = (lease_until: number) => ({ ...died, work: { ...died.work!, lease_until } }) as Conversation;
    const found = (seen: Conversation) => allOf(stuckClaims(depsFor({ conversation: seen, agent: own })));

    expect(await found(leftAt(nowMs - 75 * minutes + 1))).toEqual([]);
    expect(await found(leftAt(nowMs - 75 * minutes))).toHaveLength(1);
  });

  it.each([
    [0, 0],
    [14, 0],
    [15, 1],
  ])('given a call that ended %i minutes ago and still uses its voice, then %i jobs end it', async (ago, jobs) => {
    const ended: Conversation = {
      ...conversation,
      ended_at: nowMs - ago * minutes,
      work: {
        state: 'ready',
        attempt: 'a',
        samples: [],
        voice_id: 'voice_1',
        voice_expires_at: nowMs / 1000 + 60,
        valid_until: 0,
      },
    };
    const voice: Voice = {
      state: 'live',
      voice_id: 'voice_1',
      users: { conv_1: 'agent_1' },
      agents: { agent_1: true },
      samples: [],
      retain_s: 0,
      expires_at: nowMs / 1000 + 60,
    };

    expect(await allOf(overdueVoices(depsFor({ conversation: ended, voice })))).toHaveLength(jobs);
  });
});

describe('what reconcile finds at ElevenLabs', () => {
  const snapshot = (agentId: string, voiceId: string, agent: Partial<Agent> = {}) => ({
    agentId,
    pair: { voice_id: voiceId, first_message: 'Hello' },
    agent: { ...unknownAgent, ...agent },
  });

  it('given a voice that the ledger does not know, then its job names every agent that has it, may get it, or cannot be read', () => {
    const activation = { voice_id: 'voice_1', first_message: 'Hallo Ivan!', conversation_id: 'conv_1' };
    const agents = [
      snapshot('agent_has', 'voice_1'),
      snapshot('agent_gets', 'own', { activation }),
      snapshot('agent_other', 'own'),
    ];

    const orphan = { voice_id: 'voice_1', conversationId: 'conv_1' };
    expect(orphanJobs([orphan], { agents, unreadable: ['agent_down'], failure: undefined })).toEqual([
      {
        reason: 'voice_orphaned',
        voice_id: 'voice_1',
        conversation_id: 'conv_1',
        agent_ids: ['agent_has', 'agent_gets', 'agent_down'],
      },
    ]);
  });

  it('given an idle agent with a voice of the ledger that ElevenLabs no longer lists, then it is restored; one with a voice of its own is not', async () => {
    const voices = {
      ...rig.deps.voices,
      read: (id: string) => Promise.resolve(id === 'voice_1' ? ({ voice_id: id } as Voice) : undefined),
    };
    const agents = [snapshot('agent_left', 'voice_1'), snapshot('agent_rests', 'own')];

    expect(await allOf(agentsToRestore([], agents, { ...depsFor({ conversation }), voices }))).toEqual([
      { reason: 'agent_not_restored', agent_id: 'agent_left' },
    ]);
  });
});
