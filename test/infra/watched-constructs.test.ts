import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { BundledFunctionProps } from '../../lib/constructs/building-blocks/bundled-function';
import type { RouteFunction, RouteFunctionProps } from '../../lib/constructs/building-blocks/route-function';
import type { WorkQueueProps } from '../../lib/constructs/building-blocks/work-queue';
import { senderAlarms } from '../../lib/constructs/monitoring/sender-alarms';
import { watchedIn } from '../support/emitted-metrics';
import { synthesizedResources } from '../support/iam';

/** Whether props are incomplete without this one: `tsc` refuses the assignment where they are not. */
type Requires<Props, Name extends keyof Props> = Omit<Props, Name> extends Props ? false : true;

describe('constructs that are watched', () => {
  it('given a function, route or queue, then it cannot be made without what its alarms need', () => {
    const isRequired: readonly true[] = [
      true satisfies Requires<BundledFunctionProps<'precall'>, 'impact'>,
      true satisfies Requires<BundledFunctionProps<'precall'>, 'alarmTopic'>,
      true satisfies Requires<RouteFunctionProps<'precall'>, 'refusals'>,
      true satisfies Requires<WorkQueueProps, 'impact'>,
      true satisfies Requires<WorkQueueProps, 'oldestJob'>,
    ];

    expect(isRequired).not.toContain(false);
  });
});

describe('the alarms on refused senders', () => {
  const routes = (count: number, isForElevenLabs = false) =>
    Array.from(
      { length: count },
      () =>
        ({
          folder: 'uploads',
          routeClass: 'calls',
          refusals: ['signature', 'expired'],
          isForElevenLabs,
        }) as unknown as RouteFunction,
    );

  it('given a route that only ElevenLabs reaches, then wrong signatures tell somebody; elsewhere strangers send them', () => {
    const told = (all: readonly RouteFunction[]) =>
      senderAlarms(all).map(({ name, isQuiet = false }) => `${name}${isQuiet ? ', quiet' : ''}`);

    expect(told(routes(1, true))[0]).toBe('SignatureRefusals');
    expect(told(routes(1))[0]).toBe('OpenRouteRefusals, quiet');
  });

  it('given more routes than one alarm can watch, then further alarms watch the rest and lead to the same section', () => {
    const alarms = senderAlarms(routes(12));

    expect(alarms.map(({ name, section }) => [name, section])).toEqual([
      ['OpenRouteRefusals', 'SignatureRefusals'],
      ['OpenRouteRefusals2', 'SignatureRefusals'],
      ['StaleEvents', 'StaleEvents'],
      ['StaleEvents2', 'StaleEvents'],
      ['NotConfigured', undefined],
    ]);
    const watched = alarms.map(({ metric }) =>
      metric instanceof MathExpression ? Object.keys(metric.usingMetrics).length : 1,
    );
    expect(watched).toEqual([10, 2, 10, 2, 1]);
  });

  it('given the routes of the service, then each that refuses senders is watched for its reasons', () => {
    const open = [
      'enrolment',
      'erasure-request',
      'erasure-status',
      'precall',
      'setup-check',
      'threecx',
      'uploads',
      'withdrawal',
    ];
    const watched = watchedIn(synthesizedResources());
    const servicesOf = (alarm: string) =>
      watched
        .get(alarm)!
        .map((metric) => / service=([\w-]+)$/.exec(metric)![1])
        .toSorted();

    // Whoever signs for the other routes sees the refusal at once.
    expect(servicesOf('StaleEvents')).toEqual(['postcall-intake', 'precall', 'threecx', 'uploads']);
    // The initiation webhook has a secret header, which can be wrong but not too old.
    expect(servicesOf('SignatureRefusals')).toEqual(['initiation', 'postcall-intake']);
    expect(servicesOf('OpenRouteRefusals')).toEqual(open.toSorted());
    expect(servicesOf('NotConfigured')).toEqual(['api']);
  });
});
