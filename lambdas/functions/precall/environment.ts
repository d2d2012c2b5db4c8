import * as z from 'zod';
import { bucketPart } from '../../aws/bucket';
import { deletionQueuePart } from '../../aws/job-queue';
import { signaturePart } from '../../aws/sender-policies';
import { callerHashPart } from '../../callers/caller-hash';
import { consentPart } from '../../callers/consent';
import { elevenLabsPart } from '../../elevenlabs/connection';
import { getConvaiSettings } from '../../elevenlabs/workspace';
import { dynamicVariables } from '../../initiation/dynamic-variables';
import { agentSetups } from '../../ledger/agent-setups';
import { agents } from '../../ledger/agents';
import { callers } from '../../ledger/callers';
import { consentsPart } from '../../ledger/consents';
import { conversations } from '../../ledger/conversations';
import { installationId } from '../../ledger/installation';
import { type IsPaused, pauseFlag } from '../../ledger/pause';
import { ledgerPart } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import type { VariablesOf } from '../../platform/env';
import { cachedFor, lazy, prefetch } from '../../platform/lazy';
import type { VerifiesSender } from '../../platform/signed-route';
import type { Telemetry } from '../../platform/telemetry';
import type { UploadDeps } from '../../samples/read-upload';
import { sampleLimitsPart } from '../../samples/sample-limits';
import type { SampleLimits } from '../../samples/voice-sample';
import { greetingTerms, greetingVariables } from '../../voices/greeting';
import type { PreCallDeps } from '../../voices/pre-call/deps';
import { type Delivery, verifyDelivery } from '../../voices/pre-call/receive';

/** The schema of this function's environment. */
export const environment = z.object({
  ...signaturePart.variables,
  ...callerHashPart.variables,
  ...elevenLabsPart.variables,
  ...ledgerPart.variables,
  ...bucketPart.variables,
  ...deletionQueuePart.variables,
  ...sampleLimitsPart.variables,
  ...consentPart.variables,
  ...consentsPart.variables,
  ...greetingVariables,
  DYNAMIC_VARIABLES: dynamicVariables,
  ENABLE_SAMPLE_STORAGE: z.stringbool(),
  SAMPLES_OUTLIVE_CALLS: z.stringbool(),
  VOICE_TTL_HOURS: z.coerce.number().positive(),
  VOICE_RETENTION_SECONDS: z.coerce.number().min(0),
  CLAIM_LEASE_SECONDS: z.coerce.number().positive(),
  REMOVE_BACKGROUND_NOISE: z.stringbool(),
  AGENT_ACTIVATION: z.enum(['patch', 'override', 'both', 'auto']),
  PRECALL_VALID_MINUTES: z.coerce.number().positive(),
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

type Env = z.infer<typeof environment>;

interface Deps extends PreCallDeps, UploadDeps, VerifiesSender<Delivery> {
  readonly limits: SampleLimits;
  readonly isPaused: IsPaused;
}

/**
 * Maximum time for removing samples before the response, in milliseconds. A later removal could delete a sample that
 * was stored again. The bucket's lifecycle rule deletes what remains.
 */
const removeTimeoutMs = 400;

/** How long the workspace's settings are cached, in milliseconds. */
const settingsCacheMs = 5 * 60_000;

/** Builds the function's dependencies. */
export const build = (env: Env, telemetry: Telemetry): Deps => {
  const table = ledgerPart.build(env);
  const bucket = bucketPart.build(env, { removeTimeoutMs });
  const elevenLabs = elevenLabsPart.build(env, telemetry);
  const hashing = callerHashPart.build(env, telemetry);
  const limits = sampleLimitsPart.build(env);
  const policy = signaturePart.build(env, telemetry);
  const isPaused = pauseFlag(table, Date.now);
  prefetch(elevenLabs.apiKey, hashing.readKey, () => policy.secrets.values(), isPaused);
  return {
    verifySender: (request) => verifyDelivery(request, policy, limits.maxBytes),
    elevenLabs,
    conversations: conversations(table),
    agents: agents(table),
    setups: agentSetups(table),
    convaiSettings: cachedFor(settingsCacheMs, Date.now, (deadline) => getConvaiSettings(elevenLabs, deadline)),
    voices: voices(table),
    callers: callers(table),
    callerHash: hashing.hash,
    olderCallerHashes: hashing.olderHashes,
    consents: consentsPart.build(env, table),
    consentTerms: consentPart.build(env),
    deletionJobs: deletionQueuePart.build(env),
    samples: env.ENABLE_SAMPLE_STORAGE ? bucket : undefined,
    bucket,
    limits,
    isPaused,
    installationId: lazy(() => installationId(table)),
    settings: settingsOf(env),
    removesNoise: env.REMOVE_BACKGROUND_NOISE,
    nowMs: Date.now,
    ...telemetry,
  };
};

const settingsOf = (env: Env): PreCallDeps['settings'] => ({
  ...greetingTerms(env),
  dynamicVariables: env.DYNAMIC_VARIABLES,
  leaseMs: env.CLAIM_LEASE_SECONDS * 1000,
  voiceTtlHours: env.VOICE_TTL_HOURS,
  retainS: env.VOICE_RETENTION_SECONDS,
  activation: env.AGENT_ACTIVATION,
  validS: env.PRECALL_VALID_MINUTES * 60,
  remembersSamples: env.SAMPLES_OUTLIVE_CALLS,
});
