import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Settings } from '../../settings';

/** What an alarm monitors, and what it tells the person on call. */
export interface ImpactAlarmProps {
  readonly alarmTopic: ITopic;
  /** The title of its section in docs/RUNBOOK.md. @default its id */
  readonly section?: string;
  readonly metric: IMetric;
  /** The alarm goes off at or above this value; with `isFloor`, below it. */
  readonly threshold: number;
  readonly isFloor?: boolean;
  /** Number of consecutive periods. @default 1 */
  readonly periods?: number;
  /** Who is affected, and how, in one sentence. */
  readonly impact: string;
  /** Whether it detects stopped work or lost jobs, which MONITORING=essential includes. @default false */
  readonly isEssential?: boolean;
  /**
   * Whether a stranger can trigger it. If so, it notifies nobody; `precall status`, the console and the dashboard show
   * it.
   * @default false
   */
  readonly isQuiet?: boolean;
  /** `ok` if missing data means that nothing happened, `alarm` if something should have happened. */
  readonly missingData: 'ok' | 'alarm';
}

/** The plan of an alarm: its name without the stack's, and what it monitors. */
export interface AlarmPlan extends Omit<ImpactAlarmProps, 'alarmTopic'> {
  readonly name: string;
}

/**
 * An alarm that notifies the topic when it goes off and when it ends, unless a stranger can trigger it. Its name is the
 * stack's name with its id.
 */
export class ImpactAlarm extends Alarm {
  readonly isEssential: boolean;

  constructor(scope: Construct, id: string, props: ImpactAlarmProps) {
    const { alarmTopic, metric, threshold, periods = 1, isFloor = false, isQuiet = false, missingData } = props;
    super(scope, id, {
      alarmName: `${Stack.of(scope).stackName}-${id}`,
      alarmDescription: descriptionOf(id, props),
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: isFloor
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: missingData === 'ok' ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
    });
    this.isEssential = props.isEssential ?? false;
    if (isQuiet) return;
    this.addAlarmAction(new SnsAction(alarmTopic));
    this.addOkAction(new SnsAction(alarmTopic));
  }
}

/** Removes alarms below `scope` that the monitoring level excludes from the template. */
export const keepAlarms = (scope: Construct, level: Settings['MONITORING']): void => {
  for (const alarm of scope.node.findAll()) {
    if (!(alarm instanceof ImpactAlarm) || level === 'all' || (level === 'essential' && alarm.isEssential)) continue;
    alarm.node.scope?.node.tryRemoveChild(alarm.node.id);
  }
};

/** Creates the planned alarms in `scope`. */
export const addAlarms = (scope: Construct, alarmTopic: ITopic, plans: readonly AlarmPlan[]): void => {
  for (const { name, ...plan } of plans) new ImpactAlarm(scope, name, { alarmTopic, ...plan });
};

const descriptionOf = (id: string, { section = id, impact, isQuiet, missingData }: ImpactAlarmProps): string =>
  [
    impact,
    ...(isQuiet === true ? ['A stranger can set it off, so it tells nobody.'] : []),
    missingData === 'ok'
      ? 'No data means that nothing happened.'
      : 'No data counts as an alarm, because something should have happened.',
    `What to do: docs/RUNBOOK.md#${section.toLowerCase()}`,
  ].join(' ');
