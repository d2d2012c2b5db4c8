import { setImmediate } from 'node:timers/promises';
import { within } from '../../platform/deadline';
import { answer } from '../../platform/http';
import { prefetch } from '../../platform/lazy';
import { signedRoute } from '../../platform/signed-route';
import { collectSamples } from '../../samples/collect-samples';
import { noteSampleWarnings } from '../../samples/sample-warnings';
import { recognise } from '../../voices/pre-call/caller-item';
import { preCall } from '../../voices/pre-call/pre-call';
import { refuseWhilePaused } from '../../voices/pre-call/refuse-while-paused';
import { build, environment } from './environment';

/**
 * Handles `POST /webhook/precall`: checks the samples, clones the voice, assigns it to the agent, and responds. A
 * pre-call that misses the deadline still cleans up after itself.
 */
export const handler = signedRoute(
  { service: 'precall', environment, build, endedBy: 'handler' },
  async (_body, { deps, sender: { signedAtS, read }, receivedAtMs, deadline }) => {
    const { event, samples: sent } = await read();
    deps.log.identify({ conversation_id: event.conversation_id, agent_id: event.agent_id });
    // Reading an upload takes long, and the caller may withdraw meanwhile. The caller is then read afterwards.
    const hasAllBytes = sent.every((sample) => Buffer.isBuffer(sample));
    const recognising = hasAllBytes ? recognise({ event, signedAtS }, deps) : undefined;
    prefetch(async () => recognising);
    // Measuring keeps the processor busy. The request for the caller leaves first: the ledger answers meanwhile.
    const collecting = setImmediate().then(() => collectSamples(sent, deps.limits, deps));
    const [samples] = await within(deadline, Promise.all([collecting, refuseWhilePaused(deps.isPaused)]));
    noteSampleWarnings(samples, deps);
    return answer(200, await preCall({ event, samples, signedAtS, receivedAtMs, deadline }, deps, recognising));
  },
);
