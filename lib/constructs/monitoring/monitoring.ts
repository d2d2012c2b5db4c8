import { Stack } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from '../../settings';
import type { AccessLog } from '../access-log';
import { BundledFunction } from '../bundled-function';
import { WorkQueue } from '../work-queue';
import { type AlarmPlan, comparisonOf, descriptionOf, missingDataOf } from './alarm-plan';
import { apiAlarms } from './api-alarms';
import { ownAlarms } from './call-alarms';
import { Dashboard } from './dashboard';
import { functionAlarms } from './function-alarms';
import { workQueueAlarms } from './queue-alarms';
import { reconcileAlarms } from './reconcile-alarms';
import { streamAlarms } from './stream-alarms';

/** What is watched, and who is told. */
export interface MonitoringProps {
  readonly settings: Settings;
  readonly api: RestApi;
  readonly accessLog: AccessLog;
  /** Records of the ledger's stream that nothing could be done with. */
  readonly expiryFailures: Queue;
}

/** Alarms for every function and queue of the stack and for what the functions count, a topic that gets them, and a dashboard. */
export class Monitoring extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { settings, api, accessLog, expiryFailures }: MonitoringProps) {
    super(scope, id);
    this.topic = this.addTopic();
    if (settings.ALARM_EMAIL !== '') this.topic.addSubscription(new EmailSubscription(settings.ALARM_EMAIL));
    const constructs = Stack.of(this).node.findAll();
    const functions = constructs.filter((each) => each instanceof BundledFunction);
    const queues = constructs.filter((each) => each instanceof WorkQueue);
    const plans = [
      ...functions.flatMap((each) => functionAlarms(each, settings)),
      ...queues.flatMap((queue) => workQueueAlarms(queue.node.id, queue)),
      ...streamAlarms(functions, expiryFailures),
      ...apiAlarms(api, accessLog.refusedByAws),
      ...reconcileAlarms(settings),
      ...ownAlarms(settings.ALARM_QUIET_HOURS),
    ];
    for (const plan of plans) this.add(plan);
    new Dashboard(this, 'Dashboard', { functions, queues });
  }

  /** A topic with a policy of its own takes from nobody what that does not allow: the alarms themselves are to be named. */
  private addTopic(): Topic {
    const topic = new Topic(this, 'Alarms', { displayName: 'Precall alarms', enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    return topic;
  }

  private add(plan: AlarmPlan): void {
    const alarm = new Alarm(this, plan.name, {
      alarmName: `${Stack.of(this).stackName}-${plan.name}`,
      alarmDescription: descriptionOf(plan),
      metric: plan.metric,
      threshold: plan.threshold,
      evaluationPeriods: plan.periods ?? 1,
      comparisonOperator: comparisonOf(plan),
      treatMissingData: missingDataOf(plan),
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
  }
}
