import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { calls as callsOf } from '../../lambdas/ledger/calls';
import { ledgerTable, type LedgerTable } from '../../lambdas/ledger/table';
import type { NewFault } from '../../local/elevenlabs/faults';
import { callerHashKey, callerHashOf } from '../support/caller-keys';
import { type CallsStack, startCallsStack, threeCxSecret } from '../support/calls-stack';
import { emittedIn, watchedIn } from '../support/emitted-metrics';
import { eventually, until } from '../support/eventually';
import { synthesizedResources } from '../support/iam';
import { leaveBehind } from '../support/left-behind';
import { postCallPayload } from '../support/postcall-stack';
import { newConversationId, post, preCallEvent, signatureOf, webhookSecret } from '../support/sender';
import { storeCall } from '../support/three-cx-call';

let stack: CallsStack;
let table: LedgerTable;
let sqs: SQSClient;
let dynamoDb: DynamoDBClient;
let secrets: SecretsManagerClient;

beforeAll(async () => {
  stack = await startCallsStack({ AGENT_IDS: 'agent_1' });
  const { awsUrl, region, table: name } = stack.running.stack.places;
  const client = { endpoint: awsUrl, region, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  [sqs, dynamoDb, secrets] = [new SQSClient(client), new DynamoDBClient(client), new SecretsManagerClient(client)];
  table = ledgerTable(dynamoDb, name);
});
afterAll(async () => {
  [sqs, dynamoDb, secrets].forEach((each) => each.destroy());
  await stack.close();
});

const emitted = () => emittedIn(stack.running.logs());
const seen = (...metrics: string[]) =>
  until(() => {
    const all = emitted();
    return metrics.every((metric) => all.has(metric));
  });
const fail = (operation: NewFault['operation'], status: number, code: string, times = 1) =>
  stack.elevenLabs.addFault({ operation, times, action: { kind: 'error', status, code } });
const enqueue = (queue: string, job: object) => {
  const [, QueueUrl] = Object.entries(stack.running.stack.deployed.queues).find(([id]) => id.startsWith(queue))!;
  return sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(job) }));
};
const nowS = () => Math.floor(Date.now() / 1000);
const secondsAgo = (seconds: number) => nowS() - seconds;

/** The routes that a sender has to prove itself to, each with how it does. */
const guarded: readonly (readonly [path: string, headers: (secret: string, timestampS: number) => object])[] = [
  ...[
    'webhook/precall',
    'webhook/postcall',
    'uploads',
    'callers',
    'callers/erase',
    'callers/erasure',
    'callers/withdraw',
    'setup/check',
  ].map(
    (path) =>
      [
        path,
        (secret: string, timestampS: number) => ({
          'elevenlabs-signature': signatureOf('{}', { secret: secret || webhookSecret, timestampS }),
        }),
      ] as const,
  ),
  [
    'webhook/3cx',
    (secret, timestampS) => ({ 'x-signature': signatureOf('{}', { secret: secret || threeCxSecret, timestampS }) }),
  ],
  ['webhook/initiation', (secret) => ({ 'x-precall-secret': secret || 'initiation secret of the tests' })],
];

/** Asks every guarded route, one after the other, as each starts a process; an empty secret is the right one. */
const askAll = async (secret: string, timestampS = nowS()): Promise<number[]> => {
  const statuses: number[] = [];
  for (const [path, headers] of guarded) {
    const proof = { 'elevenlabs-signature': undefined, ...headers(secret, timestampS) };
    statuses.push((await post(`${stack.running.stack.url}/${path}`, '{}', proof)).status);
  }
  return statuses;
};

/** A call that starts at ElevenLabs, by a caller whose number is to be looked up. */
const startedCall = async (): Promise<number> => {
  const [path, proofOf] = guarded.at(-1)!;
  const body = JSON.stringify({ caller_id: '+31612345678', agent_id: 'agent_1' });
  return (
    await post(`${stack.running.stack.url}/${path}`, body, {
      'elevenlabs-signature': undefined,
      ...proofOf('', nowS()),
    })
  ).status;
};

const setSecrets = async (values: Readonly<Record<string, string>>): Promise<void> => {
  for (const [id, SecretString] of Object.entries(values))
    await secrets.send(new PutSecretValueCommand({ SecretId: stack.running.stack.deployed.secrets[id], SecretString }));
};

