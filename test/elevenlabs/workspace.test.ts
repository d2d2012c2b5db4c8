import { GetConvAiSettingsResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/GetConvAiSettingsResponseModel';
import { SubscriptionResponse } from '@elevenlabs/elevenlabs-js/serialization/types/SubscriptionResponse';
import { WorkspaceWebhookListResponseModel } from '@elevenlabs/elevenlabs-js/serialization/types/WorkspaceWebhookListResponseModel';
import type { Connection } from '../../lambdas/elevenlabs/request';
import { getSubscription } from '../../lambdas/elevenlabs/subscription';
import { getConvaiSettings, listWorkspaceWebhooks } from '../../lambdas/elevenlabs/workspace';
import { deadlineAt } from '../../lambdas/platform/deadline';
import type { Operation } from '../../local/elevenlabs/settings';
import { startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { recordingLog } from '../support/recording-log';

const deadline = () => deadlineAt(Date.now() + 2000, Date.now);
let elevenLabs: TestElevenLabs;
let connection: Connection;

beforeEach(async () => {
  elevenLabs = await startElevenLabs({
    apiKey: 'sk',
    agents: [],
  });
  connection = {
    baseUrl: elevenLabs.url,
    apiKey: () => Promise.resolve('sk'),
    log: recordingLog(),
    pause: () => Promise.resolve(),
  };
});

afterEach(async () => {
  await elevenLabs.close();
});

const lax = { unrecognizedObjectKeys: 'passthrough', allowUnrecognizedEnumValues: true } as const;
const bodyOf = async (path: string): Promise<unknown> =>
  (await fetch(elevenLabs.url + path, { headers: { 'xi-api-key': 'sk' } })).json();
/** The next answer of an operation, as it is by default but for this. */
const answerWith = (operation: Operation, body: unknown): void =>
  elevenLabs.failNext(operation, { kind: 'answer', status: 200, body });

describe('the workspace', () => {
  it('given its webhooks, then their state is seen, and what ElevenLabs does not show stays unknown', async () => {
    const webhook = { webhookId: 'webhook_1', name: 'Ours', url: 'https://example.com/v1/webhook/postcall' };
    const mostRecentFailure = { errorCode: 401, atUnixS: 1_795_241_381 };
    elevenLabs.changeWorkspace({
      webhooks: [
        { ...webhook, isAutoDisabled: true, mostRecentFailure },
        { ...webhook, webhookId: 'webhook_2', isDisabled: true },
      ],
    });
    const body = await bodyOf('/v1/workspace/webhooks');
    expect(WorkspaceWebhookListResponseModel.parse(body, lax)).toMatchObject({ ok: true });

    const known = { url: webhook.url, repeats: undefined };
    expect(await listWorkspaceWebhooks(connection, deadline())).toEqual([
      {
        ...known,
        webhookId: 'webhook_1',
        isDisabled: false,
        isAutoDisabled: true,
        lastFailureStatus: 401,
        lastFailureAtS: 1_795_241_381,
      },
      {
        ...known,
        webhookId: 'webhook_2',
        isDisabled: true,
        isAutoDisabled: false,
        lastFailureStatus: undefined,
        lastFailureAtS: undefined,
      },
    ]);
  });

  it('given entries that are malformed, then the others are seen', async () => {
    answerWith('listWebhooks', { webhooks: [null, { name: 'no id' }, { webhook_id: 'w', retry_enabled: true }] });

    expect(await listWorkspaceWebhooks(connection, deadline())).toMatchObject([
      { webhookId: 'w', url: undefined, isDisabled: false, repeats: true },
    ]);
  });

  it('given its settings, then both webhooks are seen', async () => {
    elevenLabs.changeWorkspace({
      postCallWebhookId: 'webhook_1',
      events: ['transcript'],
      initiationWebhook: { url: 'https://example.com/x', requestHeaders: { A: 'b' } },
    });
    const body = await bodyOf('/v1/convai/settings');
    expect(GetConvAiSettingsResponseModel.parse(body, lax)).toMatchObject({ ok: true });

    expect(await getConvaiSettings(connection, deadline())).toEqual({
      initiationWebhook: { url: 'https://example.com/x', headerNames: ['A'] },
      postCall: {
        webhookId: 'webhook_1',
        events: ['transcript'],
        transcriptFormat: undefined,
        excludesTranscript: false,
        sendsAudio: false,
      },
    });
  });

  it.each([
    ['nothing set', undefined],
    ['nulls', { conversation_initiation_client_data_webhook: null, webhooks: null }],
    ['nothing at all', {}],
  ])('given settings with %s, then there are no webhooks', async (_given, body) => {
    if (body !== undefined) answerWith('getConvaiSettings', body);

    expect(await getConvaiSettings(connection, deadline())).toEqual({
      initiationWebhook: undefined,
      postCall: undefined,
    });
  });

  it('given a key without the scope, then it is refused as access', async () => {
    elevenLabs.failNext('listWebhooks', {
      kind: 'answer',
      status: 401,
      body: { detail: { status: 'missing_permissions', message: 'x' } },
    });

    await expect(listWorkspaceWebhooks(connection, deadline())).rejects.toMatchObject({
      kind: 'access',
      code: 'missing_permissions',
    });
  });
});

describe('getSubscription', () => {
  it('given the plan, then its limits are seen', async () => {
    const body = await bodyOf('/v1/user/subscription');
    expect(SubscriptionResponse.parse(body, lax)).toMatchObject({ ok: true });

    expect(await getSubscription(connection, deadline())).toEqual({
      slotsUsed: 0,
      slotLimit: 30,
      addEdits: 0,
      addEditLimit: 95,
      canClone: true,
    });
  });

  it('given nulls, then nothing is known', async () => {
    answerWith('getSubscription', { voice_limit: null, max_voice_add_edits: null });

    expect(await getSubscription(connection, deadline())).toEqual({
      slotsUsed: undefined,
      slotLimit: undefined,
      addEdits: undefined,
      addEditLimit: undefined,
      canClone: undefined,
    });
  });
});
