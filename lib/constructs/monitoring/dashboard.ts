import { Duration, Stack } from 'aws-cdk-lib';
import {
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Metric,
  PeriodOverride,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { FunctionFolder } from '../../function-environments';
import type { BundledFunction } from '../building-blocks/bundled-function';
import type { WorkQueue } from '../building-blocks/work-queue';
import { deployedIn, fiveMinutes, highestOf, namespace, type OwnMetric, sumOf, total } from './metrics';

/** The functions and queues that the dashboard shows. */
export interface DashboardProps {
  readonly functions: readonly BundledFunction[];
  readonly queues: readonly WorkQueue[];
}

const width = 8;

/**
 * The most useful numbers when something is wrong: calls, clones, response times, failures, queues, and existing
 * voices.
 */
export class Dashboard extends CloudWatchDashboard {
  constructor(scope: Construct, id: string, { functions, queues }: DashboardProps) {
    const { stackName, region } = Stack.of(scope);
    const isShown = deployedIn(functions);
    super(scope, id, {
      // Dashboard names are shared by all regions of an account.
      dashboardName: `${stackName}-${region}`,
      defaultInterval: Duration.hours(3),
      // Otherwise, CloudWatch replaces a period of a day by five minutes, which suits three hours.
      periodOverride: PeriodOverride.INHERIT,
      widgets: [
        today(isShown),
        [calls(isShown), clones(isShown), timeToAnswer(isShown)],
        [failures(functions), waiting(queues), voices()],
      ],
    });
  }
}

const own = (service: FunctionFolder, name: string, dimension?: OwnMetric['dimension']): OwnMetric => ({
  service,
  name,
  ...(dimension !== undefined && { dimension }),
});

const graph = (title: string, left: IMetric[]): IWidget => new GraphWidget({ title, left, width, height: 6 });

type IsShown = (metric: OwnMetric) => boolean;

/** Returns the labelled sums of metrics of the deployed functions. */
const sums = (rows: readonly (readonly [label: string, metric: OwnMetric])[], isShown: IsShown): IMetric[] =>
  rows.filter(([, metric]) => isShown(metric)).map(([label, metric]) => sumOf(metric, fiveMinutes).with({ label }));

const today = (isShown: IsShown): IWidget[] => {
  const day = Duration.days(1);
  const numbers: readonly [string, readonly OwnMetric[]][] = [
    ['Pre-calls answered, UTC day', [own('precall', 'WebhooksAnswered', ['Status', '200'])]],
    ['Clones, UTC day', [own('precall', 'VoiceClonesRequested'), own('clone-worker', 'VoiceClonesRequested')]],
    ['Ends of calls, UTC day', [own('postcall-intake', 'WebhooksAnswered', ['Status', '200'])]],
  ];
  return numbers.flatMap(([title, all]) => {
    const metrics = all.filter(isShown);
    if (metrics.length === 0) return [];
    // The day begins at midnight UTC, so the widget looks back a whole day.
    return [new SingleValueWidget({ title, metrics: [total(title, metrics, day)], start: '-P1D', width, height: 3 })];
  });
};

const calls = (isShown: IsShown): IWidget =>
  graph(
    'Calls',
    sums(
      [
        ['pre-calls', own('precall', 'WebhooksAnswered', ['Status', '200'])],
        ['3CX calls', own('threecx', 'WebhooksAnswered', ['Status', '200'])],
        ['initiations', own('initiation', 'WebhooksAnswered', ['Status', '200'])],
        ['ends', own('postcall-intake', 'WebhooksAnswered', ['Status', '200'])],
      ],
      isShown,
    ),
  );

const clones = (isShown: IsShown): IWidget =>
  graph(
    'Clones',
    sums(
      [
        ['requested by pre-calls', own('precall', 'VoiceClonesRequested')],
        ['requested for other calls', own('clone-worker', 'VoiceClonesRequested')],
        ['reused', own('precall', 'VoicesReused')],
        ['failed', own('precall', 'VoiceCloneFailures')],
        ['deleted', own('voice-deletion', 'VoicesDeleted')],
      ],
      isShown,
    ),
  );

const timeToAnswer = (isShown: IsShown): IWidget =>
  graph(
    'Time to answer, p99',
    (['precall', 'initiation', 'threecx', 'postcall-intake'] as const)
      .filter((service) => isShown({ service, name: 'WebhookDuration' }))
      .map(
        (service) =>
          new Metric({
            namespace,
            metricName: 'WebhookDuration',
            dimensionsMap: { service },
            statistic: 'p99',
            period: fiveMinutes,
            label: service,
          }),
      ),
  );

const failures = (functions: readonly BundledFunction[]): IWidget =>
  graph(
    'Failures',
    functions.map(({ name, function: handler }) => handler.metricErrors({ period: fiveMinutes, label: name })),
  );

const waiting = (queues: readonly WorkQueue[]): IWidget =>
  graph(
    'Queues: waiting, and parked',
    queues.flatMap(({ node, queue, deadLetters }) => [
      queue.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes, label: node.id }),
      deadLetters.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes, label: `${node.id}, parked` }),
    ]),
  );

const voices = (): IWidget =>
  graph(
    'Voices alive, and what the plan has left',
    ['VoicesAlive', 'VoiceSlotsUsedPercent', 'VoiceEditsUsedPercent'].map((name) =>
      highestOf(own('reconcile', name), Duration.hours(1)).with({ label: name }),
    ),
  );
