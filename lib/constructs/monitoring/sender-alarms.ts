import type { Duration } from 'aws-cdk-lib';
import type { RefusalReason, RouteFunction } from '../building-blocks/route-function';
import type { AlarmPlan } from './impact-alarm';
import { fifteenMinutes, fiveMinutes, maxAlarmMetrics, sumOf, total } from './metrics';

/** An alarm on one kind of rejection, for all routes with that kind. */
interface RefusalAlarm {
  readonly name: string;
  readonly section?: string;
  readonly reason: RefusalReason;
  /** Selects routes. */
  readonly isOf: (route: RouteFunction) => boolean;
  readonly label: string;
  readonly period: Duration;
  readonly threshold: number;
  readonly isQuiet?: boolean;
  readonly impact: string;
}

const wrongSignature = {
  reason: 'signature',
  label: 'requests with a wrong signature or secret',
  period: fiveMinutes,
  threshold: 20,
} as const;

const refusalAlarms: readonly RefusalAlarm[] = [
  {
    ...wrongSignature,
    name: 'SignatureRefusals',
    // Only ElevenLabs reaches these routes.
    isOf: ({ isForElevenLabs }) => isForElevenLabs,
    impact: 'ElevenLabs has the wrong secret: calls start without their voice, and the ends of calls are lost.',
  },
  {
    ...wrongSignature,
    name: 'OpenRouteRefusals',
    section: 'SignatureRefusals',
    isOf: ({ isForElevenLabs }) => !isForElevenLabs,
    isQuiet: true,
    impact: 'Somebody guesses, or a sender has the wrong secret: then its calls get no voice.',
  },
  {
    name: 'StaleEvents',
    reason: 'expired',
    // Senders on the other routes notice rejections at once.
    isOf: ({ routeClass }) => routeClass === 'calls',
    label: 'requests with a correct signature that is too old',
    period: fifteenMinutes,
    threshold: 1,
    impact: 'Events arrive too late and are refused for good: a clock is wrong, or something delayed them.',
  },
];

/** Excludes secrets that were never filled, because that part of the installation is not in use yet. */
const notConfigured: AlarmPlan = {
  name: 'NotConfigured',
  metric: sumOf({ service: 'api', name: 'RequestsRefused', dimension: ['Reason', 'not_configured'] }, fiveMinutes),
  threshold: 1,
  impact: 'A secret was emptied or cannot be read: every request of its sender is answered 503.',
  missingData: 'ok',
};

/** Returns the alarms on rejected senders of these routes. Omits alarms without routes. */
export const senderAlarms = (routes: readonly RouteFunction[]): AlarmPlan[] => [
  ...refusalAlarms.flatMap(({ reason, label, period, isOf, ...alarm }) => {
    const services = routes.filter((route) => route.refusals.includes(reason) && isOf(route));
    return groups(services.map(({ folder }) => folder)).map((group, index) => ({
      ...alarm,
      name: index === 0 ? alarm.name : `${alarm.name}${index + 1}`,
      section: alarm.section ?? alarm.name,
      metric: total(
        label,
        group.map((service) => ({ service, name: 'RequestsRefused', dimension: ['Reason', reason] })),
        period,
      ),
      missingData: 'ok' as const,
    }));
  }),
  notConfigured,
];

/** Splits routes into groups, because one alarm covers ten routes. */
const groups = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / maxAlarmMetrics) }, (_, index) =>
    items.slice(index * maxAlarmMetrics, (index + 1) * maxAlarmMetrics),
  );