const preCall = () => {
  const conversation_id = newConversationId();
  return post(stack.running.precallUrl, JSON.stringify(preCallEvent({ conversation_id }))).then(({ json }) => json);
};

const clone = async (number: string): Promise<void> => {
  await stack.enrol(number);
  await enqueue('ClonesQueue', { kind: 'caller_clone', caller_hash: callerHashOf(number) });
};

/** A 3CX call whose greeting failed, so that the agent's call is placed at once. */
const agentCall = async (receivedAtMs = Date.now()): Promise<void> => {
  const call = await storeCall(callsOf(table), { receivedAtMs });
  await enqueue('ClonesQueue', { kind: 'threecx_agent_call', call });
};

describe('what the alarms on our own metrics watch', () => {
  it('given secrets that are not set, wrong signatures and old ones, then each route counts it', async () => {
    const right = {
      ElevenLabsWebhookSecret: webhookSecret,
      ThreeCxWebhookSecret: threeCxSecret,
      InitiationSecret: 'initiation secret of the tests',
    };
    await setSecrets(Object.fromEntries([...Object.keys(right), 'CallerHashKey'].map((id) => [id, ' '])));
    const unset = await askAll('guessed');
    await setSecrets(right);
    expect(await startedCall()).toBe(200);
    await seen('InitiationsAnswered Outcome=fault service=initiation');
    await setSecrets({ CallerHashKey: callerHashKey });

    expect(new Set(unset)).toEqual(new Set([503]));
    expect(new Set(await askAll('guessed'))).toEqual(new Set([401]));
    // A secret header has no age.
    expect((await askAll('', secondsAgo(7200))).filter((status) => status === 400)).toHaveLength(guarded.length - 1);
  });

  it('given a job of every queue that cannot be done, then its worker tells how old it is', async () => {
    const workers = {
      VoiceDeletions: 'voice-deletion',
      PostCalls: 'postcall',
      Clones: 'clone-worker',
      Erasures: 'erasure',
    };
    for (const queue of Object.keys(workers)) await enqueue(`${queue}Queue`, {});

    await seen(...Object.values(workers).map((service) => `JobAge service=${service}`));
  });

  it('given clones that ElevenLabs refuses, then both that clone count it by its code', async () => {
    for (const [status, code] of [
      [400, 'voice_limit_reached'],
      [400, 'voice_add_edit_limit_reached'],
      [401, 'invalid_api_key'],
    ] as const) {
      fail('createVoice', status, code, 2);
      await Promise.all([preCall(), clone(`+3161234567${status % 10}${code.length % 10}`)]);
      await seen(
        `VoiceClonesFailed Code=${code} service=precall`,
        `VoiceClonesFailed Code=${code} service=clone-worker`,
      );
      stack.elevenLabs.clearFaults();
    }
    await seen('ElevenLabsAccessDenied service=precall', 'ElevenLabsAccessDenied service=clone-worker');
  });

  it('given calls of the agent that are refused, lost or too late, then whoever places them counts it', async () => {
    const number = '+31612345699';
    await clone(number);
    await seen('VoiceCloneDuration service=clone-worker');
    await eventually(async () => (await stack.running.ledger())[`CALLER#${callerHashOf(number)}`]?.['reusable']);
    for (const [action, outcome] of [
      [{ kind: 'error', status: 401, code: 'invalid_api_key' }, 'failed'],
      [{ kind: 'reset' }, 'unknown'],
    ] as const) {
      for (const service of ['threecx', 'clone-worker']) {
        stack.elevenLabs.clearFaults();
        stack.elevenLabs.addFault({ operation: 'sipTrunkOutboundCall', times: null, action });
        await (service === 'threecx' ? stack.threeCx(randomUUID(), { caller_id: number }) : agentCall());
        await seen(`AgentCalls Outcome=${outcome} service=${service}`);
      }
    }
    stack.elevenLabs.clearFaults();
    await agentCall(Date.now() - 3600_000);
    await seen('AgentCalls Outcome=expired service=clone-worker', 'ElevenLabsAccessDenied service=threecx');
  });

  it('given calls that could not be started, then the worker counts each reason', async () => {
    const url = `${stack.running.stack.url}/webhook/postcall`;
    const reasons = { 'no-answer': 'no-answer', unknown: 'unknown', 'trunk-down': 'other' };
    for (const failure_reason of Object.keys(reasons)) {
      const data = { failure_reason, conversation_id: newConversationId() };
      expect((await post(url, JSON.stringify(postCallPayload('failure-twilio', data)))).status).toBe(200);
    }

    await seen(...Object.values(reasons).map((reason) => `CallInitiationFailures Reason=${reason} service=postcall`));
  });

  it('given calls that overlap, and an agent whose own voice is refused, then each is counted', async () => {
    stack.elevenLabs.clearFaults();
    await preCall();
    const { conversation_id } = await preCall();
    const refused = { kind: 'error', status: 422, code: 'voice_not_found' } as const;
    // The voice is refused, the greeting alone is taken, and the voice is refused again.
    stack.elevenLabs.addFault({ operation: 'patchAgent', action: refused });
    stack.elevenLabs.addFault({ operation: 'patchAgent', skip: 1, action: refused });
    const ended = postCallPayload('transcription', { conversation_id, agent_id: 'agent_1' });
    await post(`${stack.running.stack.url}/webhook/postcall`, JSON.stringify(ended));

    await seen(
      'CallsWithOthersVoice service=precall',
      'AgentVoicesReplaced service=voice-deletion',
      'EndToRestored service=voice-deletion',
    );
  });

  it('given an agent that cannot be given its own voice back, then the worker counts it', async () => {
    stack.elevenLabs.clearFaults();
    const { conversation_id, status } = await preCall();
    expect(status).toBe('success');
    stack.elevenLabs.addFault({
      operation: 'patchAgent',
      times: null,
      action: { kind: 'error', status: 401, code: 'invalid_api_key' },
    });
    const ended = postCallPayload('transcription', { conversation_id, agent_id: 'agent_1' });
    await post(`${stack.running.stack.url}/webhook/postcall`, JSON.stringify(ended));

    await seen('AgentRestoresFailed service=voice-deletion', 'ElevenLabsAccessDenied service=voice-deletion');
    stack.elevenLabs.clearFaults();
  });

  it('given things that fell through, then reconcile counts each kind, and what the plan has left', async () => {
    fail('getSubscription', 401, 'invalid_api_key');
    await stack.running.stack.runSchedules();
    await leaveBehind(stack, table);
    await stack.running.ageInstallation(7 * 3600);
    await stack.running.stack.runSchedules();

    await seen(
      'ReconcileFindings Reason=missed_call service=reconcile',
      'ElevenLabsAccessDenied service=reconcile',
      'VoiceSlotsUsedPercent service=reconcile',
    );
  });

  it('given all of that, then no alarm watches what nothing counts, and none misses who else counts the same', () => {
    const counted = emitted();
    const watched = watchedIn(synthesizedResources());
    const all = new Set([...watched.values()].flat());
    // What a starting call of a stranger counts on an agent without overrides: test/initiation.
    const elsewhere = [
      'RefusedByAws',
      'ElevenLabsAccessDenied service=setup-check',
      'CallsWithOthersVoice service=initiation',
      // What the alarm takes off, so that a secret that was never filled pages nobody: test/platform/signed-route.
      'RequestsRefused Reason=not_filled service=api',
    ];

    expect([...all].filter((metric) => !counted.has(metric) && !elsewhere.includes(metric))).toEqual([]);
    // Whoever guesses on a route that is open to all: test/infra/alarms.test.ts has the two alarms that tell nobody.
    const withoutService = (metric: string) => metric.replace(/ service=[\w-]+$/, '');
    const kinds = new Set([...all].filter((metric) => !metric.startsWith('WebhooksAnswered')).map(withoutService));
    const unwatched = [...counted].filter((metric) => kinds.has(withoutService(metric)) && !all.has(metric));
    // Whoever signs too late on a route that no call depends on sees the refusal at once.
    const isSeen = (metric: string) =>
      /^RequestsRefused Reason=expired service=(enrolment|erasure-\w+|setup-check|withdrawal)$/.test(metric);
    expect(unwatched.filter((metric) => !elsewhere.includes(metric) && !isSeen(metric))).toEqual([]);
    expect(all.size).toBeGreaterThan(40);
  });
});
