import { createHmac } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeAgent, patchAgent } from '../../local/elevenlabs/agents';
import { type ElevenLabsSimulator, startElevenLabs } from '../../local/elevenlabs/elevenlabs-simulator';
import type { ObservedRequest } from '../../local/elevenlabs/serve-api';
import { type LocalStack, startLocalStack } from '../../local/local-stack';
import { localSettings } from '../../local/settings';

const apiKey = 'sk_bench';
const webhookSecret = 'wsec_bench';
const agentCount = 300;

/** What an agent has of its own. */
export const own = { voiceId: 'ownVoice1', firstMessage: 'The greeting of the agent' };

/** One account at ElevenLabs, and the installations that work with it. */
export interface Account {
  readonly elevenLabs: ElevenLabsSimulator;
  readonly stacks: readonly LocalStack[];
  /** An agent that no run before had. Every other one has versions, unless it must or must not. */
  nextAgent(hasVersions?: boolean): string;
  /** Resolves when the next such request has arrived at ElevenLabs, before it takes effect. */
  readonly arrival: (matches: (request: ObservedRequest) => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts so many installations on one account. */
export const startAccount = async (installations: number): Promise<Account> => {
  const agents = Array.from({ length: agentCount }, (_, n) => ({
    agentId: `agent_${n}`,
    hasVersions: n % 2 === 0,
    ...own,
  }));
  const settings = { voiceLimit: 5_000, maxVoiceAddEdits: 50_000, refusesMissingVoices: true };
  const awaited = new EventEmitter().setMaxListeners(0);
  const observe = (request: ObservedRequest): void => void awaited.emit('request', request);
  const elevenLabs = await startElevenLabs({ apiKey, agents, settings, observe });
  const stacks: LocalStack[] = [];
  for (let n = 0; n < installations; n += 1)
    stacks.push(
      await startLocalStack(
        localSettings.parse({
          PORT: 0,
          ELEVENLABS_API_BASE_URL: elevenLabs.url,
          ELEVENLABS_API_KEY: apiKey,
          PRECALL_DEMO: 'off',
          ELEVENLABS_WEBHOOK_SECRET: webhookSecret,
          TTL_SWEEP_SECONDS: 3_600,
          LOCAL_MAX_INSTANCES: 8,
        }),
        () => undefined,
      ),
    );
  let used = 0;
  return {
    elevenLabs,
    stacks,
    nextAgent: (hasVersions = used % 2 === 0) => {
      if ((used % 2 === 0) !== hasVersions) used += 1;
      return `agent_${used++}`;
    },
    arrival: (matches) =>
      new Promise((resolve) => {
        const look = (request: ObservedRequest): void => {
          if (!matches(request)) return;
          awaited.off('request', look);
          resolve();
        };
        awaited.on('request', look);
      }),
    close: async () => {
      for (const stack of stacks) await stack.close();
      await elevenLabs.close();
    },
  };
};

const root = join(__dirname, '..', '..', 'events');
const sample = readFileSync(join(root, 'samples', 'caller.wav'));

const post = async ({ url }: LocalStack, path: string, event: object, signedAtS = nowS()): Promise<number> => {
  const body = JSON.stringify(event);
  const digest = createHmac('sha256', webhookSecret).update(`${signedAtS}.${body}`).digest('hex');
  const headers = { 'Content-Type': 'application/json', 'ElevenLabs-Signature': `t=${signedAtS},v0=${digest}` };
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
};

const nowS = (): number => Math.floor(Date.now() / 1000);

const sampleOf = (text: string) => ({
  format: 'base64',
  data: Buffer.concat([sample, Buffer.from(text)]).toString('base64'),
});

/** A call as its sender knows it. */
export interface Call {
  readonly id: string;
  readonly agentId: string;
  readonly name?: string;
  readonly number?: string;
}

/** Sends a pre-call, once. Its status. */
export const preCall = (stack: LocalStack, { id, agentId, name = 'Anna', number }: Call): Promise<number> =>
  post(stack, '/webhook/precall', {
    type: 'pre_call',
    event_timestamp: nowS(),
    conversation_id: id,
    agent_id: agentId,
    caller_metadata: { name, ...(number !== undefined && { phone_number: number }) },
    voice_sample: sampleOf(id),
  });

/** Sends the end of a call: by its own id, or with `asId` by agent and number. Throws unless it is accepted. */
export const tellEnd = async (stack: LocalStack, { id, agentId, number }: Call, asId = id): Promise<void> => {
  const metadata = {
    start_time_unix_secs: nowS(),
    call_duration_secs: 1,
    cost: 1,
    ...(number !== undefined && {
      phone_call: { direction: 'inbound', external_number: number, agent_number: '+31201234567', call_sid: 'x' },
    }),
  };
  const data = { agent_id: agentId, conversation_id: asId, status: 'done', transcript: [], metadata };
  const status = await post(stack, '/webhook/postcall', {
    type: 'post_call_transcription',
    event_timestamp: nowS(),
    data,
  });
  if (status !== 200) throw new Error(`The end of ${id} got ${status}.`);
};

/** Enrols a caller with a sample of this text. Its status. */
export const enrol = (stack: LocalStack, number: string, text: string, signedAtS: number): Promise<number> =>
  post(
    stack,
    '/callers',
    { type: 'caller_enrol', phone_number: number, name: text, voice_sample: sampleOf(text) },
    signedAtS,
  );

/** The voice and first message of an agent now. */
export const agentOf = ({ elevenLabs: { state } }: Account, agentId: string): typeof own => {
  const { voiceId, firstMessage } = describeAgent(state.agents.find((agent) => agent.agentId === agentId)!);
  return { voiceId, firstMessage };
};

/** Whether an agent has its own voice and greeting. */
export const isOwn = (account: Account, agentId: string, wanted = own): boolean => {
  const { voiceId, firstMessage } = agentOf(account, agentId);
  return voiceId === wanted.voiceId && firstMessage === wanted.firstMessage;
};

const markOf = ({ id }: Call): string => `conversation ${id} [`;

/** Whether no clone of this call is left. */
export const isGone = ({ elevenLabs: { state } }: Account, call: Call): boolean =>
  !state.voices.some(({ description }) => description?.includes(markOf(call)) === true);

/** Whether this request clones the voice of this call. */
export const clones = (call: Call, { operation, body }: ObservedRequest): boolean =>
  operation === 'createVoice' && body.includes(markOf(call));

/** A person sets voice and first message of an agent. */
export const edit = ({ elevenLabs: { state } }: Account, agentId: string, wanted: typeof own): void => {
  const conversation_config = { tts: { voice_id: wanted.voiceId }, agent: { first_message: wanted.firstMessage } };
  patchAgent(state, agentId, { conversation_config }, Date.now());
};

/** Seconds until it holds; Infinity where that takes longer than `limitS`. */
export const secondsUntil = async (holds: () => boolean, limitS = 120): Promise<number> => {
  const startedMs = Date.now();
  while (!holds()) {
    if (Date.now() - startedMs > limitS * 1000) return Infinity;
    await sleep(50);
  }
  return (Date.now() - startedMs) / 1000;
};
