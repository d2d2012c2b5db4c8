import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Settings } from '../../settings';
import type { BundledFunction } from '../building-blocks/bundled-function';
import type { RouteFunction } from '../building-blocks/route-function';
import type { WorkQueue } from '../building-blocks/work-queue';
import type { LedgerTable } from '../data/ledger';
import { callAlarms } from './call-alarms';
import { Dashboard } from './dashboard';
import { addAlarms } from './impact-alarm';
import { limitAlarms } from './limit-alarms';
import { deployedIn } from './metrics';
import { senderAlarms } from './sender-alarms';

/** What is monitored across constructs. */
export interface MonitoringProps {
  readonly settings: Settings;
  readonly table: LedgerTable;
  readonly alarmTopic: ITopic;
  readonly functions: readonly BundledFunction[];
  readonly routes: readonly RouteFunction[];
  readonly queues: readonly WorkQueue[];
}

/**
 * Monitoring across constructs: the alarms on rejected senders and on calls as a whole, and the dashboard. All other
 * alarms are in the constructs that they monitor.
 */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { settings, table, alarmTopic, functions, routes, queues } = props;
    addAlarms(this, alarmTopic, [
      ...senderAlarms(routes),
      ...callAlarms(settings.ALARM_QUIET_HOURS, deployedIn(functions)),
      ...limitAlarms(table, settings.ACCOUNT_CONCURRENCY),
    ]);
    if (settings.MONITORING === 'all') new Dashboard(this, 'Dashboard', { functions, queues });
  }
}
