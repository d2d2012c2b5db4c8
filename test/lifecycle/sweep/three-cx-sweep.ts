import * as z from 'zod';
import { jobQueue } from '../../../lambdas/aws/job-queue';
import { callerAndSetup } from '../../../lambdas/ledger/initiation-view';
import { queueWorker } from '../../../lambdas/platform/queue-worker';
import { createTrace } from '../../../lambdas/platform/trace';
import { incomingCall } from '../../../lambdas/three-cx/incoming-call';
import { processJob } from '../../../lambdas/three-cx/process-clone-job';
import { cloneJob } from '../../../lambdas/voices/clone-job';
import type { CloneRig } from '../../support/clone-rig';
import { asProcess } from '../../support/lifecycle/actors';
import { passes } from '../history/deliver';
import { claim } from '../history/invariants';
import type { Strike } from './strike';

const callId = 'pbx-1';
const [everyS, withinS] = [5, 300];

/** A short greeting: the job looks each second whether it is over, and each look is struck. */
const depsOf = ({ deps }: CloneRig): CloneRig['deps'] => ({ ...deps, settings: { ...deps.settings, greetingMaxS: 2 } });

/** Delivers the call; false where the sender has to repeat it. */
const deliver = (rig: CloneRig, callerHash: string): Promise<boolean> => {
  const { table, queue } = rig;
  const deps = depsOf(rig);
  const event = { event_type: 'IncomingCall', call_id: callId, caller_id: '+31612345678' };
  const signedAtS = Math.floor(deps.nowMs() / 1000);
  const all = {
    ...deps,
    readCallersAndSetup: (hashes: readonly string[], agentId: string, nowS: number) =>
      callerAndSetup(table, hashes, agentId, nowS),
    jobs: jobQueue(queue.client, queue.url, cloneJob),
    normalise: (number: string) => number,
    callerHashes: () => Promise.resolve([callerHash]),
  };
  return asProcess(() => incomingCall(event, signedAtS, rig.deadline(), all)).then(
    () => true,
    (error: unknown) => {
      passes(error);
      return false;
    },
  );
};

/** Works the clone queue off, moving the clock on to each job. */
const drain = async (rig: CloneRig): Promise<void> => {
  const { queue } = rig;
  const deps = depsOf(rig);
  const worker = queueWorker(
    {
      service: 'clone-worker',
      jobs: cloneJob,
      environment: z.object({}),
      build: () => ({ ...deps, queues: [jobQueue(queue.client, queue.url, cloneJob)] }),
      telemetry: { log: deps.log, meter: deps.meter, trace: createTrace('clone-worker', {}) },
      nowMs: deps.nowMs,
    },
    (job, _deadline, built) => processJob(job, rig.deadline(), built),
  );
  const beganMs = deps.nowMs();
  for (;;) {
    await queue.processJob((event, context) => asProcess(() => worker(event, context)));
    const dueMs = await queue.nextDueMs();
    if (dueMs === undefined) return;
    claim(deps.nowMs() - beganMs < 3_600_000, () => 'The clone queue does not drain.');
    rig.passTime(Math.max(1_000, dueMs - deps.nowMs()));
  }
};

/**
 * A run of a sweep of a 3CX call with its jobs: the sender gets its answer, every phone rings once, and no clone is
 * lost.
 */
export const sweptThreeCxCall =
  (rig: CloneRig) =>
  async (strike: Strike): Promise<void> => {
    const { elevenLabs, queue, stores } = rig;
    elevenLabs.reset();
    await Promise.all([queue.clear(), stores.empty()]);
    const callerHash = await rig.enrol();
    strike.arm();
    let isAnswered = await deliver(rig, callerHash);
    await drain(rig);
    strike.disarm();
    for (let waitedS = 0; !isAnswered; waitedS += everyS) {
      claim(waitedS <= withinS, () => `The call has no answer ${withinS} s after the fault.`);
      rig.passTime(everyS * 1000);
      isAnswered = await deliver(rig, callerHash);
    }
    await drain(rig);
    await expectServed(rig, callerHash);
  };

const expectServed = async ({ elevenLabs, stores, queue }: CloneRig, callerHash: string): Promise<void> => {
  const items = Object.values(await stores.ledger());
  const call = items.find((item) => item['threecx_call_id'] === callId);
  const text = JSON.stringify(call);
  claim(queue.deadLetters.length === 0, () => `Jobs were given up: ${JSON.stringify(queue.deadLetters)}`);
  const rung = elevenLabs.state.outboundCalls.length;
  claim(rung <= 2, () => `${rung} calls were placed: ${text}`);
  claim(call?.['agent_call'] !== undefined, () => `The agent's call was never placed: ${text}`);
  const { state } = call?.['agent_call'] as { state: string };
  // A call that may have rung is never repeated, and one whose outcome could not be noted stays as it is.
  const hasEnded = state === 'placing' ? rung === 2 : rung >= 1 || state === 'unknown';
  claim(hasEnded, () => `Nothing has rung, and nobody tries again: ${text}`);
  const caller = items.find((item) => item['kind'] === 'caller');
  const known = new Set(items.filter((item) => item['kind'] === 'voice').map((item) => item['voice_id']));
  const claimed = (caller?.['clone'] as { clone_id: string } | undefined)?.clone_id;
  for (const { voiceId, description } of elevenLabs.state.voices) {
    if (!(description ?? '').includes('[precall/')) continue;
    const isFound = claimed !== undefined && (description ?? '').includes(claimed);
    claim(known.has(voiceId) || isFound, () => `The clone ${voiceId} of ${callerHash} is lost: ${description}`);
  }
};
