import { GetConversationResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/GetConversationResponseModel';
import { type AwsEmulators, startAwsEmulators } from '../../local/aws/emulators';
import { startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { eventually } from '../support/eventually';
import { postCallPayload } from '../support/postcall-stack';
import { recordingJob } from '../support/recording-job';
import { type RunningStack, startStack } from '../support/running-stack';
import { newConversationId, post, signatureOf, webhookSecret } from '../support/sender';

let aws: AwsEmulators;
let elevenLabs: TestElevenLabs;
let running: RunningStack;

const flatSecret = 'secret of the flat form';

beforeAll(async () => {
  aws = await startAwsEmulators();
  const agents = [{ agentId: 'agent_1', voiceId: 'ownVoice1', firstMessage: 'Hello' }];
  elevenLabs = await startElevenLabs({ apiKey: 'sk_test_key', agents, settings: { latencyMs: 0 } });
  running = await startStack(
    {
      AWS_ENDPOINT_URL: aws.url,
      ELEVENLABS_API_BASE_URL: elevenLabs.url,
      FLAT_POSTCALL_SECRET: flatSecret,
      ELEVENLABS_WEBHOOK_SECRET: `${webhookSecret},the second one`,
    },
    { ENABLE_AUDIO_STORAGE: 'true', AGENT_IDS: 'agent_1' },
  );
});

afterAll(async () => {
  await running.close();
  await elevenLabs.close();
  await aws.close();
});

const send = (payload: unknown, headers = {}) =>
  post(`${running.stack.url}/webhook/postcall`, JSON.stringify(payload), headers);
const recordOf = async (id: string) => (await running.ledger())[`RECORD#${id}`];
const keyOf = (id: string) => `recordings/${id}.mp3`;
/** A second request for a recording comes after its delay; here it is asked for at once. */
const fetchNow = (conversationId: string) =>
  running.stack.functions.invoke('PostCallWorkerFunction', recordingJob(conversationId));

describe('recordings', () => {
  it('given a pushed recording of 4 MB, 5.5 MB as an event, then it goes through and is kept', async () => {
    const conversation_id = newConversationId();
    const frame = Buffer.from(String(postCallPayload('audio').data['full_audio']), 'base64');
    const mp3 = Buffer.concat(Array.from({ length: Math.ceil(4_120_000 / frame.length) }, () => frame));
    const payload = postCallPayload('audio', { conversation_id, full_audio: mp3.toString('base64') });
    expect(JSON.stringify(payload).length).toBeGreaterThan(5_400_000);

    expect(await send(payload)).toMatchObject({ status: 200 });

    await eventually(async () => (await recordOf(conversation_id))?.['recording_key']);
    expect((await running.objects())[keyOf(conversation_id)]!.equals(mp3)).toBe(true);
  });

  it('given an event over 6 MB, then AWS refuses it in its own words', async () => {
    const full_audio = Buffer.alloc(5_000_000).toString('base64');

    const answer = await send(postCallPayload('audio', { conversation_id: 'conv_large', full_audio }));

    expect(answer).toMatchObject({ status: 413, json: { message: 'Request Too Long' } });
  });

  it('given a recording that ElevenLabs generates, then it is streamed in', async () => {
    const { conversationId } = elevenLabs.addConversation({
      agentId: 'agent_1',
      status: 'done',
      hasAudio: true,
      audioBytes: 12_000_000,
    });

    expect(await fetchNow(conversationId)).toMatchObject({ status: 'ok' });

    expect(await recordOf(conversationId)).toMatchObject({ recording_key: keyOf(conversationId) });
    expect((await running.objects())[keyOf(conversationId)]).toHaveLength(12_000_000);
  });

  it('given a recording that is not there yet, then it is tried again, and nothing is kept', async () => {
    const { conversationId } = elevenLabs.addConversation({ agentId: 'agent_1', status: 'done' });

    await fetchNow(conversationId);

    expect(
      running.logs().find((line) => line['event'] === 'job_failed' && line['conversation_id'] === conversationId),
    ).toMatchObject({ after_s: 60 });
    expect(await recordOf(conversationId)).toBeUndefined();
  });
});

describe('calls that no webhook brought', () => {
  it('given calls over for an hour, then reconcile takes each in once; those under way or too young wait', async () => {
    const startTimeUnixS = Math.floor(Date.now() / 1000) - 7200;
    const call = { agentId: 'agent_1', durationS: 60 } as const;
    // The installation is as old as its first look.
    await running.stack.runSchedules();
    await running.ageInstallation(3 * 3600);
    const missed = ['done', 'failed'].map(
      (status) => elevenLabs.addConversation({ ...call, startTimeUnixS, status: status as 'done' }).conversationId,
    );
    const live = elevenLabs.addConversation({ ...call, startTimeUnixS, status: 'in-progress' }).conversationId;
    const young = elevenLabs.addConversation({ ...call, status: 'done' }).conversationId;

    await running.stack.runSchedules();
    for (const id of missed) await eventually(async () => (await recordOf(id))?.['announced_at']);
    await running.stack.runSchedules();

    expect([await recordOf(live), await recordOf(young)]).toEqual([undefined, undefined]);
    expect(running.logs().filter(({ event }) => event === 'missed_call_ingested')).toHaveLength(2);
    for (const id of missed) {
      expect(aws.busEvents.filter(({ detail }) => detail['conversation_id'] === id)).toHaveLength(1);
      const { transcript_key } = (await recordOf(id))!;
      const stored: unknown = JSON.parse((await running.objects())[String(transcript_key)]!.toString());
      const parsed = GetConversationResponseModel.parse(stored, {
        unrecognizedObjectKeys: 'passthrough',
        allowUnrecognizedEnumValues: true,
        allowUnrecognizedUnionMembers: true,
      });
      expect(parsed.ok).toBe(true);
    }
  });
});

describe('two live webhook secrets', () => {
  it('given either, then the event is taken; given a third, then not', async () => {
    const event = postCallPayload('unknown');
    const signedBy = (secret: string) => ({ 'elevenlabs-signature': signatureOf(JSON.stringify(event), { secret }) });

    expect(await send(event, signedBy(webhookSecret))).toMatchObject({ status: 200 });
    expect(await send(event, signedBy('the second one'))).toMatchObject({ status: 200 });
    expect(await send(event, signedBy('a third'))).toMatchObject({ status: 401 });
  });
});

describe('the flat form with a secret of its own', () => {
  const flat = () => postCallPayload('flat', { call_id: newConversationId() });
  const signedBy = (payload: unknown, secret: string) => ({
    'elevenlabs-signature': signatureOf(JSON.stringify(payload), { secret }),
  });

  it('given its own secret, then it is taken; with the webhook secret it is not, nor is anything else with its own', async () => {
    const call = flat();
    const event = postCallPayload('unknown');

    expect(await send(call, signedBy(call, flatSecret))).toMatchObject({
      status: 200,
      json: { call_id: call['call_id'] },
    });
    expect(await send(call)).toMatchObject({ status: 401, json: { error_code: 'INVALID_SIGNATURE' } });
    expect(await send(event, signedBy(event, flatSecret))).toMatchObject({ status: 401 });
    expect(await send(event)).toMatchObject({ status: 200 });
  });
});
