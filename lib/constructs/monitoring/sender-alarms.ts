import type { Duration } from 'aws-cdk-lib';
import type { RefusalReason, RouteFunction } from '../building-blocks/route-function';
import type { AlarmPlan } from './impact-alarm';
import { fifteenMinutes, fiveMinutes, maxAlarmMetrics, total } from './metrics';

/** One kind of refusal, over all routes that refuse for it. */
interface RefusalAlarm {
  readonly name: string;
  readonly reason: RefusalReason;
  readonly label: string;
  readonly period: Duration;
  readonly threshold: number;
  /** Only routes that calls depend on: the senders of the others see it at once. @default false */
  readonly isForCalls?: boolean;
  readonly impact: string;
}

const refusalAlarms: readonly RefusalAlarm[] = [
  {
    name: 'SignatureRefusals',
    reason: 'signature',
    label: 'requests with a wrong signature or secret',
    period: fiveMinutes,
    threshold: 20,
    impact: 'Somebody guesses, or a sender has the wrong secret: then its calls and ends of calls are lost.',
  },
  {
    name: 'StaleEvents',
    isForCalls: true,
    reason: 'expired',
    label: 'requests with a correct signature that is too old',
    period: fifteenMinutes,
    threshold: 1,
    impact: 'Events arrive too late and are refused for good: a clock is wrong, or something delayed them.',
  },
  {
    name: 'NotConfigured',
    reason: 'not_configured',
    label: 'requests that needed an empty or unreadable secret',
    period: fiveMinutes,
    threshold: 1,
    impact: 'A secret is empty or cannot be read: every request of its sender is answered 503.',
  },
];

/**
 * The alarms on refused senders, over every one of these routes. One alarm takes ten routes; for more there is a
 * second one.
 */
export const senderAlarms = (routes: readonly RouteFunction[]): AlarmPlan[] =>
  refusalAlarms.flatMap(({ name, reason, label, period, isForCalls = false, ...alarm }) => {
    const services = routes
      .filter(({ refusals, routeClass }) => refusals.includes(reason) && !(isForCalls && routeClass !== 'calls'))
      .map(({ folder }) => folder);
    return groups(services).map((group, index) => ({
      name: index === 0 ? name : `${name}${index + 1}`,
      section: name,
      metric: total(
        label,
        group.map((service) => ({ service, name: 'RequestsRefused', dimension: ['Reason', reason] })),
        period,
      ),
      ...alarm,
      missingData: 'ok',
    }));
  });

const groups = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / maxAlarmMetrics) }, (_, index) =>
    items.slice(index * maxAlarmMetrics, (index + 1) * maxAlarmMetrics),
  );
