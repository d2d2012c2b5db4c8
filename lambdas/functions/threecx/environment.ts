import * as z from 'zod';
import { cloneQueuePart } from '../../aws/job-queue';
import { threeCxSignaturePart } from '../../aws/sender-policies';
import { callerHashPart } from '../../callers/caller-hash';
import { callableNumber } from '../../callers/phone-number';
import { elevenLabsPart } from '../../elevenlabs/connection';
import { agentSetups } from '../../ledger/agent-setups';
import { agents } from '../../ledger/agents';
import { callers } from '../../ledger/callers';
import { calls } from '../../ledger/calls';
import { callerAndSetup } from '../../ledger/initiation-view';
import { withoutCallersWhilePaused } from '../../ledger/pause';
import { ledgerPart } from '../../ledger/table';
import { voices } from '../../ledger/voices';
import type { VariablesOf } from '../../platform/env';
import { prefetch } from '../../platform/lazy';
import type { VerifiesSender } from '../../platform/signed-route';
import type { Telemetry } from '../../platform/telemetry';
import { bodySignature } from '../../platform/verify-sender';
import type { IncomingCallDeps } from '../../three-cx/incoming-call';
import { threeCxEnvironment, threeCxSettings } from '../../three-cx/settings';

/** The schema of this function's environment. */
export const environment = z.object({
  ...threeCxSignaturePart.variables,
  ...callerHashPart.variables,
  ...elevenLabsPart.variables,
  ...ledgerPart.variables,
  ...cloneQueuePart.variables,
  ...threeCxEnvironment.shape,
});

/** The variables that lib/ sets. */
export type Environment = VariablesOf<typeof environment>;

type Deps = IncomingCallDeps & VerifiesSender<number>;

/** Builds the function's dependencies. */
export const build = (env: z.infer<typeof environment>, telemetry: Telemetry): Deps => {
  const table = ledgerPart.build(env);
  const elevenLabs = elevenLabsPart.build(env, telemetry);
  const hashing = callerHashPart.build(env, telemetry);
  prefetch(elevenLabs.apiKey, hashing.readKey);
  return {
    verifySender: bodySignature(threeCxSignaturePart.build(env, telemetry)),
    elevenLabs,
    calls: calls(table),
    callers: callers(table),
    voices: voices(table),
    setups: agentSetups(table),
    agents: agents(table),
    readCallersAndSetup: (hashes, agentId, nowS) =>
      callerAndSetup(withoutCallersWhilePaused(table), hashes, agentId, nowS),
    jobs: cloneQueuePart.build(env),
    normalise: (phoneNumber) => callableNumber(phoneNumber, env.DEFAULT_COUNTRY),
    callerHashes: hashing.hashes,
    settings: threeCxSettings(env),
    nowMs: Date.now,
    ...telemetry,
  };
};
