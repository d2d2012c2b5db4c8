import { type Deadline, deadlineAt, within } from './deadline';
import type { Log } from './log';

/** Time after which a dependency counts as failed, in milliseconds. */
const timeoutMs = 4_000;

type Dependency = 'database' | 'storage' | 'queues' | 'elevenlabs';

/** The response of `GET /health`. */
export type Health = Readonly<Record<Dependency, 'ok' | 'error'>> & {
  readonly status: 'ok' | 'degraded' | 'error';
  /** When the dependencies were checked, in ISO 8601. */
  readonly timestamp: string;
};

/** One probe per dependency. A probe throws when its dependency fails; a probe that hangs is abandoned. */
export interface HealthDeps {
  readonly probes: Readonly<Record<Dependency, (deadline: Deadline) => Promise<unknown>>>;
  readonly nowMs: () => number;
  readonly log: Log;
}

/**
 * Checks all dependencies in parallel. The status is `error` if the database, the storage or a queue fails. It is
 * `degraded` if only ElevenLabs fails or rejects the API key, because post-call events are still accepted. Never
 * throws.
 */
export const checkHealth = async ({ probes, nowMs, log }: HealthDeps): Promise<Health> => {
  const timestamp = new Date(nowMs()).toISOString();
  const deadline = deadlineAt(nowMs() + timeoutMs, nowMs);
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
  const isAwsDown = [database, storage, queues].includes('error');
  const status = isAwsDown ? 'error' : elevenlabs === 'error' ? 'degraded' : 'ok';
  return { status, database, storage, queues, elevenlabs, timestamp };
};
