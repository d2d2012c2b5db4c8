import {
  describeEventSources,
  describeFunctions,
  describeInvokeConfigs,
  describeRoles,
  describeSchedules,
} from './describe/functions';
import { describeAlarms, describeLogGroups, describeMetricFilters, describeTopics } from './describe/monitoring';
import {
  describeBucketPolicies,
  describeBuckets,
  describeQueues,
  describeSecrets,
  describeTables,
} from './describe/storage';
import { describeApiAccounts, describeGatewayResponses, describeRoutes, describeStages } from './describe/web';
import type { Comparison } from './differences';
import type { MotoStack } from './moto-stack';

const describers = [
  describeTables,
  describeBuckets,
  describeBucketPolicies,
  describeQueues,
  describeSecrets,
  describeFunctions,
  describeEventSources,
  describeInvokeConfigs,
  describeRoles,
  describeSchedules,
  describeRoutes,
  describeStages,
  describeApiAccounts,
  describeGatewayResponses,
  describeAlarms,
  describeLogGroups,
  describeMetricFilters,
  describeTopics,
];

/** What moto says of the stack's resources, beside what the template says. */
export const describeBack = async (stack: MotoStack): Promise<Comparison[]> => {
  const comparisons: Comparison[] = [];
  for (const describe of describers) comparisons.push(...(await describe(stack)));
  return comparisons;
};
