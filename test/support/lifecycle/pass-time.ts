import { patchAgent } from '../../../local/elevenlabs/agents';
import type { LifecycleRig } from './rig';

/** Works the queue off until it holds. Returns the seconds of waiting that took, by the test's clock. */
export const secondsUntil = async (rig: LifecycleRig, holds: () => boolean): Promise<number> => {
  for (let passedS = 0; ;) {
    await rig.processJob();
    if (holds()) return passedS;
    const dueMs = await rig.queue.nextDueMs();
    if (dueMs === undefined || passedS > 3_600) throw new Error(`It never comes to be so: ${holds.toString()}`);
    const stepS = Math.max(0, (dueMs - rig.nowMs()) / 1000);
    rig.advance(stepS);
    passedS += stepS;
  }
};

/** Moves the clock on while the queue is worked off. */
export const letPass = async (rig: LifecycleRig, seconds: number): Promise<void> => {
  for (let passedS = 0; passedS < seconds; passedS += 1) {
    rig.advance(1);
    await rig.processJob();
  }
};

/** The next PATCH of agent_1 gets no answer; it lands when the function that is returned is called. */
export const holdPatch = (rig: LifecycleRig): (() => void) => {
  let body: unknown;
  rig.chances.elevenLabs = (request) => {
    if (request.operation !== 'patchAgent' || body !== undefined) return;
    body = JSON.parse(request.body.toString());
    rig.elevenLabs.addFault({ operation: 'patchAgent', action: { kind: 'hang', ms: 1 } });
  };
  return () => void patchAgent(rig.elevenLabs.state, 'agent_1', body, Date.now());
};
