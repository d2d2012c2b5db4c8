import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { AlarmTopic } from './alarm-topic';

/** When the budget sends alerts, and to whom. */
export interface BudgetProps {
  /** Costs of a month, in US dollars. */
  readonly monthlyUsd: number;
  readonly alarmTopic: AlarmTopic;
}

/**
 * A monthly budget for the account. It notifies the topic when AWS forecasts more, and when the budget is spent. It
 * covers the whole account, because AWS counts by tag only if the account enables that.
 */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { monthlyUsd, alarmTopic }: BudgetProps) {
    super(scope, id);
    const { account } = Stack.of(this);
    alarmTopic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('budgets.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [alarmTopic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    const subscribers = [{ subscriptionType: 'SNS', address: alarmTopic.topicArn }];
    const notifications = ['FORECASTED', 'ACTUAL'].map((notificationType) => ({
      notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold: 100 },
      subscribers,
    }));
    new CfnBudget(this, 'Monthly', {
      budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: monthlyUsd, unit: 'USD' } },
      notificationsWithSubscribers: notifications,
    });
  }
}
