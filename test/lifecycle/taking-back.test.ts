import { recordEnrolment, startCall } from '../../lambdas/callers/caller-changes';
import type { Callers } from '../../lambdas/ledger/callers';
import { deadlineAt } from '../../lambdas/platform/deadline';
import type { Transition } from '../../lambdas/platform/transition';
import { newAnnouncement } from '../../lambdas/voices/on-agent/patch-agent';
import { agentNow } from '../support/lifecycle/agent-now';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(async () => {
  await rig.reset();
  Object.assign(rig.settings, { retainS: 0, remembersSamples: false });
});
afterAll(() => rig.close());

const phoneNumber = '+31612345678';
const plan = { conversationId: 'conv_1', agentId: 'agent_1', phoneNumber };
const item = async (key: string) => (await rig.ledger())[key];
const callerItem = async () => item(`CALLER#${(await rig.deps.callerHash(phoneNumber))!}`);
const passTimeTo = async () => rig.advance(Math.max(0, ((await rig.queue.nextDueMs())! - rig.nowMs()) / 1000 + 1));
const unavailable = { kind: 'error', status: 503, code: 'unavailable' } as const;
const refused = { kind: 'error', status: 400, code: 'bad_request' } as const;

describe('what a pre-call that failed leaves', () => {
  it('given that its answer cannot be stored, then its caller is as before', async () => {
    await rig.preCall(plan);
    await rig.endCall({ conversationId: 'conv_1' });
    await rig.processJob();
    rig.settings.remembersSamples = true;
    rig.settings.retainS = 3600;
    const { recent, reusable, name } = (await callerItem())!;
    const conversations = {
      ...rig.deps.conversations,
      write: (id: string, transition: Transition) =>
        'answer' in transition.to && transition.to['answer'] !== undefined
          ? Promise.resolve(false)
          : rig.deps.conversations.write(id, transition),
    };

    const failing = rig.preCall({ ...plan, conversationId: 'conv_2', name: 'Anna', sample: 'b' }, { conversations });

    await expect(failing).rejects.toMatchObject({ code: 'CLONE_IN_PROGRESS' });
    const after = (await callerItem())!;
    expect({ recent: after['recent'], reusable: after['reusable'], name: after['name'] }).toEqual({
      recent,
      reusable,
      name,
    });
  });

  it('given a new caller, then it leaves no name, and the next pre-call that succeeds does', async () => {
    rig.elevenLabs.failNext('patchAgent', refused);

    await expect(rig.preCall({ ...plan, name: 'Anna' })).rejects.toMatchObject({ status: 422 });

    expect((await callerItem())!['name']).toBeUndefined();
    await rig.preCall({ ...plan, conversationId: 'conv_2', agentId: 'agent_2', name: 'Berta' });
    expect(await callerItem()).toMatchObject({ name: 'Berta', calls: { conv_2: { agent_id: 'agent_2' } } });
  });

  it('given a new caller, and that its clean-up failed too, then its withdrawal takes the name back', async () => {
    rig.elevenLabs.failNext('patchAgent', refused);
    const callers = { ...rig.deps.callers, write: () => Promise.reject(new Error('The process has ended')) };
    await expect(rig.preCall({ ...plan, name: 'Anna' }, { callers })).rejects.toMatchObject({ status: 422 });
    expect(await callerItem()).toMatchObject({ name: 'Anna', calls: { conv_1: {} } });

    await passTimeTo();
    await rig.processJob();

    const { name, calls } = (await callerItem())!;
    expect({ name, calls }).toEqual({ name: undefined, calls: {} });
  });

  it.each(['before', 'after'])('given a caller who enrols %s its call is noted, then that name stays', async (when) => {
    const nowS = Math.floor(rig.nowMs() / 1000);
    const enrolment = recordEnrolment({ name: 'Cleo', samples: [], signedAtS: nowS, expiresAtS: nowS + 3600 }, nowS);
    const changeFrom: Callers['changeFrom'] = async (seen, callerHash, change) => {
      if (when === 'before') await rig.deps.callers.change(callerHash, enrolment);
      const isChanged = await rig.deps.callers.changeFrom(seen, callerHash, change);
      if (when === 'after') await rig.deps.callers.change(callerHash, enrolment);
      return isChanged;
    };
    rig.elevenLabs.failNext('patchAgent', refused);
    const earlier = { conversationId: 'conv_0', agentId: 'agent_2', startedAtS: nowS, signedAtS: nowS };
    const begun = startCall({ ...earlier, expiresAtS: nowS + 3600 }, nowS);
    await rig.deps.callers.change((await rig.deps.callerHash(phoneNumber))!, begun);

    const failing = rig.preCall({ ...plan, name: 'Anna' }, { callers: { ...rig.deps.callers, changeFrom } });

    await expect(failing).rejects.toMatchObject({ status: 422 });
    expect(await callerItem()).toMatchObject({ name: 'Cleo', calls: { conv_0: {} } });
  });

  it('given that its answer was stored and that write’s answer got lost, then it is answered all the same', async () => {
    const conversations = {
      ...rig.deps.conversations,
      write: async (id: string, transition: Transition) => {
        const isWritten = await rig.deps.conversations.write(id, transition);
        if (transition.to['answer'] !== undefined) throw new Error('the answer got lost');
        return isWritten;
      },
    };

    await expect(rig.preCall(plan, { conversations })).resolves.toMatchObject({ status: 'success' });
    expect(await item('CONVERSATION#conv_1')).toMatchObject({ work: { state: 'ready' } });
    expect(await rig.queue.pending()).toBe(0);
  });

  it('given that voices are kept for reuse, then the clone of one that was refused is not', async () => {
    rig.settings.retainS = 3600;
    rig.elevenLabs.failNext('patchAgent', refused);

    await expect(rig.preCall(plan)).rejects.toMatchObject({ status: 422 });
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
    expect(await rig.samples()).toEqual([]);
  });
});

