import * as z from 'zod';
import { AwsUnavailable, ServiceError as Failure } from '../../lambdas/platform/errors';
import type { Transition } from '../../lambdas/platform/transition';
import { type PreCallRig, startPreCallRig } from '../support/pre-call-rig';
import { failure, refusal } from '../support/refusals';
import { around, stateAfter } from '../support/transitions';

const row = z.looseObject({});
let rig: PreCallRig;

beforeEach(async () => {
  rig = await startPreCallRig();
});

afterEach(async () => {
  await rig.close();
});

const clones = () => rig.elevenLabs.clones();
const conversationRow = (id: string) => rig.table.get(`CONVERSATION#${id}`, row);

/** A PATCH that is answered as if nothing had been asked. */
const unchanged = { kind: 'answer', status: 200, body: { agent_id: 'agent_1', conversation_config: {} } } as const;

describe('preCall, when a retry meets a fault of its own', () => {
  it('given a clone whose look-up fails, then it is not cloned again by the next retry', async () => {
    rig.elevenLabs.failNext('patchAgent', unchanged);
    await failure(rig.run('conv_1'));
    const [voiceId] = clones();
    rig.elevenLabs.failNext('getVoice', ...Array.from({ length: 4 }, () => refusal('x', 500)));

    expect(await failure(rig.run('conv_1', { leftMs: 4000 }))).toMatchObject({ status: 503 });

    expect(await conversationRow('conv_1')).toMatchObject({ work: { state: 'adoptable', voice_id: voiceId } });
    expect(await rig.run('conv_1')).toMatchObject({ voice_id: voiceId });
    expect(clones()).toEqual([voiceId]);
  });

  it('given a take-over that cannot search, then the search is not forgotten', async () => {
    rig.elevenLabs.failNext('createVoice', { kind: 'reset', effect: 'after' });
    await failure(rig.run('conv_1'));
    rig.passLease();
    const installationId = () =>
      Promise.reject(new AwsUnavailable('DynamoDB', 'write to the ledger', new Error('down')));

    expect(await failure(rig.run('conv_1', { deps: { installationId } }))).toMatchObject({ service: 'DynamoDB' });
    rig.passLease();
    const { voice_id } = await rig.run('conv_1');

    expect(clones()).toEqual([voice_id]);
  });

  it('given a voice that is being deleted, then it is not adopted', async () => {
    rig.elevenLabs.failNext('patchAgent', unchanged);
    await failure(rig.run('conv_1'));
    const [deleting] = clones();
    await rig.table.update(`VOICE#${deleting!}`, {
      UpdateExpression: 'SET #state = :deleting',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':deleting': 'deleting' },
    });

    const { voice_id } = await rig.run('conv_1');

    expect(voice_id).not.toBe(deleting);
    expect(await rig.table.get(`VOICE#${deleting!}`, row)).toMatchObject({ state: 'deleting' });
  });

  it('given a dying voice and a new clone of unknown outcome, then the new one is searched for, and there is one', async () => {
    rig.elevenLabs.failNext('patchAgent', unchanged);
    await failure(rig.run('conv_1'));
    const [dying] = clones();
    await rig.table.update(`VOICE#${dying!}`, {
      UpdateExpression: 'SET #state = :deleting',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':deleting': 'deleting' },
    });
    rig.elevenLabs.failNext('createVoice', { kind: 'reset', effect: 'after' });
    rig.passLease();

    expect(await failure(rig.run('conv_1'))).toMatchObject({ status: 503 });
    expect(await conversationRow('conv_1')).toMatchObject({ work: { state: 'cloning' } });
    rig.elevenLabs.removeVoice(dying!);
    rig.passLease();
    const { voice_id, voice_name } = await rig.run('conv_1');

    expect(clones()).toEqual([voice_id]);
    expect(
      rig.elevenLabs.seen.findLast(({ operation }) => operation === 'createVoice')!.form[0]!.bytes.toString(),
    ).toBe(voice_name);
  });

  it('given another agent for the same conversation, then it is refused, and the first answer stands', async () => {
    const first = await rig.run('conv_1');

    expect(await failure(rig.run('conv_1', { agentId: 'agent_2' }))).toMatchObject({
      status: 400,
      code: 'INVALID_PAYLOAD',
    });
    expect(await rig.run('conv_1')).toEqual(first);
  });

  it('given work that goes on after its deadline, then it can no longer complete the conversation', async () => {
    let answerLate: (() => Promise<boolean>) | undefined;
    const isCompletion = (transition: Transition): boolean => stateAfter(transition) === 'ready';
    const complete = (write: () => Promise<boolean>): Promise<boolean> =>
      new Promise((resolve) => {
        answerLate = async () => {
          const isDone = await write();
          resolve(isDone);
          return isDone;
        };
      });
    const conversations = around(rig.deps.conversations, isCompletion, complete);

    const late = rig.run('conv_1', { leftMs: 5_000, deps: { conversations } });
    expect(await failure(late)).toMatchObject({ status: 503, code: 'TIMED_OUT' });

    expect(await answerLate!()).toBe(false);
    expect(await conversationRow('conv_1')).toMatchObject({ work: { state: 'adoptable' } });
  });

  it('given a claim whose answer got lost, then the repeated write does not stand in its own way', async () => {
    rig.loseNextAnswer('"cloning"');

    expect(await rig.run('conv_1')).toMatchObject({ status: 'success' });
  });

  it('given a completion whose answer got lost, then it is answered all the same, and keeps its voice', async () => {
    rig.loseNextAnswer('"ready"');

    const answer = await rig.run('conv_1');

    expect(rig.jobs).toEqual([]);
    expect(await rig.run('conv_1')).toEqual(answer);
  });

  it('given an answer whose voice has expired, then it is not given again', async () => {
    await rig.run('conv_1');
    await rig.table.update('CONVERSATION#conv_1', {
      UpdateExpression: 'SET #work.voice_expires_at = :past',
      ExpressionAttributeNames: { '#work': 'work' },
      ExpressionAttributeValues: { ':past': 1 },
    });

    expect(await failure(rig.run('conv_1'))).toMatchObject({ status: 409, code: 'CONVERSATION_ENDED' });
  });
});

