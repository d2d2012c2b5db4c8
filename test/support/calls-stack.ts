import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { recordEnrolment } from '../../lambdas/callers/caller-changes';
import { callers } from '../../lambdas/ledger/callers';
import { ledgerTable } from '../../lambdas/ledger/table';
import { threeCxCall } from '../../lambdas/three-cx/three-cx-call';
import type { OutboundCall } from '../../local/elevenlabs/state';
import { callerHashOf } from './caller-keys';
import { startElevenLabs, type TestElevenLabs } from './elevenlabs';
import { eventually } from './eventually';
import { type RunningStack, startStack } from './running-stack';
import { spokenSample } from './samples';
import { type Answer, post, signatureOf } from './sender';
import { sharedStack } from './shared-stack';
import type { SeenCall } from './three-cx-call';

/** A stack whose calls start elsewhere: at 3CX, or at ElevenLabs' initiation webhook. */
export interface CallsStack {
  readonly running: RunningStack;
  readonly elevenLabs: TestElevenLabs;
  /** Sends an event of 3CX; `fields` replace or add. */
  threeCx(callId: string, fields?: Record<string, unknown>): Promise<Answer>;
  /** Stores a sample of a caller, as an enrolment does; of several with different ones each gives another voice. */
  enrol(number: string, name?: string): Promise<void>;
  /** The calls that ElevenLabs was asked to place for a 3CX call. */
  placed(callId: string): OutboundCall[];
  /** The 3CX call as the ledger has it, once it is so. */
  callWhen(callId: string, isSo: (call: SeenCall) => boolean): Promise<SeenCall>;
  close(): Promise<void>;
}

/** The secret that 3CX signs with. */
export const threeCxSecret = '3cx secret of the tests';

/** A platform setting of an agent that lets everything be overridden that we override. */
export const allOverrides = {
  overrides: {
    conversation_config_override: {
      tts: { voice_id: true },
      agent: { first_message: true },
      conversation: { max_duration_seconds: true },
    },
  },
};

type RunningAtElevenLabs = RunningStack & { readonly elevenLabs: TestElevenLabs };

/** Starts one whose calls reach ElevenLabs' simulator, with times of seconds where the settings have half minutes. */
const startRunning = async (environment: Readonly<Record<string, string>>): Promise<RunningAtElevenLabs> => {
  const elevenLabs = await startElevenLabs({
    apiKey: 'sk_local_simulated_key',
    agents: [{ agentId: 'agent_1', voiceId: 'ownVoice1', firstMessage: 'Hello', platformSettings: allOverrides }],
    settings: { latencyMs: 0, outboundCallEndsAfterMs: 500, voiceLimit: 500, maxVoiceAddEdits: 500 },
  });
  const running = await startStack(
    { ELEVENLABS_API_BASE_URL: elevenLabs.url, ELEVENLABS_API_KEY: 'sk_local_simulated_key', LOCAL_MAX_INSTANCES: 40 },
    {
      ELEVENLABS_AGENT_ID: 'agent_1',
      ELEVENLABS_PHONE_NUMBER_ID: 'phnum_1',
      CLONE_MAX_WAIT_SECONDS: '2',
      GREETING_MAX_SECONDS: '1.5',
      ...environment,
    },
  );
  return {
    ...running,
    elevenLabs,
    empty: async () => {
      await running.empty();
      elevenLabs.reset();
      elevenLabs.forgetSeen();
    },
    close: async () => {
      await running.close();
      await elevenLabs.close();
    },
  };
};

/** Starts one, or takes that of the file before. */
export const startCallsStack = async (environment: Readonly<Record<string, string>> = {}): Promise<CallsStack> => {
  const running = await sharedStack(['calls', environment], () => startRunning(environment));
  const { elevenLabs } = running;
  const { awsUrl, region, table, bucket } = running.stack.places;
  const client = { endpoint: awsUrl, region, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  const dynamoDb = new DynamoDBClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const ledger = ledgerTable(dynamoDb, table);
  return {
    running,
    elevenLabs,
    threeCx: (callId, fields = {}) => {
      const body = JSON.stringify({ ...incomingCall(callId), ...fields });
      const headers = {
        'elevenlabs-signature': undefined,
        'x-signature': signatureOf(body, { secret: threeCxSecret }),
      };
      return post(`${running.stack.url}/webhook/3cx`, body, headers);
    },
    enrol: async (number, name) => {
      const bytes = Buffer.concat([spokenSample('caller.wav'), Buffer.from(number)]);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const hash = callerHashOf(number);
      const sample = { key: `callers/${hash}/${sha256}.wav`, sha256, format: 'wav' as const };
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: sample.key, Body: bytes }));
      const nowS = Math.floor(Date.now() / 1000);
      const enrolment = { name, samples: [sample], signedAtS: nowS, expiresAtS: nowS + 3600 };
      await callers(ledger).change(hash, recordEnrolment(enrolment, nowS));
    },
    placed: (callId) =>
      elevenLabs.state.outboundCalls.filter(({ request }) => JSON.stringify(request).includes(`"${callId}"`)),
    callWhen: (callId, isSo) =>
      eventually(async () => {
        const key = `CALL#${createHash('sha256').update(callId).digest('hex')}`;
        const seen: SeenCall | undefined = await ledger.get(key, threeCxCall);
        return seen !== undefined && isSo(seen) ? seen : undefined;
      }),
    close: async () => {
      [dynamoDb, s3].forEach((each) => each.destroy());
      await running.close();
    },
  };
};

/** An event of R3. */
const incomingCall = (callId: string): Record<string, unknown> => ({
  event_type: 'IncomingCall',
  call_id: callId,
  caller_id: '+31612345678',
  called_number: '+31201234567',
  timestamp: new Date().toISOString(),
  direction: 'In',
  duration: null,
  recording_url: null,
});