describe('taking a voice back', () => {
  it('given a PATCH whose first try may still land, then its entry stays although the repetition was confirmed', async () => {
    rig.elevenLabs.failNext('patchAgent', unavailable);

    await rig.preCall(plan);

    const pendings = Object.values((await item('AGENT#agent_1'))!['pendings'] as Record<string, { until: number }>);
    expect(pendings).toHaveLength(1);
    // A PATCH may land half a minute after its sender's deadline.
    const deadline = deadlineAt(rig.nowMs() + 1000, () => rig.nowMs());
    expect(newAnnouncement(deadline).untilMs - deadline.atMs).toBe(30_000);
  });

  it('given a voice that the ledger knows and that lost its mark, then it is nobody’s own voice', async () => {
    await rig.preCall(plan);
    const [voiceId] = rig.clones();
    const { voices } = rig.elevenLabs.state;
    const index = voices.findIndex((known) => known.voiceId === voiceId);
    voices[index] = { ...voices[index]!, description: 'Edited by hand' };
    rig.elevenLabs.changeAgent('agent_2', { conversation_config: { tts: { voice_id: voiceId! } } });

    const other = rig.preCall({ conversationId: 'conv_2', agentId: 'agent_2' });

    await expect(other).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect((await item('AGENT#agent_2'))?.['baseline']).toBeUndefined();
  });

  it('given an orphan whose conversation alone tells its agent, then that agent is seen to before it is deleted', async () => {
    rig.elevenLabs.failNext('createVoice', { kind: 'reset', effect: 'after' });
    await expect(rig.preCall(plan)).rejects.toMatchObject({ status: 503 });
    await rig.queue.clear();
    const [voiceId] = rig.clones();
    rig.advance(3600);

    const job = { reason: 'voice_orphaned', voice_id: voiceId!, conversation_id: 'conv_1', agent_ids: [] } as const;
    await rig.deps.deletionJobs.enqueue({ ...job, agent_ids: [...job.agent_ids] }, 0);
    await rig.processJob();

    expect(rig.clones()).toEqual([]);
    expect(await item(`VOICE#${voiceId}`)).toMatchObject({ state: 'deleted', agents: { agent_1: true } });
  });

  it('given a voice that came to be an agent’s activation while that was restored, then it is not deleted yet', async () => {
    rig.settings.retainS = 3600;
    await rig.preCall(plan);
    const [voice_id = ''] = rig.clones();
    await rig.endCall({ conversationId: 'conv_1' });
    await rig.processJob();
    rig.advance(3700);
    const activation = { conversation_id: 'conv_2', voice_id, first_message: 'Hallo Ivan!' };
    const seenBefore = rig.elevenLabs.seen.length;
    const isRestored = () => rig.elevenLabs.seen.slice(seenBefore).some(({ operation }) => operation === 'getAgent');
    const agents = {
      ...rig.deps.agents,
      read: async (agentId: string) => {
        const seen = await rig.deps.agents.read(agentId);
        return isRestored() ? { ...seen, activation } : seen;
      },
    };

    await rig.deps.deletionJobs.enqueue({ reason: 'voice_expired', voice_id }, 0);
    await rig.processJob(undefined, { agents });

    expect(rig.clones()).toEqual([voice_id]);
    expect(await item(`VOICE#${voice_id}`)).toMatchObject({ state: 'deleting' });
    await passTimeTo();
    await rig.processJob();
    expect(rig.clones()).toEqual([]);
    expect(agentNow(rig)).toMatchObject({ voiceId: 'ownVoice1' });
  });
});
