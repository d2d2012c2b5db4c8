import type { RelayedRequest } from './relay';
import { sequential } from './relay';
import { preCallEvent } from './requests';
import { agentIds, cpuOfAll, invokeAll, type Rig } from './rig';
import { interleave, median, printTable, quantile } from './table';
import { wav } from './wav';

/** What an account adds to each request, in milliseconds. */
const awsDelaysMs = { dynamodb: 5, sqs: 5, s3: 30 };

/** What ElevenLabs takes, in milliseconds. */
const elevenLabsMs = { createVoice: 2000, patchAgent: 300, getAgent: 80, listBranches: 80 };

const isClone = ({ operation }: RelayedRequest): boolean => operation.startsWith('POST /v1/voices/add');
const isPatch = ({ operation }: RelayedRequest): boolean => operation.startsWith('PATCH ');

/** Returns the DynamoDB requests during which neither the clone nor the PATCH was under way. */
const onPath = (aws: readonly RelayedRequest[], elevenLabs: readonly RelayedRequest[]): readonly RelayedRequest[] => {
  const waits = elevenLabs.filter((each) => isClone(each) || isPatch(each));
  const isHidden = ({ fromMs, untilMs }: RelayedRequest): boolean =>
    waits.some((wait) => wait.fromMs < untilMs && fromMs < wait.untilMs);
  return aws.filter(({ service }) => service === 'dynamodb').filter((each) => !isHidden(each));
};

interface Timed {
  readonly wallMs: number;
  /** All requests, in the order in which they began. Times count from the start of the invocation. */
  readonly timeline: readonly RelayedRequest[];
  readonly roundTrips: number;
  readonly requests: number;
  readonly calls: number;
  /** CPU time outside the clone and the PATCH, which the caller waits for. */
  readonly cpuMs: number;
}

const timed = async ({ functions, aws, elevenLabs }: Rig, id: string, event: object): Promise<Timed[]> => {
  aws.take();
  elevenLabs.take();
  const cpuMs = (): number => cpuOfAll(functions, id);
  elevenLabs.probe.cpuMs = cpuMs;
  const [startMs, cpuAtStartMs] = [performance.now(), cpuMs()];
  const [cost] = await invokeAll(functions, id, [event]);
  const [toAws, toElevenLabs] = [aws.take(), elevenLabs.take()];
  const roundTrips = sequential(onPath(toAws, toElevenLabs));
  const timeline = [...toAws, ...toElevenLabs]
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .map((each) => ({ ...each, fromMs: each.fromMs - startMs, untilMs: each.untilMs - startMs }));
  const hiddenCpuMs = toElevenLabs
    .filter((each) => isClone(each) || isPatch(each))
    .reduce((sum, { cpuFromMs, cpuUntilMs }) => sum + cpuUntilMs - cpuFromMs, 0);
  const waitedCpuMs = cpuMs() - cpuAtStartMs - hiddenCpuMs;
  const counts = { cpuMs: waitedCpuMs, requests: toAws.length, calls: toElevenLabs.length };
  return [{ wallMs: cost?.wallMs ?? NaN, timeline, roundTrips, ...counts }];
};

/** Prints the requests of the call whose duration is the median, with their start and end. */
const printTimeline = (name: string, calls: readonly Timed[]): void => {
  const { timeline = [], wallMs = NaN } = calls.toSorted((a, b) => a.wallMs - b.wallMs)[calls.length >> 1] ?? {};
  const rows = timeline.map(({ service, operation, fromMs, untilMs }) => [
    `${service} ${operation.replaceAll(/[0-9a-f-]{16,}/g, '…')}`,
    fromMs,
    untilMs,
    untilMs - fromMs,
  ]);
  printTable(`The requests of one pre-call, ${name}, answered after ${wallMs.toFixed(1)} ms`, columnsOfTimeline, rows);
};

const columnsOfTimeline = ['', 'from', 'until', 'ms'];

/**
 * Prints what a warm pre-call of 1 MB takes with the latency of an account, beside the two bare calls. Counts the
 * DynamoDB round trips that the caller waits for.
 */
export const measureDelayed = async (rigs: readonly Rig[], rounds: number): Promise<void> => {
  const [first] = rigs;
  if (first === undefined) return;
  const sample = wav(1_000_000);
  const bareEvent = { bytes: sample.length, agentId: agentIds[0] };
  const contestants: Record<string, () => Promise<Timed[]>> = {
    'bare calls': () => timed(first, 'BareCalls', bareEvent),
    ...Object.fromEntries(
      rigs.map((rig) => [rig.name, () => timed(rig, 'PreCallFunction', preCallEvent(sample, 'json'))]),
    ),
  };
  // Each agent is known from now on, as that of an installation in use.
  await interleave(agentIds.length, contestants);
  for (const rig of rigs) {
    Object.assign(rig.aws.delaysMs, awsDelaysMs);
    rig.simulator.changeSettings({ latencyMs: elevenLabsMs });
  }
  const results = await interleave(rounds, contestants);
  for (const rig of rigs) {
    for (const service of Object.keys(awsDelaysMs)) rig.aws.delaysMs[service] = 0;
    rig.simulator.changeSettings({ latencyMs: 0 });
  }
  const bare = (results['bare calls'] ?? []).map(({ wallMs }) => wallMs);
  const [bareMs, leastMs] = [median(bare), Math.min(...bare)];
  const computed = (name: string): number => {
    const each = results[name] ?? [];
    const trips = median(each.map(({ roundTrips }) => roundTrips)) * awsDelaysMs.dynamodb;
    return elevenLabsMs.createVoice + elevenLabsMs.patchAgent + trips + median(each.map(({ cpuMs }) => cpuMs));
  };
  const rows = Object.entries(results).map(([name, each]) => {
    const of = (field: Exclude<keyof Timed, 'timeline'>): number[] => each.map((one) => one[field]);
    const wallMs = of('wallMs');
    const ratios = [median(wallMs) / bareMs, Math.min(...wallMs) / leastMs].map((ratio) => ratio.toFixed(3));
    const counts = [of('roundTrips'), of('requests'), of('calls')].map((count) => String(median(count)));
    const path = [median(of('cpuMs')), computed(name), (computed(name) / computed('bare calls')).toFixed(3)];
    return [name, String(each.length), median(wallMs), quantile(wallMs, 0.99), ...ratios, ...counts, ...path];
  });
  const columns = [
    '',
    'n',
    'wall p50',
    'wall p99',
    'x bare',
    'least x least',
    'DynamoDB on the path',
    'AWS requests',
    'ElevenLabs calls',
    'CPU on the path',
    'computed',
    'x bare',
  ];
  printTable('A warm pre-call of 1 MB with the latency of an account, in ms', columns, rows);
  for (const { name } of rigs) printTimeline(name, results[name] ?? []);
};
