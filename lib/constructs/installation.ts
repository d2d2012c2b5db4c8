import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Settings } from '../settings';
import type { Data } from './data/data';

/** What every part of the service depends on. */
export interface Installation {
  readonly settings: Settings;
  readonly data: Data;
  /** SNS topic that all alarms publish to. */
  readonly alarmTopic: ITopic;
}
