import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import type { handler as Reconcile } from '../../lambdas/functions/reconcile/handler';
import type { handler as VoiceDeletion } from '../../lambdas/functions/voice-deletion/handler';
import type { handler as VoiceExpiry } from '../../lambdas/functions/voice-expiry/handler';
import { voiceDescription } from '../../lambdas/voices/voice-identity';
import { until } from '../support/eventually';
import { type RunningStack, startStack } from '../support/running-stack';
import { newConversationId, post, preCallEvent } from '../support/sender';
import { sqsRecord } from '../support/sqs-record';

let running: RunningStack;
let reconcile: typeof Reconcile;
let voiceDeletion: typeof VoiceDeletion;
let voiceExpiry: typeof VoiceExpiry;

/** The handlers' own source, in this process, on what the template's environment names. */
beforeAll(async () => {
  running = await startStack();
  const { deployed, places } = running.stack;
  Object.assign(process.env, ...deployed.functions.map(({ environment }) => environment), {
    AWS_ENDPOINT_URL: places.awsUrl,
    AWS_REGION: places.region,
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  });
  // Other files of this process had other environments.
  vi.resetModules();
  ({ handler: reconcile } = await import('../../lambdas/functions/reconcile/handler.js'));
  ({ handler: voiceDeletion } = await import('../../lambdas/functions/voice-deletion/handler.js'));
  ({ handler: voiceExpiry } = await import('../../lambdas/functions/voice-expiry/handler.js'));
});

afterAll(() => running.close());

const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 60_000 } as Context;

const call = async (agent_id: string) => {
  const conversation_id = newConversationId();
  const { json } = await post(running.precallUrl, JSON.stringify(preCallEvent({ conversation_id, agent_id })));
  return { conversation_id, voice_id: String(json['voice_id']) };
};

const sqsEvent = (job: object) => ({ Records: [sqsRecord(job)] }) as never;

const expiryEvent = (voiceId: string, state: string): DynamoDBStreamEvent =>
  ({
    Records: [
      {
        eventID: '1',
        eventName: 'REMOVE',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        eventSourceARN: 'arn:aws:dynamodb:x:0:table/t/stream/s',
        awsRegion: 'x',
        userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
        dynamodb: {
          Keys: { pk: { S: `VOICE#${voiceId}` } },
          OldImage: {
            pk: { S: `VOICE#${voiceId}` },
            kind: { S: 'voice' },
            voice_id: { S: voiceId },
            state: { S: state },
            users: { M: {} },
            agents: { M: { agent_9: { BOOL: true } } },
            expires_at: { N: '1700000000' },
          },
          SequenceNumber: '111111111111111111111',
          SizeBytes: 100,
          StreamViewType: 'OLD_IMAGE',
        },
      },
    ],
  }) as unknown as DynamoDBStreamEvent;

describe('the handlers of a voice’s end', () => {
  it('given a job for an ended call, then the worker restores the agent and deletes voice and sample', async () => {
    const { conversation_id, voice_id } = await call('agent_1');

    expect(await voiceDeletion(sqsEvent({ reason: 'conversation_ended', conversation_id }), context)).toEqual({
      batchItemFailures: [],
    });

    expect(running.elevenLabs.agent('agent_1')).toMatchObject({ voiceId: 'ownVoice1', firstMessage: 'Hello' });
    expect(running.elevenLabs.clones().includes(voice_id)).toBe(false);
    expect(Object.keys(await running.objects()).filter((key) => key.includes(conversation_id))).toEqual([]);
    expect((await running.ledger())[`VOICE#${voice_id}`]).toMatchObject({ state: 'deleted' });
  });

  it('given a job that is none, then it stays in the queue', async () => {
    expect(await voiceDeletion(sqsEvent({ reason: 'because' }), context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm' }],
    });
  });

  it('given a voice that time to live took away, then its item is put back, and the queue’s worker deletes it', async () => {
    const { conversation_id, voice_id } = await call('agent_2');
    await voiceDeletion(sqsEvent({ reason: 'conversation_ended', conversation_id }), context);

    expect(await voiceExpiry(expiryEvent('voice_gone', 'live'), context)).toEqual({ batchItemFailures: [] });
    expect(await voiceExpiry(expiryEvent(voice_id, 'deleted'), context)).toEqual({ batchItemFailures: [] });

    await until(async () => (await running.ledger())['VOICE#voice_gone']?.['state'] === 'deleted');
  });

  it('given a record that is no voice, then it is tried again', async () => {
    expect(await voiceExpiry(expiryEvent('voice_1', 'unknown'), context)).toEqual({
      batchItemFailures: [{ itemIdentifier: '111111111111111111111' }],
    });
  });

  it('given nothing amiss, then reconcile finds nothing; a run by hand says so', async () => {
    expect(await reconcile({}, context)).toEqual({});
  });

  it('given a schedule that invokes it more often than it runs, then only what is due looks, and a run by hand always', async () => {
    const tick = { source: 'aws.events' };
    await reconcile(tick, context);
    const id = String((await running.ledger())['INSTALLATION']!['installation_id']);
    const description = voiceDescription('conv_lost', id);
    running.elevenLabs.addVoice({ name: 'Lost', description, category: 'cloned', createdAtMs: Date.now() - 3_600_000 });

    expect(await reconcile(tick, context)).toEqual({});
    expect(await reconcile({}, context)).toEqual({ voice_orphaned: 1 });
  });
});
