import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Settings } from '../../settings';
import type { BundledFunction } from '../building-blocks/bundled-function';
import type { RouteFunction } from '../building-blocks/route-function';
import type { WorkQueue } from '../building-blocks/work-queue';
import { callAlarms } from './call-alarms';
import { Dashboard } from './dashboard';
import { addAlarms } from './impact-alarm';
import { senderAlarms } from './sender-alarms';

/** What is watched across constructs. */
export interface MonitoringProps {
  readonly settings: Settings;
  readonly alarmTopic: ITopic;
  readonly functions: readonly BundledFunction[];
  readonly routes: readonly RouteFunction[];
  readonly queues: readonly WorkQueue[];
}

/**
 * What spans constructs: the alarms on refused senders and on calls as a whole, and the dashboard. All other alarms
 * are in the constructs that they watch.
 */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, { settings, alarmTopic, functions, routes, queues }: MonitoringProps) {
    super(scope, id);
    addAlarms(this, alarmTopic, [...senderAlarms(routes), ...callAlarms(settings.ALARM_QUIET_HOURS)]);
    new Dashboard(this, 'Dashboard', { functions, queues });
  }
}
