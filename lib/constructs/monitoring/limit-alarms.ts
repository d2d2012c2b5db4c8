import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { LedgerTable } from '../data/ledger';
import type { AlarmPlan } from './impact-alarm';
import { fiveMinutes } from './metrics';

/** Share of the account's concurrent executions that raises an alarm. */
const fullShare = 0.8;

/**
 * Returns a metric of all functions in the account and region. They share one limit; no Precall function has reserved
 * concurrency.
 */
const ofAccount = (metricName: string, statistic: 'Sum' | 'Maximum'): Metric =>
  new Metric({ namespace: 'AWS/Lambda', metricName, statistic, period: fiveMinutes });

const ofTable = (table: LedgerTable, metricName: string): Metric =>
  table.metric(metricName, { statistic: 'Sum', period: fiveMinutes });

/** The operations of functions on the table. DynamoDB counts its errors separately for each. */
const operations = ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'];

const systemErrors = (table: LedgerTable): MathExpression => {
  const usingMetrics = Object.fromEntries(
    operations.map((Operation, index) => [
      `m${index}`,
      ofTable(table, 'SystemErrors').with({ dimensionsMap: { TableName: table.tableName, Operation } }),
    ]),
  );
  const sum = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`);
  return new MathExpression({
    label: 'requests that failed inside DynamoDB',
    expression: sum.join(' + '),
    usingMetrics,
    period: fiveMinutes,
  });
};

/** Returns the alarms on limits of the account and the table, and on DynamoDB failures. */
export const limitAlarms = (table: LedgerTable, accountConcurrency: number): AlarmPlan[] => [
  ...accountAlarms(accountConcurrency),
  ...tableAlarms(table),
];

const accountAlarms = (accountConcurrency: number): AlarmPlan[] => [
  {
    name: 'LambdaConcurrency',
    section: 'FunctionThrottles',
    metric: ofAccount('ConcurrentExecutions', 'Maximum'),
    threshold: fullShare * accountConcurrency,
    impact: 'The account runs nearly as many functions at once as it may: soon requests and jobs are refused.',
    missingData: 'ok',
  },
  {
    name: 'LambdaThrottles',
    section: 'FunctionThrottles',
    metric: ofAccount('Throttles', 'Sum'),
    threshold: 1,
    impact: 'Lambda refuses to run functions: senders get errors, and jobs wait.',
    missingData: 'ok',
  },
];

const tableAlarms = (table: LedgerTable): AlarmPlan[] => [
  {
    name: 'LedgerReadsThrottled',
    section: 'LedgerThrottled',
    metric: ofTable(table, 'ReadThrottleEvents'),
    threshold: 1,
    impact: 'DynamoDB refuses reads of the ledger: callers are answered late or without their own voice.',
    missingData: 'ok',
  },
  {
    name: 'LedgerWritesThrottled',
    section: 'LedgerThrottled',
    metric: ofTable(table, 'WriteThrottleEvents'),
    threshold: 1,
    impact: 'DynamoDB refuses writes to the ledger: callers are answered late or without their own voice.',
    missingData: 'ok',
  },
  {
    name: 'LedgerSystemErrors',
    metric: systemErrors(table),
    // The SDK retries a request that fails once.
    threshold: 5,
    impact: 'DynamoDB itself fails: callers are answered late or without their own voice, and jobs wait.',
    missingData: 'ok',
  },
];