describe('preCall, when a part of ours does not answer', () => {
  it('given a storage that hangs, then it is 503 by the deadline, and the voice is queued for deletion', async () => {
    const samples = { ...rig.deps.samples!, put: () => new Promise<never>(() => undefined) };

    expect(await failure(rig.run('conv_1', { leftMs: 5_000, deps: { samples } }))).toMatchObject({
      status: 503,
      code: 'TIMED_OUT',
    });

    expect(rig.jobs).toMatchObject([{ job: { voice_id: clones()[0] } }]);
  });

  it('given a queue that hangs as well, then it is answered all the same', async () => {
    rig.elevenLabs.failNext('patchAgent', refusal('invalid_parameters', 422));
    const deletionJobs = { enqueue: () => new Promise<never>(() => undefined) };

    expect(await failure(rig.run('conv_1', { deps: { deletionJobs } }))).toMatchObject({ code: 'AGENT_UPDATE_FAILED' });
  });

  it('given a key that is not set, then it is told as that, and nothing is left behind', async () => {
    const notSet = new Failure({ code: 'NOT_CONFIGURED', message: 'm' });
    const elevenLabs = { ...rig.deps.elevenLabs, apiKey: () => Promise.reject(notSet) };

    expect(await failure(rig.run('conv_1', { deps: { elevenLabs } }))).toMatchObject({
      status: 503,
      code: 'NOT_CONFIGURED',
    });

    expect(rig.jobs).toEqual([]);
    expect(await conversationRow('conv_1')).toMatchObject({ work: { state: 'open' } });
  });
});
