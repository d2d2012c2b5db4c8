import { type Deadline, deadlineAt, within } from './deadline';
import type { Log } from './log';

/** Longest that a dependency may take to count as well, in milliseconds. */
const patienceMs = 4_000;

type Dependency = 'database' | 'storage' | 'queues' | 'elevenlabs';

/** The answer of `GET /health`. */
export type Health = Readonly<Record<Dependency, 'ok' | 'error'>> & {
  readonly status: 'ok' | 'degraded' | 'error';
  /** When the dependencies were examined, ISO 8601. */
  readonly timestamp: string;
};

/** One probe per dependency; it throws when the dependency does not answer as it should. One that hangs is given up. */
export interface HealthDeps {
  readonly probes: Readonly<Record<Dependency, (deadline: Deadline) => Promise<unknown>>>;
  readonly nowMs: () => number;
  readonly log: Log;
}

/**
 * Examines all dependencies at once. Ours being down is `error`; ElevenLabs alone being down, or refusing our key, is
 * `degraded`: post-call events are still taken in. Never throws.
 */
export const examine = async ({ probes, nowMs, log }: HealthDeps): Promise<Health> => {
  const timestamp = new Date(nowMs()).toISOString();
  const deadline = deadlineAt(nowMs() + patienceMs, nowMs);
  const state = async (dependency: Dependency): Promise<'ok' | 'error'> => {
    try {
      await within(deadline, probes[dependency](deadline));
      return 'ok';
    } catch (error) {
      log.error('health_probe_failed', error, { dependency });
      return 'error';
    }
  };
  const [database, storage, queues, elevenlabs] = await Promise.all([
    state('database'),
    state('storage'),
    state('queues'),
    state('elevenlabs'),
  ]);
  const isOursDown = [database, storage, queues].includes('error');
  const status = isOursDown ? 'error' : elevenlabs === 'error' ? 'degraded' : 'ok';
  return { status, database, storage, queues, elevenlabs, timestamp };
};
