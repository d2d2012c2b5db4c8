import { ofType, synthesizedResources } from '../support/iam';
import { synthesized } from '../support/templates';

const countsOf = (settings: Record<string, string>) => {
  const resources = synthesizedResources(settings);
  return {
    alarms: ofType(resources, 'AWS::CloudWatch::Alarm').map(([, { AlarmName }]) => JSON.stringify(AlarmName)),
    dashboards: ofType(resources, 'AWS::CloudWatch::Dashboard').length,
  };
};

describe('MONITORING', () => {
  it('given none, then there is no alarm and no dashboard', () => {
    expect(countsOf({ MONITORING: 'none' })).toEqual({ alarms: [], dashboards: 0 });
  });

  it('given essential, then stopped workers, parked jobs and a stopped reconcile are watched, and nothing else', () => {
    const { alarms, dashboards } = countsOf({ MONITORING: 'essential' });
    const queues = ['CallEnds', 'Clones', 'Erasures', 'PostCalls', 'VoiceDeletions'];
    const expected = [...queues.flatMap((queue) => [`${queue}Stopped`, `${queue}DeadLetters`]), 'ReconcileStopped'];

    expect(alarms.map((name) => /(\w+)"[\]}]*$/.exec(name)?.[1]).toSorted()).toEqual(expected.toSorted());
    expect(dashboards).toBe(0);
  });
});

describe('BUDGET_USD', () => {
  it('given an amount, then the topic is told when it is expected and when it is spent', () => {
    const resources = synthesizedResources({ BUDGET_USD: '50' });
    const [[, budget]] = ofType(resources, 'AWS::Budgets::Budget') as [[string, Record<string, unknown>]];

    expect(budget).toMatchObject({
      Budget: { BudgetLimit: { Amount: 50, Unit: 'USD' }, TimeUnit: 'MONTHLY' },
      NotificationsWithSubscribers: ['FORECASTED', 'ACTUAL'].map((NotificationType) => ({
        Notification: { NotificationType },
        Subscribers: [{ SubscriptionType: 'SNS' }],
      })),
    });
    expect(synthesized({ settings: { BUDGET_USD: '50' }, isChecked: true }).findings).toEqual({
      AwsSolutions: [],
      Serverless: [],
    });
  });

  it('given none, then there is no budget', () => {
    expect(ofType(synthesizedResources(), 'AWS::Budgets::Budget')).toEqual([]);
  });
});
