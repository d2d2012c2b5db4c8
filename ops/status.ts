import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { listAgents } from './agents';
import type { Installation } from './installation';
import { readItem } from './ledger';
import { searchLogs } from './logs';
import { pausedSinceMs } from './pause';
import { type QueueDepth, queueDepths } from './queues';
import { emptySecretsOf } from './secrets';
import { listVoices } from './voices';

/** An alarm in the ALARM state. */
export interface ActiveAlarm {
  readonly name: string;
  /** The meaning of the alarm, and where to read more. */
  readonly description: string;
  /** When the alarm went off, in unix milliseconds. */
  readonly sinceMs: number | undefined;
}

/** The state of an installation. */
export interface Status {
  readonly title: string;
  readonly apiUrl: string;
  /** When the current pause began, in unix milliseconds; undefined if the installation is not paused. */
  readonly pausedSinceMs: number | undefined;
  /** The response of `GET /health`; undefined if nothing answers. */
  readonly health: Readonly<Record<string, string>> | undefined;
  readonly voices: Readonly<Record<string, number>>;
  readonly agents: { readonly known: number; readonly withCallersVoice: readonly string[] };
  readonly queues: readonly QueueDepth[];
  readonly alarms: readonly ActiveAlarm[];
  /** Logical ids of secrets without a value, except one that no setting makes use of. */
  readonly emptySecrets: readonly string[];
  /** When reconcile last ran, in unix milliseconds; undefined before the first complete run. */
  readonly reconciledAtMs: number | undefined;
  /** Errors within the last hour, by service and event. */
  readonly errors: Readonly<Record<string, number>>;
}

const hourMs = 3_600_000;

/** Reads the state of every part of the installation. */
export const statusOf = async (installation: Installation, nowMs: number): Promise<Status> => {
  const [pausedSince, health, voices, agents, queues, alarms, emptySecrets, reconciledAtMs, errors] = await Promise.all(
    [
      pausedSinceMs(installation),
      healthOf(installation),
      voiceCounts(installation),
      listAgents(installation),
      queueDepths(installation),
      activeAlarms(installation),
      emptySecretsOf(installation),
      lastReconcile(installation),
      recentErrors(installation, nowMs - hourMs),
    ],
  );
  const { title, apiUrl } = installation;
  const withCallersVoice = agents.filter(({ activation }) => activation !== undefined).map(({ agent_id }) => agent_id);
  const known = { known: agents.length, withCallersVoice };
  return {
    title,
    apiUrl,
    pausedSinceMs: pausedSince,
    health,
    voices,
    agents: known,
    queues,
    alarms,
    emptySecrets,
    reconciledAtMs,
    errors,
  };
};

const healthAnswer = z.record(z.string(), z.string());

const healthOf = async ({ apiUrl }: Installation): Promise<Status['health']> => {
  try {
    const response = await fetch(`${apiUrl}/health`, { signal: AbortSignal.timeout(10_000) });
    return healthAnswer.parse(await response.json());
  } catch {
    return undefined;
  }
};

const voiceCounts = async (installation: Installation): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { state, users } of await listVoices(installation)) {
    const name = state === 'live' ? (Object.keys(users).length > 0 ? 'in use' : 'kept') : state;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

const activeAlarms = async ({ clients, alarmPrefix }: Installation): Promise<ActiveAlarm[]> => {
  const found: ActiveAlarm[] = [];
  const request = { StateValue: 'ALARM' as const, ...(alarmPrefix !== '' && { AlarmNamePrefix: alarmPrefix }) };
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: clients.cloudWatch }, request))
    found.push(
      ...MetricAlarms.map(({ AlarmName: name = '', AlarmDescription: description = '', StateUpdatedTimestamp }) => ({
        name,
        description,
        sinceMs: StateUpdatedTimestamp?.getTime(),
      })),
    );
  return found;
};

const cursor = z.object({ search_began_at: z.number().optional() });

const lastReconcile = async (installation: Installation): Promise<number | undefined> =>
  (await readItem(installation, 'RECONCILE_CURSOR', cursor))?.search_began_at;

const recentErrors = async (installation: Installation, fromMs: number): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { service, event, level } of await searchLogs(installation, { terms: ['ERROR'], fromMs })) {
    if (level !== 'ERROR') continue;
    const name = `${service ?? 'unknown'} ${event}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};
